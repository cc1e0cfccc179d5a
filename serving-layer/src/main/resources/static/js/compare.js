// The two layers side by side: what either said of the records that the published version took
// over. It is read when it is opened, since it reads every cell.

import {compare} from './api.js';
import {chartIn, lineOptions} from './charts.js';
import {element, say} from './dom.js';
import {exact, words} from './format.js';

export class Comparison {
  #dataset; #chart; #result; #chosen = 0;
  #notice = element('p', {class: 'notice', role: 'status'}, 'Reading');
  #table = element('div', {class: 'scroll'});
  #picture = element('div', {class: 'chart', hidden: true});

  constructor(dataset) {
    this.#dataset = dataset;
    this.root = element('details', {class: 'comparison', ontoggle: () => this.#read()},
      element('summary', {}, 'Batch layer and speed layer compared'), this.#notice, this.#table, this.#picture);
  }

  async #read() {
    if (!this.root.open) return;
    try {
      this.#result = await compare(this.#dataset);
      const {version, base, batch} = this.#result;
      say(this.#notice, `The records up to the cut of version ${version}: that version, and version ${base} with the deltas in between. `
        + `The batch run read ${batch.records_per_s === null ? 'an unknown number of' : exact(batch.records_per_s)} records a second and was ${exact(batch.freshness_ms)} ms behind at its publish.`);
      this.redraw();
    } catch (error) {
      say(this.#notice, error.message);
    }
  }

  /** Draws the last answer again, in the colours of now. */
  redraw() {
    if (!this.#result) return;
    const heads = ['view', 'kind', 'cells', 'differences', 'max_relative'];
    this.#table.replaceChildren(element('table', {},
      element('thead', {}, element('tr', {}, heads.map(head => element('th', {scope: 'col'}, words(head))))),
      element('tbody', {}, this.#result.views.map((view, i) => element('tr', {'data-compared': view.view},
        element('td', {}, element('button', {type: 'button', onclick: () => this.#choose(i)}, words(view.view))),
        element('td', {}, view.kind),
        element('td', {class: 'number'}, exact(view.cells)),
        element('td', {class: 'number', 'data-differences': ''}, exact(view.differences)),
        element('td', {class: 'number'}, view.max_relative === 0 ? '0' : view.max_relative.toPrecision(3)))))));
    this.#draw(this.#result.views[this.#chosen]);
  }

  #choose(index) {
    this.#chosen = index;
    this.#draw(this.#result.views[index]);
  }

  #draw(view) {
    const buckets = view.buckets.filter(bucket => bucket.measures.length > 0);
    this.#picture.hidden = buckets.length === 0;
    if (this.#picture.hidden) return;
    this.#chart ??= chartIn(this.#picture);
    const value = (bucket, side) => bucket.measures[0][side];
    const lines = ['batch', 'speed', 'difference'].map(side => ({
      name: side === 'difference' ? 'speed - batch' : side,
      values: buckets.map(bucket => value(bucket, side)),
    }));
    const name = `${words(view.view)}: ${words(buckets[0].measures[0].measure)}`;
    this.#chart.draw(lineOptions(buckets.map(bucket => bucket.bucket.slice(0, 16).replace('T', ' ')), lines), `${name}, both layers over time`);
  }
}
