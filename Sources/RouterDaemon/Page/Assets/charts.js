// Four charts of the last quarter of an hour, one cross-hair over all of them.

import { byID, el, replace, setAttribute, setText, svg } from "./dom.js";
import { milliseconds, none, short, time } from "./format.js";

const span = 15 * 60_000;
/** Rows of the table, one for each of the last minutes. */
const tableMinutes = 15;
/** Samples further apart are not joined by a line: the router, or this page, was away. */
const longestGap = 5_000;

/** Marks of an axis need no more digits than they have. */
const plain = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });

const perSecond = (value) => (value === null || value === undefined ? none : `${short(value)}/s`);
const charts = [
  { title: "Time to first token", unit: "ms", write: milliseconds, lines: [["p50", "ttft_p50_ms"], ["p99", "ttft_p99_ms"]] },
  { title: "Time per output token", unit: "ms", write: milliseconds, lines: [["p50", "tpot_p50_ms"], ["p99", "tpot_p99_ms"]] },
  { title: "Requests ended", unit: "per second", write: perSecond, lines: [["all", "requests_per_second"], ["failed", "failures_per_second"]] },
  { title: "Tokens", unit: "per second", write: perSecond, lines: [["output", "output_tokens_per_second"], ["prompt", "prompt_tokens_per_second"]] },
];
const columns = ["unix_ms", "waiting", "running", ...charts.flatMap((chart) => chart.lines.map(([, column]) => column))];

let series = emptySeries();
/** Index of the sample under the cross-hair; null for the latest. */
let cursor = null;
const views = [];

function emptySeries() { return { last: 0, ...Object.fromEntries(columns.map((column) => [column, []])) }; }

/** Number of the last sample that is here. */
export const lastSample = () => series.last;

/** Forgets all: the router has started anew and counts from one. */
export function forget() { series = emptySeries(); cursor = null; }

/** The latest value of a column. */
export const latest = (column) => series[column].at(-1) ?? null;

/** Adds samples and draws. */
export function add(news) {
  if (news.last < series.last) forget();
  for (const column of columns) series[column].push(...(news[column] ?? []));
  series.last = news.last;
  const surplus = series.unix_ms.length - 900;
  if (surplus > 0) {
    for (const column of columns) series[column].splice(0, surplus);
    if (cursor !== null) cursor = Math.max(0, cursor - surplus);
  }
  setText(byID("latency-note"), `each point looks back ${news.window_s ?? 10} s`);
  draw();
}

export function build() {
  const place = byID("charts");
  for (const chart of charts) {
    const picture = svg("svg", { "aria-hidden": true });
    const legend = el("p", { class: "reading" });
    const plot = el("div", {
      class: "plot", role: "slider", tabindex: 0, "aria-label": `${chart.title}, ${chart.unit}: arrow keys read values`,
      "aria-valuemin": 0, "aria-valuemax": 0, "aria-valuenow": 0,
      onpointermove: (event) => pointAt(event, plot), onpointerleave: () => move(null),
      onkeydown: (event) => key(event), onblur: () => move(null),
    }, picture);
    const keys = chart.lines.map(([name], index) => [el("span", { class: `stroke line${index}`, "aria-hidden": true }), el("span", {}, name), el("b")]);
    const at = el("span", { class: "note" });
    for (const parts of keys) legend.append(el("span", { class: "entry" }, ...parts));
    place.append(el("figure", { class: "chart" }, el("figcaption", {}, el("strong", {}, chart.title), at), plot, legend));
    views.push({ chart, plot, picture, values: keys.map((parts) => parts[2]), at });
  }
  new ResizeObserver(draw).observe(place);
  byID("chart-table").addEventListener("toggle", drawTable);
}

function pointAt(event, plot) {
  const frame = plot.getBoundingClientRect();
  const end = series.unix_ms.at(-1);
  if (end === undefined) return;
  const area = plot.area;
  const wanted = end - span + (span * (event.clientX - frame.left - area.left)) / area.width;
  let best = 0;
  series.unix_ms.forEach((moment, index) => {
    if (Math.abs(moment - wanted) < Math.abs(series.unix_ms[best] - wanted)) best = index;
  });
  move(best);
}

function key(event) {
  const end = series.unix_ms.length - 1;
  if (end < 0) return;
  const here = cursor ?? end;
  const target = { ArrowLeft: here - 1, ArrowRight: here + 1, ArrowDown: here - 1, ArrowUp: here + 1, PageDown: here - 60, PageUp: here + 60, Home: 0, End: end }[event.key];
  if (target === undefined) return;
  event.preventDefault();
  move(Math.min(end, Math.max(0, target)));
}

function move(index) {
  if (cursor === index) return;
  cursor = index;
  draw();
}

// Drawing

/** The least of 1, 2, 2.5 and 5 times a power of ten that is not below a value. */
function roundUp(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 2.5, 5, 10].find((step) => step * power >= value * 0.999999);
}

function draw() {
  for (const view of views) drawChart(view);
  if (byID("chart-table").open) drawTable();
}

function drawChart({ chart, plot, picture, values, at }) {
  const index = cursor ?? series.unix_ms.length - 1;
  chart.lines.forEach(([, column], line) => setText(values[line], chart.write(series[column][index] ?? null)));
  const moment = series.unix_ms[index];
  setText(at, moment === undefined ? "no samples yet" : `${chart.unit}, ${cursor === null ? "now" : time(moment)}`);
  setAttribute(plot, "aria-valuemax", Math.max(0, series.unix_ms.length - 1));
  setAttribute(plot, "aria-valuenow", Math.max(0, index));
  const words = chart.lines.map(([name, column]) => `${name} ${chart.write(series[column][index] ?? null)}`).join(", ");
  setAttribute(plot, "aria-valuetext", moment === undefined ? "no samples yet" : `${time(moment)}: ${words}`);

  const [width, height] = [plot.clientWidth, plot.clientHeight];
  if (width === 0) return;
  const highest = Math.max(0, ...chart.lines.flatMap(([, column]) => series[column].filter((value) => value !== null)));
  const top = roundUp(highest);
  const labels = [0, top / 2, top].map((value) => (value < 1e4 ? plain.format(value) : short(value)));
  const area = { left: 10 + 7 * Math.max(...labels.map((label) => label.length)), top: 8, bottom: height - 20 };
  area.width = width - area.left - 8;
  plot.area = area;
  const end = series.unix_ms.at(-1) ?? Date.now();
  const x = (unix) => area.left + (area.width * (unix - end + span)) / span;
  const y = (value) => area.bottom - ((area.bottom - area.top) * value) / top;
  setAttribute(picture, "viewBox", `0 0 ${width} ${height}`);
  const parts = [];
  [0, top / 2, top].forEach((value, row) => {
    parts.push(svg("line", { class: "grid", x1: area.left, x2: area.left + area.width, y1: y(value), y2: y(value) }));
    parts.push(svg("text", { class: "tick end", x: area.left - 6, y: y(value) + 4 }, labels[row]));
  });
  for (const minutes of [15, 10, 5, 0]) {
    const place = x(end - minutes * 60_000);
    const side = minutes === 15 ? "start" : minutes === 0 ? "end" : "middle";
    parts.push(svg("line", { class: "grid", x1: place, x2: place, y1: area.bottom, y2: area.bottom + 4 }));
    parts.push(svg("text", { class: `tick ${side}`, x: place, y: height - 4 }, minutes === 0 ? "now" : `−${minutes} min`));
  }
  [...chart.lines].reverse().forEach(([, column], reversed) => {
    const line = chart.lines.length - 1 - reversed;
    parts.push(svg("path", { class: `stroke line${line}`, d: path(series[column], x, y) }));
  });
  if (moment !== undefined && cursor !== null) {
    parts.push(svg("line", { class: "cross", x1: x(moment), x2: x(moment), y1: area.top, y2: area.bottom }));
    chart.lines.forEach(([, column], line) => {
      const value = series[column][index];
      if (value !== null) parts.push(svg("circle", { class: `point line${line}`, cx: x(moment), cy: y(value), r: 3.5 }));
    });
  }
  replace(picture, ...parts);
}

/** A line with breaks where nothing was measured; a lone value is a dot. */
function path(values, x, y) {
  let text = "";
  let before = null;
  values.forEach((value, index) => {
    const moment = series.unix_ms[index];
    if (value === null) { before = null; return; }
    const joins = before !== null && moment - before <= longestGap;
    const point = `${x(moment).toFixed(1)} ${y(value).toFixed(1)}`;
    const isLone = !joins && (values[index + 1] === null || values[index + 1] === undefined);
    text += `${joins ? "L" : "M"}${point}${isLone ? "h0.01" : ""}`;
    before = moment;
  });
  return text;
}

/** One row per minute, the newest first: the last sample of each. */
function drawTable() {
  if (!byID("chart-table").open) return;
  const heads = charts.flatMap((chart) => chart.lines.map(([name]) => `${chart.title}, ${name}`));
  if (!byID("chart-table-head").firstChild) {
    byID("chart-table-head").append(el("tr", {}, ...["Time", ...heads].map((head) => el("th", { scope: "col" }, head))));
  }
  const rows = [];
  for (let index = series.unix_ms.length - 1; index >= 0 && rows.length < tableMinutes; index -= 60) {
    const cells = charts.flatMap((chart) => chart.lines.map(([, column]) => el("td", {}, chart.write(series[column][index]))));
    rows.push(el("tr", {}, el("th", { scope: "row" }, time(series.unix_ms[index])), ...cells));
  }
  replace(byID("chart-table-body"), ...rows);
}
