// Requests in flight and ended, each with a bar of its stages.

import { byID, el, keyed, setAttribute, setStyle, setText } from "./dom.js";
import { count, milliseconds, none } from "./format.js";

/** Rows of either list. */
const rowLimit = 40;
const endedLimit = 20;

/** What stages are called here; names that a newer router sends are shown as they are. */
const stageNames = { waiting: "wait", fetch: "fetch", prefill: "prefill", transfer: "hand-off", decode: "decode", failed: "failed attempt" };
const kind = (name) => (name in stageNames ? name : "other");
export const stageWord = (name) => stageNames[name] ?? name;

let tab = "running";
let decisions = [];

/** The stages of a request that has ended, from what was measured of its last attempt. */
export function stagesOf(decision) {
  const attempt = decision.attempts.at(-1);
  const end = decision.elapsed_ms;
  if (end === undefined || end === null) return []; // Not over: its parts are not all known.
  if (!attempt) return [{ name: "waiting", start_ms: 0, end_ms: end }];
  const isPair = Boolean(attempt.plans[0]?.prefill);
  const report = isPair ? attempt.prefill_report : attempt.decode_report;
  const first = decision.ttft_ms ?? end;
  const waited = Math.min(first, (attempt.placed_after_ms ?? 0) + (report?.queue_ms ?? 0));
  const fetched = Math.min(first, waited + (report?.fetch_ms ?? 0));
  const second = isPair && decision.gap_ms !== undefined && decision.gap_ms !== null ? Math.min(end, first + decision.gap_ms) : first;
  return [
    { name: "waiting", start_ms: 0, end_ms: waited },
    { name: "fetch", start_ms: waited, end_ms: fetched },
    { name: "prefill", start_ms: fetched, end_ms: first },
    { name: "transfer", start_ms: first, end_ms: second },
    { name: "decode", start_ms: second, end_ms: Math.max(end, second) },
  ].filter((stage) => stage.end_ms - stage.start_ms > 0.0005);
}

/** A bar of stages over `total` milliseconds, with the same in words. */
export function timeline(stages, total, age) {
  const bar = el("span", { class: "timeline" });
  updateTimeline(bar, stages, total, age);
  return bar;
}

export function updateTimeline(bar, stages, total, age) {
  if (!bar.firstChild) bar.append(el("span", { class: "track", "aria-hidden": true }), el("span", { class: "unseen" }));
  keyed(bar.firstChild, stages, (stage) => `${stage.name} ${stage.attempt ?? 0} ${stage.start_ms}`, () => el("span"), (part, stage) => {
    const end = stage.end_ms ?? age ?? total;
    setAttribute(part, "class", `stage ${kind(stage.name)}${stage.end_ms === undefined || stage.end_ms === null ? " open" : ""}`);
    // However short, a stage is two pixels wide, and inside the bar.
    setStyle(part, "inset-inline-start", `min(${(100 * Math.min(stage.start_ms, total)) / total}%, 100% - 2px)`);
    setStyle(part, "inline-size", `${(100 * Math.max(0, Math.min(end, total) - stage.start_ms)) / total}%`);
  });
  setText(bar.lastChild, `${stages.map((stage) => `${stageWord(stage.name)} ${milliseconds((stage.end_ms ?? age ?? total) - stage.start_ms)}`).join(", ")}. `);
}

const link = (id) => `#request=${encodeURIComponent(id)}`;

function makeRow() {
  return el("li", {}, el("a", { class: "request" },
    el("span", { class: "name" }), el("span", { class: "outcome" }), el("span", { class: "who" }),
    el("span", { class: "timeline" }), el("span", { class: "numbers" })));
}

function updateRow(item, row, total) {
  const [name, outcome, who, bar, numbers] = item.firstChild.children;
  setAttribute(item.firstChild, "href", link(row.request));
  setText(name, row.name);
  setText(outcome, row.outcome);
  setAttribute(outcome, "data-outcome", row.isBad ? "bad" : null);
  setText(who, row.who);
  updateTimeline(bar, row.stages, total, row.age);
  setText(numbers, row.numbers);
}

function showRows(list, empty, rows, words) {
  const total = Math.max(1, ...rows.map((row) => row.age));
  keyed(byID(list), rows.slice(0, rowLimit), (row) => row.request, makeRow, (item, row) => updateRow(item, row, total));
  const note = byID(empty);
  note.hidden = rows.length > 0 && rows.length <= rowLimit;
  setText(note, rows.length > 0 ? `and ${rows.length - rowLimit} more: batonctl requests shows all` : words);
}

const workers = (prefill, decode) => (prefill && decode && prefill !== decode ? `${prefill} → ${decode}` : decode ?? prefill ?? "");

export function showRunning(answer) {
  const total = answer.total ?? answer.requests.length;
  setText(byID("running-count"), count(total));
  const rows = answer.requests.map((request) => ({
    request: request.id,
    name: request.request || request.id,
    outcome: stageWord(request.state),
    who: [request.tenant, request.priority, request.class, workers(request.prefill_worker, request.decode_worker), request.attempt > 1 ? `attempt ${request.attempt}` : ""].filter(Boolean).join(" · "),
    stages: request.stages ?? [],
    age: request.age_ms,
    numbers: `${milliseconds(request.age_ms)} · ${count(request.prompt_tokens)} in${request.cached_tokens ? ` (${count(request.cached_tokens)} cached)` : ""} · ${count(request.output_tokens)} out`,
  })).sort((left, right) => right.age - left.age);
  showRows("running-rows", "running-empty", rows, "Nothing is in flight. Ask something in the chat, or send load with baton-load.");
}

export function showEnded(answer) {
  decisions = answer.decisions;
  const rows = decisions.map((decision) => {
    const plan = decision.attempts.at(-1)?.plans[0];
    return {
      request: decision.request,
      name: decision.client_request_id || decision.request,
      outcome: decision.outcome ?? decision.state,
      isBad: decision.state === "failed",
      who: [decision.tenant, decision.request_class, workers(plan?.prefill, plan?.decode), decision.failure].filter(Boolean).join(" · "),
      stages: stagesOf(decision),
      age: decision.elapsed_ms ?? 0,
      numbers: `${milliseconds(decision.elapsed_ms)} · TTFT ${decision.ttft_ms === undefined ? none : milliseconds(decision.ttft_ms)} · ${count(decision.prompt_tokens)} in · ${count(decision.output_tokens)} out`,
    };
  });
  showRows("ended-rows", "ended-empty", rows, "No request has ended yet.");
}

/** Path of the list of ended requests while it is shown, else null: it is large, and not asked for in vain. */
export const endedPath = () => (tab === "ended" ? `/admin/decisions?limit=${endedLimit}` : null);

function choose(next, onChange, takesFocus) {
  tab = next;
  for (const name of ["running", "ended"]) {
    const button = byID(`tab-${name}`);
    setAttribute(button, "aria-selected", String(name === tab));
    setAttribute(button, "tabindex", name === tab ? "0" : "-1");
    byID(name).hidden = name !== tab;
    if (name === tab && takesFocus) button.focus();
  }
  onChange();
}

/** Fills a list with what the colours of stages mean. */
export function buildLegend(list) {
  list.append(...Object.entries(stageNames).map(([stage, text]) => el("li", {}, el("span", { class: `key stage ${stage}`, "aria-hidden": true }), el("span", {}, text))));
}

/** `onChange` is called when another list is shown. */
export function build(onChange) {
  buildLegend(byID("stage-legend"));
  for (const name of ["running", "ended"]) {
    byID(`tab-${name}`).addEventListener("click", () => choose(name, onChange, false));
    byID(`tab-${name}`).addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      event.preventDefault();
      choose(name === "running" ? "ended" : "running", onChange, true);
    });
  }
  byID("find").addEventListener("submit", (event) => {
    event.preventDefault();
    const id = byID("find-id").value.trim();
    if (id !== "") location.hash = link(id);
  });
}
