// The page: a section for each dataset, read again every two seconds while it is seen, less often
// while nothing changes. The next reading starts only after the last one was answered.

import * as api from './api.js';
import {element, say} from './dom.js';
import {words} from './format.js';
import {Section} from './section.js';

const FASTEST_MS = 2_000;
const SLOWEST_MS = 10_000;
const CHOICES_EVERY_MS = 30_000;

const updated = document.getElementById('updated');
const pulse = document.getElementById('pulse');
const sections = new Map();
let waiting = null;
let interval = FASTEST_MS;
let reading = false;
let again = false;
let choicesRead = -Infinity;

async function build() {
  const views = await api.views();
  for (const dataset of new Set(views.map(view => view.dataset))) {
    const section = new Section(dataset, views.filter(view => view.dataset === dataset), soon);
    sections.set(dataset, section);
    document.getElementById('sections').append(section.root);
    document.getElementById('datasets').append(element('a', {href: `#${dataset}`}, words(dataset)));
  }
}

async function readAll() {
  if (sections.size === 0) await build();
  const standings = api.datasets().then(all => {
    for (const dataset of all) sections.get(dataset.dataset)?.show(dataset);
  });
  const answers = await Promise.allSettled([standings, ...[...sections.values()].map(section => section.refresh())]);
  const failed = answers.find(answer => answer.status === 'rejected');
  if (failed) throw failed.reason;
  if (performance.now() - choicesRead > CHOICES_EVERY_MS) {
    choicesRead = performance.now();
    for (const section of sections.values()) await section.readChoices();
  }
  return answers.some(answer => answer.value === true);
}

async function tick() {
  clearTimeout(waiting);
  if (reading) {
    again = true;
    return;
  }
  if (document.hidden) return;
  reading = true;
  again = false;
  const start = performance.now();
  try {
    const isNew = await readAll();
    interval = isNew ? FASTEST_MS : Math.min(SLOWEST_MS, interval * 1.25);
    pulse.className = isNew ? 'pulse' : 'pulse resting';
    say(updated, `Updated ${new Date().toISOString().slice(11, 19)} UTC`);
    document.body.dataset.state = 'ready';
  } catch (error) {
    interval = FASTEST_MS;
    pulse.className = 'pulse failed';
    say(updated, error.message);
    document.body.dataset.state = 'failed';
    if (!(error instanceof api.RestError)) console.error(error);
  }
  reading = false;
  const took = performance.now() - start;
  waiting = setTimeout(tick, again ? 0 : Math.max(interval, took));
}

/** Reads at once, since something else was chosen. */
function soon() {
  interval = FASTEST_MS;
  tick();
}

document.addEventListener('visibilitychange', () => document.hidden || soon());
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  for (const section of sections.values()) section.redraw();
});
tick();
