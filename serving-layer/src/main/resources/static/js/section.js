// One dataset on the page: how far it is, what is chosen, and a panel for each of its views.

import {cells} from './api.js';
import {Comparison} from './compare.js';
import {element, say} from './dom.js';
import {exact, lag, words} from './format.js';
import {Panel} from './panel.js';
import {arranged, planOf} from './plan.js';
import {Quality} from './quality.js';
import {Runs} from './runs.js';

const MOST_CHOICES = 60;

export class Section {
  #name; #views; #plans; #panels; #state = {from: '', to: '', where: {}}; #changed; #comparison; #quality; #runs;
  #standing = element('div', {class: 'standing'});
  #clear = element('button', {type: 'button', disabled: true, onclick: () => this.#reset()}, 'Clear');
  #inputs = [];
  #choices = new Map();

  /** @param changed called when the user chose something else */
  constructor(name, views, changed) {
    this.#name = name;
    this.#views = views;
    this.#changed = changed;
    this.#plans = arranged(views.map(planOf));
    this.#panels = this.#plans.map(plan => new Panel(plan, this.#state));
    this.#comparison = new Comparison(name);
    this.#quality = new Quality(name);
    this.#runs = new Runs(name);
    this.root = element('section', {class: 'dataset', id: name, 'aria-label': words(name)},
      element('header', {}, element('div', {}, element('h2', {}, words(name)), this.#standing), this.#controls()),
      element('div', {class: 'panels'}, this.#panels.map(panel => panel.root)), this.#comparison.root, this.#quality.root,
      this.#runs.root);
  }

  #controls() {
    const date = (label, key) => {
      const input = element('input', {type: 'date', 'data-choice': key, onchange: () => this.#choose(() => (this.#state[key] = input.value))});
      this.#inputs.push(input);
      return element('label', {}, label, input);
    };
    // What a ranking ranks has too many values to choose from.
    const ranked = new Set(this.#plans.filter(plan => plan.kind === 'top').flatMap(plan => plan.view.dimensions));
    const dimensions = [...new Set(this.#views.flatMap(view => view.dimensions))].filter(d => !ranked.has(d));
    const selects = dimensions.map(dimension => {
      const select = element('select', {'data-choice': dimension,
        onchange: () => this.#choose(() => (this.#state.where[dimension] = select.selectedIndex === 0 ? null : select.value))});
      select.append(new Option('All', ''));
      const label = element('label', {hidden: true}, words(dimension), select);
      this.#choices.set(dimension, {select, label, known: new Set()});
      this.#inputs.push(select);
      return label;
    });
    return element('form', {class: 'controls', 'aria-label': `Choose from ${words(this.#name)}`, onsubmit: e => e.preventDefault()},
      date('From', 'from'), date('Before', 'to'), selects, this.#clear);
  }

  #choose(change) {
    change();
    this.#clear.disabled = !this.#inputs.some(input => input.value !== '');
    this.#changed();
  }

  #reset() {
    for (const input of this.#inputs) input.value = '';
    this.#choose(() => Object.assign(this.#state, {from: '', to: '', where: {}}));
  }

  /** Reads what can be chosen: the values of dimensions that have few. */
  async readChoices() {
    for (const [dimension, {select, label, known}] of this.#choices) {
      const view = this.#views.find(v => v.dimensions.includes(dimension));
      const {rows, next} = await cells(view.view, {by: dimension, grain: 'all', limit: MOST_CHOICES});
      label.hidden = next !== null || rows.length < 2;
      for (const row of rows) {
        const value = row[dimension] ?? '';
        if (!known.has(value)) {
          known.add(value);
          select.append(new Option(value || '(none)', value));
        }
      }
    }
  }

  /** Shows how far the dataset is. */
  show(dataset) {
    const records = Object.values(dataset.topic_end ?? dataset.applied).reduce((a, b) => a + b, 0);
    const chips = [
      [dataset.version === 0 ? 'no batch version yet' : `batch version ${dataset.version}`, ''],
      [`${exact(records)} log entries`, ''],
      [lag(dataset.lag_ms), dataset.lag_ms === 0 ? 'good' : dataset.lag_ms === null || dataset.lag_ms > 10_000 ? 'warn' : ''],
      [dataset.exact ? 'exact' : 'not exact', dataset.exact ? 'good' : 'bad'],
    ];
    while (this.#standing.children.length < chips.length) this.#standing.append(element('span'));
    chips.forEach(([text, tone], i) => {
      this.#standing.children[i].className = `chip ${tone}`;
      say(this.#standing.children[i], text);
    });
  }

  /** Reads all panels; answers whether anything is new, and fails if one failed. */
  async refresh() {
    const answers = await Promise.allSettled(this.#panels.map(panel => panel.refresh()));
    const failed = answers.find(answer => answer.status === 'rejected');
    if (failed) throw failed.reason;
    return answers.some(answer => answer.value);
  }

  redraw() {
    for (const panel of this.#panels) panel.redraw();
    this.#comparison.redraw();
    this.#quality.redraw();
    this.#runs.redraw();
  }
}
