// Which picture a view gets. A view that is not named here gets one from its grain, dimensions and
// measures, so a new dataset appears without code.

const NAMED = {
  sales_by_category: {kind: 'time', by: ['category'], measure: 'revenue', title: 'Sales by category over time'},
  sales_by_country: {kind: 'bars', measures: ['revenue'], title: 'Sales by country'},
  sales_by_age_group: {kind: 'bars', measures: ['revenue'], title: 'Sales by age group'},
  top_products: {kind: 'top', measure: 'revenue', title: 'Top products'},
  energy_by_area: {kind: 'bars', measures: ['consumption', 'production'], title: 'Consumption and production by area'},
  price_by_area: {kind: 'time', by: ['price_area'], measure: 'average_price', title: 'Price by area over time'},
};

const ADDITIVE = new Set(['count', 'sum']);
const NUMBERS = new Set(['count', 'sum', 'avg', 'distinct', 'min', 'max']);

/** Whether values of the measure may be summed over rows. */
export const isAdditive = (view, measure) =>
  ADDITIVE.has(view.measures.find(m => m.measure === measure)?.kind);

const hours = grain => {
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(grain) ?? [];
  return Number(parts[1] ?? 0) * 24 + Number(parts[2] ?? 0) + Number(parts[3] ?? 0) / 60 + Number(parts[4] ?? 0) / 3600;
};

/** Whether a view has buckets shorter than a day. */
export const isFine = view => hours(view.grain) < 24;

function fits(plan, view) {
  const measures = view.measures.map(m => m.measure);
  const asked = plan.measures ?? [plan.measure];
  return asked.every(m => measures.includes(m)) && (plan.by ?? []).every(d => view.dimensions.includes(d));
}

function general(view) {
  const numbers = view.measures.filter(m => NUMBERS.has(m.kind));
  const sums = numbers.filter(m => m.kind === 'sum');
  const main = sums.at(-1) ?? numbers[0];
  const title = view.view.replaceAll('_', ' ').replace(/^./, c => c.toUpperCase());
  if (!main) return {kind: 'table', measures: [], title};
  if (view.dimensions.length === 0 || isFine(view)) {
    return {kind: 'time', by: view.dimensions.slice(0, 1), measure: main.measure, title: `${title} over time`};
  }
  return view.dimensions.length === 1
    ? {kind: 'bars', measures: [main.measure], title}
    : {kind: 'top', measure: main.measure, title};
}

/** The plan of a view: kind (time, bars, top, table), what is grouped and measured, a title. */
export function planOf(view) {
  const named = NAMED[view.view];
  const plan = named && fits(named, view) ? named : general(view);
  return {
    ...plan,
    view,
    by: plan.by ?? view.dimensions,
    measures: plan.measures ?? [plan.measure],
    wide: plan.kind === 'time' || plan.kind === 'top',
  };
}

/** Wide and narrow panels in turn, so that rows fill up. */
export function arranged(plans) {
  const wide = plans.filter(p => p.wide);
  const narrow = plans.filter(p => !p.wide);
  const order = [];
  while (wide.length || narrow.length) {
    if (wide.length) order.push(wide.shift());
    if (narrow.length) order.push(narrow.shift());
  }
  return order;
}
