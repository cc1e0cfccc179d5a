// Rows as what charts and tables draw.

import {isAdditive} from './plan.js';
import {sum} from './format.js';

const MOST_SERIES = 9;
export const nameOf = (row, by) => by.map(d => row[d] ?? '(none)').join(', ') || 'All';

/**
 * Rows over time: the buckets in order, and for each name its values by bucket. Beyond nine series
 * of sums the smaller ones become one.
 */
export function overTime(plan, rows) {
  const measure = plan.measures[0];
  const additive = isAdditive(plan.view, measure);
  const buckets = [...new Set(rows.map(row => row.bucket))].sort();
  const byName = new Map();
  for (const row of rows) {
    const name = nameOf(row, plan.by);
    if (!byName.has(name)) byName.set(name, new Map());
    byName.get(name).set(row.bucket, row[measure]);
  }
  const weight = values => Math.abs(Number(sum([...values.values()]) ?? 0));
  let series = [...byName].map(([name, values]) => ({name, values, weight: weight(values)}));
  if (additive) series.sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
  else series.sort((a, b) => (a.name < b.name ? -1 : 1));
  if (additive && series.length > MOST_SERIES) {
    const rest = series.slice(MOST_SERIES - 1);
    const values = new Map();
    for (const bucket of buckets) values.set(bucket, sum(rest.map(s => s.values.get(bucket) ?? null)));
    series = [...series.slice(0, MOST_SERIES - 1), {name: `${rest.length} smaller`, values, rest: true}];
  }
  return {buckets, series, additive, measure};
}

/** Rows by name, greatest first. */
export function byName(plan, rows) {
  const [first] = plan.measures;
  return rows
    .map(row => ({name: nameOf(row, plan.by), row}))
    .sort((a, b) => Number(b.row[first]) - Number(a.row[first]) || (a.name < b.name ? -1 : 1));
}
