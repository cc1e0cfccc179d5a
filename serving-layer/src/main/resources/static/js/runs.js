// The runs of a dataset's schedules, and how long each stage of one took. Read when it is opened.

import {logPath, metrics, runs} from './api.js';
import {barOptions, chartIn} from './charts.js';
import {element, say} from './dom.js';
import {exact} from './format.js';

const MOST_RUNS = 20;
const GOOD = ['succeeded'];
const BAD = ['failed', 'cancelled', 'timed_out'];
const HEADS = ['Run', 'State', 'Started', 'Seconds', 'Log', 'What happened'];
const MEASURES = ['records_read', 'records_written', 'shuffle_bytes_read', 'shuffle_bytes_written', 'spilled_disk_bytes'];

const cell = (...content) => element('td', {}, ...content);
const seconds = ms => (ms === null ? '–' : (ms / 1000).toFixed(1));
const tone = status => (GOOD.includes(status) ? 'good' : BAD.includes(status) ? 'bad' : 'warn');

export class Runs {
  #dataset; #chart = null; #shown = null;
  #notice = element('p', {class: 'notice', role: 'status'}, 'Reading');
  #rows = element('tbody');
  #heading = element('h3');
  #links = element('p');
  #target = element('div', {class: 'chart', 'data-chart': 'stages'});
  #picture = element('figure', {hidden: true}, this.#heading, this.#target, this.#links);

  constructor(dataset) {
    this.#dataset = dataset;
    this.root = element('details', {class: 'runs', ontoggle: () => this.root.open && this.#read()},
      element('summary', {}, 'Runs'),
      this.#notice,
      element('div', {class: 'scroll'}, element('table', {},
        element('thead', {}, element('tr', {}, HEADS.map(head => element('th', {scope: 'col'}, head)))), this.#rows)),
      this.#picture);
  }

  async #read() {
    try {
      const all = await runs(this.#dataset, MOST_RUNS);
      this.#rows.replaceChildren(...all.map(run => this.#row(run)));
      say(this.#notice, all.length === 0
        ? `No run of ${this.#dataset} yet: ./anabranch jobs start nightly-${this.#dataset}`
        : 'The last runs; choose one to see its stages.');
    } catch (error) {
      say(this.#notice, error.message);
    }
  }

  #row(run) {
    return element('tr', {'data-run': run.run},
      cell(element('button', {type: 'button', onclick: () => this.#choose(run.run)}, run.run)),
      cell(element('span', {class: `chip ${tone(run.status)}`}, run.status)),
      cell(run.started === null ? '–' : run.started.slice(0, 19).replace('T', ' ')),
      element('td', {class: 'number'}, seconds(run.duration_ms)),
      cell(element('a', {href: logPath(run.run)}, 'log')), cell(run.message ?? ''));
  }

  async #choose(run) {
    try {
      this.#shown = {run, applications: await metrics(run)};
      this.redraw();
    } catch (error) {
      say(this.#notice, error.message);
    }
  }

  /** Draws the chosen run again, in the colours of now. */
  redraw() {
    if (!this.#shown) return;
    const {run, applications} = this.#shown;
    const stages = applications.flatMap(application => application.stages);
    this.#picture.hidden = stages.length === 0;
    if (this.#picture.hidden) {
      say(this.#notice, `${run}: Spark did nothing in it, or its event log is gone.`);
      return;
    }
    this.#chart ??= chartIn(this.#target);
    const title = `Seconds by stage: ${run}`;
    const longest = stages.filter(stage => stage.duration_ms !== null).sort((a, b) => b.duration_ms - a.duration_ms);
    say(this.#heading, title);
    this.#chart.draw(barOptions({measures: ['seconds']}, longest.map(stage =>
      ({name: `${stage.stage}: ${stage.name}`, row: {seconds: stage.duration_ms / 1000}}))), title);
    this.#links.replaceChildren(...applications.flatMap(({application, history, failed_tasks: failed, totals}) => [
      element('a', {href: history}, application),
      ` ${exact(failed)} failed tasks, ${MEASURES.map(name => `${name.replaceAll('_', ' ')} ${exact(totals[name] ?? 0)}`).join(', ')}. `]));
  }
}
