// Charts by ECharts, in the colours of the page. Tooltips are elements, not markup, since the page
// allows no inline styles.

import {element} from './dom.js';
import {exact, short, time, words} from './format.js';

const MOST_BARS = 14;
const MOST_COLUMNS = 62;

function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = name => style.getPropertyValue(name).trim();
  return {
    ink: of('--ink'), soft: of('--soft'), grid: of('--grid'), card: of('--card'), line: of('--line'),
    rest: of('--c0'), series: [1, 2, 3, 4, 5, 6, 7, 8, 9].map(n => of(`--c${n}`)),
  };
}

function base(c) {
  return {
    animation: false,
    color: c.series,
    textStyle: {color: c.ink, fontFamily: 'system-ui, sans-serif'},
    grid: {left: 8, right: 16, top: 40, bottom: 8, containLabel: true},
    legend: {type: 'scroll', top: 4, left: 0, itemWidth: 12, itemHeight: 8, itemGap: 14, icon: 'roundRect',
      textStyle: {color: c.soft, fontSize: 12}, pageIconColor: c.soft, pageTextStyle: {color: c.soft}},
    tooltip: {confine: true, backgroundColor: c.card, borderColor: c.line, textStyle: {color: c.ink, fontSize: 13}},
  };
}

const valueAxis = c => ({
  type: 'value', axisLabel: {color: c.soft, formatter: short}, splitLine: {lineStyle: {color: c.grid}},
});
const nameAxis = (c, names) => ({
  type: 'category', data: names, axisLabel: {color: c.soft, hideOverlap: true, alignMinLabel: 'left', alignMaxLabel: 'right'}, axisTick: {show: false},
  axisLine: {lineStyle: {color: c.line}},
});

/** A tooltip with a line for each entry: colour, name, exact value. */
function tip(title, entries) {
  return element('div', {class: 'tip'}, element('strong', {}, title), entries.map(({colour, name, value}) => {
    const dot = element('i');
    dot.style.backgroundColor = colour;
    return element('div', {}, dot, element('span', {}, name), element('b', {}, exact(value)));
  }));
}

/** Series over time: columns or areas on top of each other for sums, lines for other measures. */
export function timeOptions({buckets, series, additive}, grain) {
  const c = colours();
  const labels = buckets.map(bucket => time(bucket, grain));
  const columns = additive && buckets.length <= MOST_COLUMNS;
  const colour = (s, i) => (s.rest ? c.rest : c.series[i % c.series.length]);
  return {
    ...base(c),
    tooltip: {...base(c).tooltip, trigger: 'axis', axisPointer: {type: columns ? 'shadow' : 'line'},
      formatter: points => tip(labels[points[0].dataIndex], points
        .map(p => ({colour: p.color, name: p.seriesName, value: series[p.seriesIndex].values.get(buckets[p.dataIndex])}))
        .filter(p => p.value !== undefined && p.value !== null))},
    xAxis: {...nameAxis(c, labels), boundaryGap: columns},
    yAxis: {...valueAxis(c), scale: !additive},
    series: series.map((s, i) => ({
      name: s.name, type: columns ? 'bar' : 'line', stack: additive ? 'all' : undefined, barMaxWidth: 36,
      itemStyle: {color: colour(s, i)}, lineStyle: {width: additive ? 1 : 1.8}, showSymbol: buckets.length === 1,
      areaStyle: additive && !columns ? {opacity: .55} : undefined, emphasis: {focus: 'series'},
      data: buckets.map(bucket => (s.values.has(bucket) ? Number(s.values.get(bucket)) : additive ? 0 : null)),
    })),
  };
}

/** A line for each entry, {@code null} leaving a hole. */
export function lineOptions(labels, lines) {
  const c = colours();
  return {
    ...base(c),
    tooltip: {...base(c).tooltip, trigger: 'axis',
      formatter: points => tip(labels[points[0].dataIndex],
        points.map(p => ({colour: p.color, name: p.seriesName, value: lines[p.seriesIndex].values[p.dataIndex]})))},
    xAxis: nameAxis(c, labels),
    yAxis: valueAxis(c),
    series: lines.map((line, i) => ({
      name: line.name, type: 'line', showSymbol: labels.length === 1, lineStyle: {width: i === 0 ? 4 : 1.6},
      data: line.values.map(value => (value === null ? null : Number(value))),
    })),
  };
}

/** Columns beside each other, one for each label. */
export function columnOptions(labels, counts, name) {
  const c = colours();
  return {
    ...base(c),
    legend: {show: false},
    tooltip: {...base(c).tooltip, trigger: 'axis', axisPointer: {type: 'shadow'},
      formatter: points => tip(`${name} from ${labels[points[0].dataIndex]}`,
        points.map(p => ({colour: p.color, name: 'values', value: counts[p.dataIndex]})))},
    xAxis: nameAxis(c, labels),
    yAxis: valueAxis(c),
    series: [{name, type: 'bar', barCategoryGap: '4%', itemStyle: {color: c.series[0]}, data: counts}],
  };
}

/** A bar for each of the first names, from the top down; several measures stand beside each other. */
export function barOptions(plan, entries, most = MOST_BARS) {
  const c = colours();
  const shown = entries.slice(0, most);
  return {
    ...base(c),
    grid: {...base(c).grid, left: 16, top: plan.measures.length > 1 ? 40 : 12, right: 64},
    legend: {...base(c).legend, show: plan.measures.length > 1},
    tooltip: {...base(c).tooltip, trigger: 'axis', axisPointer: {type: 'shadow'},
      formatter: points => tip(shown[points[0].dataIndex].name, points.map(p =>
        ({colour: p.color, name: p.seriesName, value: shown[p.dataIndex].row[plan.measures[p.seriesIndex]]})))},
    xAxis: valueAxis(c),
    yAxis: {...nameAxis(c, shown.map(e => e.name)), inverse: true,
      axisLabel: {color: c.ink, width: 120, overflow: 'truncate'}},
    series: plan.measures.map((measure, i) => ({
      name: words(measure), type: 'bar', barMaxWidth: 22, itemStyle: {color: c.series[i], borderRadius: 3},
      label: {show: true, position: 'right', color: c.soft, formatter: p => short(p.value)},
      data: shown.map(e => Number(e.row[measure])),
    })),
  };
}

/** A chart in the target that follows its size; {@code draw} replaces all it shows. */
export function chartIn(target) {
  const chart = window.echarts.init(target, null, {renderer: 'canvas'});
  new ResizeObserver(() => chart.resize()).observe(target);
  return {
    draw(options, label) {
      chart.setOption(options, {notMerge: true});
      target.setAttribute('role', 'img');
      target.setAttribute('aria-label', label);
    },
    clear: () => chart.clear(),
  };
}
