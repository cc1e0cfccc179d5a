// One view on the page: its chart or ranking, its numbers as text, and where they come from.

import {cells, cellsPath} from './api.js';
import {barOptions, chartIn, timeOptions} from './charts.js';
import {element, say} from './dom.js';
import {exact, lag, sum, time, words} from './format.js';
import {isAdditive, isFine} from './plan.js';
import {byName, nameOf, overTime} from './series.js';

const MOST_ROWS = 20_000;
const TOP = 10;
const TABLE_ROWS = 60;
const FEW_BUCKETS = 4;
const MANY_BUCKETS = 400;

export class Panel {
  #plan; #state; #grain; #chart; #last; #shown = ''; #parts;

  /** @param state the dataset's choice: from, to, where */
  constructor(plan, state) {
    this.#plan = plan;
    this.#state = state;
    this.#grain = plan.kind === 'time' ? 'P1D' : 'all';
    const p = (this.#parts = {
      subtitle: element('span', {class: 'subtitle'}),
      totals: element('dl', {class: 'totals'}),
      error: element('p', {class: 'notice bad', role: 'alert', hidden: true}),
      empty: element('div', {class: 'empty', hidden: true}),
      picture: element('div', {class: plan.kind === 'top' ? 'ranking' : 'chart'}),
      numbers: element('div', {class: 'scroll'}),
      csv: element('a', {download: `${plan.view.view}.csv`}, 'All as CSV'),
      provenance: element('p', {class: 'provenance'}, 'Loading'),
    });
    p.details = element('details', {ontoggle: () => this.#table()},
      element('summary', {}, 'Numbers'), p.numbers, element('p', {}, p.csv));
    this.root = element('article',
      {class: plan.wide ? 'panel wide' : 'panel', 'data-view': plan.view.view, 'data-kind': plan.kind, 'aria-busy': 'true'},
      element('header', {}, element('h3', {}, plan.title), p.subtitle),
      p.totals, p.error, p.empty, p.picture, p.details, p.provenance);
  }

  #query() {
    const {view, kind, by, measures} = this.#plan;
    const where = Object.entries(this.#state.where)
      .filter(([dimension, value]) => value !== null && view.dimensions.includes(dimension))
      .map(([dimension, value]) => `${dimension}=${value}`);
    return {
      from: this.#state.from || null, to: this.#state.to || null, by: by.join(','), where,
      grain: this.#grain, top: kind === 'top' ? `${measures[0]}:${TOP}` : null,
    };
  }

  /** Reads the cells and shows them; answers whether anything is new. */
  async refresh() {
    const query = this.#query();
    let answer;
    try {
      answer = await cells(this.#plan.view.view, {...query, limit: MOST_ROWS});
    } catch (error) {
      this.#fail(error.message);
      throw error;
    }
    if (JSON.stringify(query) !== JSON.stringify(this.#query())) return true;
    this.root.setAttribute('aria-busy', 'false');
    this.root.classList.remove('stale');
    this.#parts.error.hidden = true;
    this.#provenance(answer.provenance);
    const rows = JSON.stringify([query, answer.rows]);
    if (rows === this.#shown) return false;
    this.#shown = rows;
    this.#last = {answer, query};
    this.redraw();
    if (this.#adapt(answer.rows)) return this.refresh();
    return true;
  }

  /** Draws the last answer again, in the colours of now. */
  redraw() {
    if (!this.#last) return;
    const {answer, query} = this.#last;
    const p = this.#parts;
    const empty = answer.rows.length === 0;
    p.empty.hidden = !empty;
    p.picture.hidden = p.details.hidden = p.totals.hidden = empty;
    p.csv.href = cellsPath(this.#plan.view.view, {...query, limit: 100_000, format: 'csv'});
    this.#subtitle();
    if (empty) {
      this.#explainEmpty(query);
      return;
    }
    this.#totals(answer);
    this.#picture(answer.rows);
    this.#table();
  }

  #subtitle() {
    const {kind, measures} = this.#plan;
    const per = {P1D: 'per day', P1M: 'per month', PT1H: 'per hour'}[this.#grain] ?? `per ${this.#grain}`;
    const what = measures.map(m => words(m)).join(' and ');
    say(this.#parts.subtitle, kind === 'time' ? `${what} ${per}` : kind === 'top' ? `The ${TOP} greatest by ${what.toLowerCase()}` : '');
  }

  #totals({rows, next}) {
    const {view, kind, measures} = this.#plan;
    const sums = kind === 'top' || next ? [] : view.measures.filter(m =>
      isAdditive(view, m.measure) && (m.kind === 'count' || measures.every(shown => isAdditive(view, shown))));
    this.#parts.totals.replaceChildren(...sums.map(m => element('div', {},
      element('dt', {}, words(m.measure)),
      element('dd', {'data-total': m.measure}, exact(sum(rows.map(row => row[m.measure])))))));
  }

  #picture(rows) {
    const {kind} = this.#plan;
    if (kind === 'top') return this.#ranking(rows);
    if (kind === 'table') {
      this.#parts.picture.hidden = true;
      return undefined;
    }
    this.#chart ??= chartIn(this.#parts.picture);
    const options = kind === 'time' ? timeOptions(overTime(this.#plan, rows), this.#grain) : barOptions(this.#plan, byName(this.#plan, rows));
    this.#chart.draw(options, `${this.#plan.title}; the numbers follow as a table`);
    return undefined;
  }

  #ranking(rows) {
    const [measure] = this.#plan.measures;
    const {view, by} = this.#plan;
    const most = Math.max(...rows.map(row => Math.abs(Number(row[measure]))), 0) || 1;
    const others = view.measures.filter(m => m.measure !== measure && isAdditive(view, m.measure));
    const body = rows.map((row, i) => {
      const bar = element('div', {class: Number(row[measure]) < 0 ? 'bar negative' : 'bar'});
      bar.style.width = `${(Math.abs(Number(row[measure])) / most) * 100}%`;
      return element('tr', {},
        element('td', {class: 'number'}, String(i + 1)),
        element('td', {class: 'name'}, row[by.at(-1)] ?? '(none)', by.length > 1 ? element('small', {}, row[by[0]] ?? '(none)') : null),
        element('td', {class: 'share'}, bar),
        element('td', {class: 'number', 'data-cell': measure}, exact(row[measure])),
        others.map(m => element('td', {class: 'number', 'data-cell': m.measure}, exact(row[m.measure]))));
    });
    this.#parts.picture.replaceChildren(element('table', {},
      element('thead', {}, element('tr', {}, element('th', {class: 'number', scope: 'col'}, '#'),
        element('th', {scope: 'col'}, words(by.at(-1) ?? 'all')), element('th', {class: 'share', 'aria-hidden': 'true'}),
        [measure, ...others.map(m => m.measure)].map(m => element('th', {class: 'number', scope: 'col'}, words(m))))),
      element('tbody', {}, body)));
  }

  #table() {
    if (!this.#parts.details.open || !this.#last) return;
    const {rows} = this.#last.answer;
    const {view, by, kind} = this.#plan;
    const head = [...(kind === 'time' ? ['bucket'] : []), ...by];
    const ordered = kind === 'time' ? rows.slice(-TABLE_ROWS).reverse() : kind === 'top' ? rows : byName(this.#plan, rows).map(e => e.row);
    const body = ordered.slice(0, TABLE_ROWS).map(row => element('tr', {'data-row': nameOf(row, by)},
      head.map(h => element('td', {}, h === 'bucket' ? time(row.bucket, this.#grain) : row[h] ?? '(none)')),
      view.measures.map(m => element('td', {class: 'number', 'data-cell': m.measure}, exact(row[m.measure])))));
    this.#parts.numbers.replaceChildren(element('table', {},
      element('caption', {hidden: rows.length <= TABLE_ROWS}, `${TABLE_ROWS} of ${rows.length} rows`),
      element('thead', {}, element('tr', {}, head.map(h => element('th', {scope: 'col'}, words(h))),
        view.measures.map(m => element('th', {class: 'number', scope: 'col'}, words(m.measure))))),
      element('tbody', {}, body)));
  }

  #provenance(from) {
    const clock = new Date().toISOString().slice(11, 19);
    const lost = from.missing.map(m => `partition ${m.partition}: ${exact(m.from)} to ${exact(m.to - 1)}`).join(', ');
    const parts = [
      element('span', {}, from.version === 0 ? 'Speed layer alone' : `Batch version ${from.version} + speed layer`),
      element('span', {}, lag(from.lag_ms)),
      from.exact ? element('span', {class: 'good'}, 'exact') : element('span', {class: 'warn'}, `not exact, missing ${lost}`),
      this.#plan.view.eventual ? element('span', {title: 'Reads values that a profile fills in: they follow with the next batch run'}, 'eventual') : null,
      element('span', {}, `read ${clock}`),
    ];
    this.#parts.provenance.replaceChildren(...parts.filter(part => part));
  }

  #explainEmpty(query) {
    const narrowed = query.from || query.to || query.where.length > 0;
    this.#parts.empty.replaceChildren(...(narrowed
      ? [element('strong', {}, 'Nothing in this range'), element('span', {}, 'Choose another range, or clear the filters.')]
      : [element('strong', {}, 'No records yet'), element('span', {}, 'Send some, and they appear here within seconds:'),
        element('code', {}, `./anabranch ingest generate -d ${this.#plan.view.dataset} --count 10000`)]));
  }

  #fail(message) {
    this.root.setAttribute('aria-busy', 'false');
    this.root.classList.add('stale');
    this.#parts.error.hidden = false;
    say(this.#parts.error, `${message} Trying again.`);
  }

  /** Finer buckets while there are few, coarser ones once there are many; answers whether it chose others. */
  #adapt(rows) {
    if (this.#plan.kind !== 'time' || rows.length === 0) return false;
    const buckets = new Set(rows.map(row => row.bucket)).size;
    const before = this.#grain;
    const finest = isFine(this.#plan.view) ? this.#plan.view.grain : 'P1D';
    if (this.#grain === 'P1D' && buckets <= FEW_BUCKETS) this.#grain = finest;
    else if (this.#grain === 'P1M' && buckets <= FEW_BUCKETS) this.#grain = 'P1D';
    else if (this.#grain === finest && finest !== 'P1D' && buckets > FEW_BUCKETS * 24) this.#grain = 'P1D';
    else if (this.#grain === 'P1D' && buckets > MANY_BUCKETS * 2) this.#grain = 'P1M';
    return this.#grain !== before;
  }
}
