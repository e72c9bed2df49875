// Starts everything, and keeps it up to date.

import * as chat from "./chat.js";
import * as charts from "./charts.js";
import * as cluster from "./cluster.js";
import { byID, el, keyed, setAttribute, setText } from "./dom.js";
import * as explain from "./explain.js";
import { count, milliseconds, none, short, uptime } from "./format.js";
import * as requests from "./requests.js";
import { ask, every } from "./source.js";

/** When the router started, in seconds of this clock; null before it was asked. */
let startedAt = null;
/** Seconds by which that may seem to change although it is the same process. */
const clockSlack = 10;
let endedAt = 0;
/** How often the list of ended requests is read. */
const endedInterval = 3_000;

async function poll() {
  const [status, running, series] = await Promise.all([
    ask("/admin/cluster"), ask("/admin/requests"), ask(`/admin/series?after=${charts.lastSample()}`),
  ]);
  const started = Date.now() / 1_000 - status.uptime_s;
  const isAnother = startedAt !== null && Math.abs(started - startedAt) > clockSlack;
  startedAt = started;
  if (isAnother) {
    // Its samples count from one again, so these are asked for anew.
    charts.forget();
    return;
  }
  showWho(status);
  cluster.show({ ...status, workers: status.workers ?? [], links: status.links ?? [] });
  charts.add(series);
  requests.showRunning(running);
  showFigures(status);
  const path = requests.endedPath();
  if (path !== null && performance.now() - endedAt > endedInterval) {
    endedAt = performance.now();
    requests.showEnded(await ask(path));
  }
}

function showWho(status) {
  setText(byID("who"), `${status.model ?? none} · ${status.router ?? none} ${status.version ?? ""} · up ${uptime(status.uptime_s)}`);
  document.title = `${status.router ?? "router"} · Baton`;
}

function showFigures(status) {
  const figures = [
    ["In flight", count(status.requests_in_flight), `${count(charts.latest("waiting"))} waiting`],
    ["TTFT p50", milliseconds(charts.latest("ttft_p50_ms")), `p99 ${milliseconds(charts.latest("ttft_p99_ms"))}`],
    ["TPOT p50", milliseconds(charts.latest("tpot_p50_ms")), `p99 ${milliseconds(charts.latest("tpot_p99_ms"))}`],
    ["Requests", `${short(charts.latest("requests_per_second"))}/s`, `${short(charts.latest("failures_per_second"))}/s failed`],
    ["Output", `${short(charts.latest("output_tokens_per_second"))}/s`, "tokens"],
    ["Prompts", `${short(charts.latest("prompt_tokens_per_second"))}/s`, "tokens"],
  ];
  keyed(byID("figures"), figures, ([name]) => name,
    ([name]) => el("div", {}, el("dt", {}, name), el("dd", {}, el("b"), el("small"))),
    (box, [, value, note]) => {
      setText(box.children[1].children[0], value);
      setText(box.children[1].children[1], note);
    });
}

// Whether the router answers

let countdown = null;

function showState({ isUp, error, retryAt }) {
  clearInterval(countdown);
  const banner = byID("banner");
  setAttribute(byID("pulse"), "data-state", isUp ? "up" : "down");
  setText(byID("pulse-word"), isUp ? "live" : "not reachable");
  document.body.classList.toggle("stale", !isUp);
  if (isUp) { banner.hidden = true; return; }
  const why = error instanceof TypeError || error.name === "TimeoutError" ? "The router does not answer" : `The router answers with an error: ${error.message}`;
  // The seconds are no news: they stand beside the alert, or it would be read out each time.
  const show = () => setText(byID("banner-wait"), `Trying again in ${Math.max(0, Math.ceil((retryAt - Date.now()) / 1000))} s.`);
  show();
  banner.hidden = false;
  setText(byID("banner-text"), `${why}. What you see is old.`);
  countdown = setInterval(show, 1_000);
}

// Theme: what the system says, unless chosen otherwise

const themes = ["auto", "light", "dark"];

function buildTheme() {
  const button = byID("theme");
  const current = () => document.documentElement.dataset.theme ?? "auto";
  const show = () => setText(button, `Theme: ${current()}`);
  button.addEventListener("click", () => {
    const next = themes[(themes.indexOf(current()) + 1) % themes.length];
    if (next === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    try { localStorage.setItem("theme", next); } catch { setText(button, `Theme: ${next}, for now`); /* Storage may be forbidden. */ return; }
    show();
  });
  show();
}

buildTheme();
charts.build();
cluster.follow();
chat.build();
const polling = every(poll, showState);
requests.build(() => { endedAt = -endedInterval; polling.now(); });
byID("retry").addEventListener("click", () => polling.now());
explain.build();
