// Why a request went where it went: its decision, in a window of its own at #request=ID.

import { byID, el, fact, replace } from "./dom.js";
import { bytes, count, deviation, milliseconds, none, rate, time } from "./format.js";
import { stageWord, stagesOf, timeline } from "./requests.js";
import { ask } from "./source.js";

const partNames = [
  ["wait_ms", "wait", "waiting"], ["fetch_ms", "fetch", "fetch"], ["prefill_ms", "prefill", "prefill"], ["transfer_ms", "hand-off", "transfer"],
  ["admission_ms", "admission", "other"], ["first_step_ms", "first step", "decode"], ["harm_ms", "delay of others", "harm"],
];

/** How often the decision of a request that is not over is read again. */
const lookInterval = 1_000;

const requested = () => (location.hash.startsWith("#request=") ? decodeURIComponent(location.hash.slice("#request=".length)) : null);

let openedFrom = null;
/** Counts what was asked for, so that a slow answer does not replace a newer one. */
let turn = 0;

export function build() {
  const dialog = byID("explain");
  addEventListener("hashchange", follow);
  byID("explain-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => {
    turn += 1;
    if (requested() !== null) history.replaceState(null, "", location.pathname + location.search);
    openedFrom?.focus({ preventScroll: true });
    openedFrom = null;
  });
  follow();
}

async function follow(isAgain) {
  let id = null;
  try { id = requested(); } catch (error) { if (!(error instanceof URIError)) throw error; /* Not one of our links. */ }
  const dialog = byID("explain");
  if (id === null) { if (dialog.open) dialog.close(); return; }
  turn += 1;
  const mine = turn;
  if (!dialog.open) {
    openedFrom = document.activeElement;
    dialog.showModal();
  }
  if (isAgain !== true) {
    byID("explain-title").textContent = `Request ${id}`;
    replace(byID("explain-body"), el("p", { class: "empty" }, "Asking the router…"));
  }
  try {
    const decision = await ask(`/admin/decisions/${encodeURIComponent(id)}`);
    if (mine !== turn) return;
    show(decision);
    if (decision.state !== "finished" && decision.state !== "failed") setTimeout(() => { if (mine === turn) follow(true); }, lookInterval);
  } catch (error) {
    if (mine === turn) replace(byID("explain-body"), el("p", { class: "failure" }, error.message));
  }
}

function show(decision) {
  const stages = stagesOf(decision);
  const total = Math.max(1, decision.elapsed_ms ?? 0);
  byID("explain-title").textContent = `Request ${decision.client_request_id || decision.request}`;
  replace(byID("explain-body"),
    el("p", { class: "verdict" }, decision.verdict),
    decision.failure && !decision.verdict.includes(decision.failure) ? el("p", { class: "failure" }, decision.failure) : null,
    stages.length > 0 ? timeline(stages, total, total) : null,
    el("ul", { class: "steps" }, ...stages.map((stage) => el("li", {},
      el("span", { class: `key stage ${stage.name}`, "aria-hidden": true }),
      el("span", {}, stageWord(stage.name)), el("b", {}, milliseconds(stage.end_ms - stage.start_ms))))),
    el("dl", { class: "facts" },
      fact("Identity", decision.request), fact("Tenant", decision.tenant || none), fact("Class", decision.request_class || none),
      fact("Arrived", decision.submitted_unix_ms ? time(decision.submitted_unix_ms) : none), fact("State", decision.outcome ?? decision.state),
      fact("Prompt", `${count(decision.prompt_tokens)} tokens`), fact("Answer", `${count(decision.output_tokens)} tokens`),
      fact("TTFT", milliseconds(decision.ttft_ms)), fact("In all", milliseconds(decision.elapsed_ms))),
    ...decision.attempts.map((attempt) => attemptView(attempt, decision.attempts.length)));
}

function attemptView(attempt, attempts) {
  const plans = attempt.plans ?? [];
  const longest = Math.max(0.001, ...plans.map((plan) => plan.total_ms + (plan.parts?.harm_ms ?? 0)));
  const rest = (attempt.plan_count ?? plans.length) - plans.length;
  return el("section", { class: "attempt" },
    el("h3", {}, attempts > 1 ? `Attempt ${attempt.number}` : "Placement"),
    el("p", {}, `${attempt.policy}: ${attempt.reason}${attempt.margin ? `; ${attempt.margin}` : ""}`),
    attempt.failure ? el("p", { class: "failure" }, attempt.failure) : null,
    comparisons(attempt),
    el("h4", {}, `Candidates (${count(attempt.plan_count ?? plans.length)})`),
    el("ol", { class: "plans" }, ...plans.map((plan, index) => planView(plan, index === 0, longest))),
    rest > 0 ? el("p", { class: "note" }, `and ${count(rest)} that were predicted to take longer`) : null,
    el("ul", { class: "legend" }, ...partNames.map(([, name, kind]) => el("li", {}, el("span", { class: `key stage ${kind}`, "aria-hidden": true }), el("span", {}, name)))),
    reports(attempt));
}

function comparisons(attempt) {
  const plan = attempt.plans[0];
  const pairs = [["TTFT", plan?.ttft_ms, attempt.ttft_ms, attempt.ttft_error], ["Gap to the second token", plan?.gap_ms, attempt.gap_ms, attempt.gap_error]]
    .filter(([, predicted, measured]) => predicted !== undefined && measured !== undefined && measured !== null);
  if (pairs.length === 0) return el("p", { class: "note" }, "Nothing was measured of it yet.");
  return el("div", { class: "compare" }, ...pairs.map(([name, predicted, measured, error]) => {
    const most = Math.max(predicted, measured, 0.001);
    const bar = (label, value, kind) => {
      const inner = el("span");
      inner.style.setProperty("inline-size", `${(100 * value) / most}%`);
      return el("div", { class: "meter" }, el("span", {}, label), el("span", { class: `bar ${kind}` }, inner), el("span", { class: "value" }, milliseconds(value)));
    };
    return el("div", {}, el("h4", {}, name, " ", el("small", {}, `prediction off by ${deviation(error)}`)), bar("predicted", predicted, "soft"), bar("measured", measured, ""));
  }));
}

function planView(plan, isChosen, longest) {
  const track = el("span", { class: "stack", "aria-hidden": true });
  for (const [member, , kind] of partNames) {
    const value = plan.parts?.[member] ?? 0;
    if (value <= 0) continue;
    const part = el("span", { class: `stage ${kind}` });
    part.style.setProperty("inline-size", `${(100 * value) / longest}%`);
    track.append(part);
  }
  const words = partNames.filter(([member]) => (plan.parts?.[member] ?? 0) > 0.05).map(([member, name]) => `${name} ${milliseconds(plan.parts[member])}`);
  const extras = [
    plan.hit_tokens > 0 ? `${count(plan.hit_tokens)} tokens cached` : null,
    plan.fetch_source ? `fetches ${count(plan.fetched_tokens)} tokens from ${plan.fetch_source}` : null,
    plan.wire_bytes > 0 ? `${bytes(plan.wire_bytes)} over the link as ${plan.codec}${plan.inputs?.link_bytes_per_second > 0 ? ` at ${rate(plan.inputs.link_bytes_per_second)}` : ""}` : null,
    plan.inputs ? `${count(plan.inputs.requests)} requests and ${count(plan.inputs.queued_tokens)} tokens there before` : null,
    plan.failures > 0 ? `${plan.failures} failures before` : null,
  ].filter(Boolean);
  return el("li", { class: isChosen ? "chosen" : null },
    el("span", { class: "way" }, plan.prefill ? `${plan.prefill} → ${plan.decode}` : `${plan.decode} alone`, isChosen ? el("em", {}, "chosen") : null),
    el("b", {}, milliseconds(plan.total_ms)), track,
    el("span", { class: "note" }, [...words, ...extras].join(" · ")));
}

function reports(attempt) {
  const list = [["Prefill worker", attempt.prefill_report], ["Decode worker", attempt.decode_report]].filter(([, report]) => report);
  if (list.length === 0) return null;
  return el("div", { class: "reports" }, ...list.map(([name, report]) => el("div", {}, el("h4", {}, `${name} reported`), el("dl", { class: "facts" },
    fact("Queue", milliseconds(report.queue_ms)), fact("Prefill", milliseconds(report.prefill_ms)), fact("Fetch", milliseconds(report.fetch_ms)),
    fact("Transfer", milliseconds(report.transfer_ms)), fact("Not hidden", milliseconds(report.exposed_transfer_ms)), fact("Decode", milliseconds(report.decode_ms)),
    fact("Cached", `${count(report.hit_tokens)} tokens`), fact("Computed", `${count(report.computed_tokens)} tokens`), fact("Moved", bytes(report.wire_bytes))))));
}
