// What a batch run found of the quality of its records. It is read when it is opened.

import {quality, qualityReports} from './api.js';
import {barOptions, chartIn, columnOptions} from './charts.js';
import {element, say} from './dom.js';
import {exact, words} from './format.js';

const NUMBERS = ['records', 'missing', 'distinct'];

const share = value => (value === null ? '–' : `${(value * 100).toFixed(1)} %`);
const signed = value => (value === null ? '–' : (value > 0 ? '+' : '') + value.toFixed(3));
const cell = (text, kind) => element('td', {class: kind}, text);

/** A table with these heads. */
const table = (heads, rows) => element('div', {class: 'scroll'}, element('table', {},
  element('thead', {}, element('tr', {}, heads.map(head => element('th', {scope: 'col'}, head)))),
  element('tbody', {}, rows)));

/** A bar for each entry of a name and a value. */
const bars = (measures, entries) => barOptions({measures}, entries, entries.length);

/** Where a bin begins. */
function starts({from, width, counts}) {
  const digits = width === 0 || width >= 10 ? 0 : width >= 1 ? 1 : 3;
  return counts.map((count, i) => (from + i * width).toFixed(Number.isInteger(width) && Number.isInteger(from) ? 0 : digits));
}

export class Quality {
  #dataset; #report; #chosen = null; #charts = new Map();
  #notice = element('p', {class: 'notice', role: 'status'}, 'Reading');
  #runs = element('select', {'aria-label': 'Run', onchange: () => this.#read()});
  #checks = element('div'); #fields = element('div');
  #pictures = element('div', {class: 'pictures', hidden: true});

  constructor(dataset) {
    this.#dataset = dataset;
    this.root = element('details', {class: 'quality', ontoggle: () => this.#open()},
      element('summary', {}, 'Quality of the records'),
      element('form', {class: 'controls', onsubmit: e => e.preventDefault()}, element('label', {}, 'Run', this.#runs)),
      this.#notice, this.#checks, this.#pictures, this.#fields);
  }

  async #open() {
    if (!this.root.open) return;
    const shown = this.#runs.value;
    await this.#guard(async () => {
      const {published, reports} = await qualityReports(this.#dataset);
      this.#runs.replaceChildren(...reports.reverse().map(({version, verdict}) =>
        new Option(`${version}${version === published ? ', published' : ''}: ${verdict}`, version)));
      const known = reports.map(report => String(report.version));
      this.#runs.value = known.includes(shown) ? shown : known.includes(String(published)) ? published : known[0];
    });
    await this.#read();
  }

  async #read() {
    await this.#guard(async () => {
      this.#report = await quality(this.#dataset, this.#runs.value || null);
      this.redraw();
    });
  }

  async #guard(work) {
    try {
      await work();
    } catch (error) {
      say(this.#notice, error.message);
    }
  }

  /** Draws the last report again, in the colours of now. */
  redraw() {
    const report = this.#report;
    if (!report) return;
    const {mode, replaces, records, rejected, repeats, verdict} = report;
    say(this.#notice, `Run ${report.version}: ${verdict}. ${mode === 'full' ? 'All' : `The ${exact(records)}`} records `
      + `${mode === 'full' ? `up to its cut, ${exact(records)}` : `that came after the cut of version ${replaces}`}: `
      + `${exact(rejected.count)} rejected (${share(rejected.share)}), ${exact(repeats.count)} repeats.`);
    this.#notice.className = verdict === 'refused' || verdict === 'overruled' ? 'notice bad' : 'notice';
    this.#showChecks(report.checks);
    this.#showFields(report.fields);
    this.#pictures.hidden = records === 0;
    if (!this.#pictures.hidden) this.#draw(report);
  }

  #showChecks(checks) {
    this.#checks.replaceChildren(checks.length === 0 ? '' : table(['Check', 'Level', 'Result', 'Figures'], checks.map(check =>
      element('tr', {'data-check': check.check}, cell(check.check), cell(check.level),
        element('td', {}, element('span', {class: `chip ${check.passed ? 'good' : check.level === 'fail' ? 'bad' : 'warn'}`}, check.passed ? 'holds' : 'does not hold')),
        cell(Object.entries(check.values).map(([name, value]) => `${name} ${value ?? 'absent'}`).join(', '))))));
  }

  #showFields(fields) {
    const heads = ['Field', 'Records', 'Missing', 'Distinct', 'Complete', 'Least', 'Greatest', 'Outliers', 'Drift'];
    this.#fields.replaceChildren(table(heads, fields.map(field => element('tr', {'data-field': field.field},
      element('td', {}, field.numbers
        ? element('button', {type: 'button', onclick: () => this.#choose(field.field)}, words(field.field))
        : words(field.field)),
      NUMBERS.map(name => cell(exact(field[name]), 'number')), cell(share(field.completeness), 'number'),
      cell(field.least ?? '–'), cell(field.greatest ?? '–'), cell(exact(field.numbers?.outliers), 'number'),
      cell(field.drift?.distance === undefined ? '–' : signed(field.drift.distance), 'number')))));
  }

  #choose(field) {
    this.#chosen = field;
    this.#drawHistogram(this.#report);
  }

  #draw(report) {
    const rows = report.fields.map(field => ({name: words(field.field), row: {complete: field.completeness}}));
    this.#chart('completeness', 'Completeness by field', bars(['complete'], rows));
    const rules = report.rules.map(rule => ({name: rule.reason, row: rule}));
    this.#chart('rules', 'Records that passed and failed each rule', bars(['passed', 'failed'], rules));
    const drift = report.fields.filter(field => field.drift)
      .map(({field, drift: {completeness, distance}}) => ({name: words(field), row: {completeness: completeness ?? 0, distance: distance ?? 0}}));
    this.#chart('drift', report.replaces === 0 || drift.length === 0
      ? 'Drift: there is no report to compare with' : `Drift since version ${report.replaces}`, bars(['distance', 'completeness'], drift));
    this.#drawHistogram(report);
  }

  #drawHistogram(report) {
    const numeric = report.fields.filter(field => field.numbers);
    const field = numeric.find(candidate => candidate.field === this.#chosen) ?? numeric[0];
    if (!field) return;
    const {histogram} = field.numbers;
    this.#chart('histogram', `${words(field.field)}: values, and ${exact(field.numbers.outliers)} outliers beyond`,
      columnOptions(starts(histogram), histogram.counts, words(field.field)));
  }

  #chart(name, title, options) {
    if (!this.#charts.has(name)) {
      const heading = element('h3');
      const target = element('div', {class: 'chart', 'data-chart': name});
      this.#pictures.append(element('figure', {}, heading, target));
      this.#charts.set(name, {heading, chart: chartIn(target)});
    }
    const {heading, chart} = this.#charts.get(name);
    say(heading, title);
    chart.draw(options, title);
  }
}
