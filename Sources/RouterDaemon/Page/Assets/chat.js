// A conversation with the model, and how each answer travelled.

import { byID, el, fact, replace, setText } from "./dom.js";
import { bytes, count, milliseconds, none } from "./format.js";
import { stageWord, stagesOf, timeline } from "./requests.js";
import { ask, reason } from "./source.js";

/** How often a running answer's decision is read. */
const lookInterval = 500;
/** Tries to read the whole decision: workers report just after the last token. */
const lastLooks = 12;

const messages = [];
let running = null;

export function build() {
  byID("chat-form").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  byID("chat-text").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  byID("chat-stop").addEventListener("click", () => running?.abort());
  byID("chat-clear").addEventListener("click", clear);
  clear();
}

function clear() {
  running?.abort();
  messages.length = 0;
  replace(byID("chat-log"), el("p", { class: "empty" }, "Say something. The answer comes from the cluster above, and its way is shown beside it."));
  replace(byID("journey"), el("h3", {}, "Its way"), el("p", { class: "empty" }, "Stages, workers, bytes moved and cached tokens of the latest answer."));
}

function bubble(role, text) {
  if (messages.length <= 1) byID("chat-log").querySelector(".empty")?.remove();
  const body = el("p", { class: "text" }, text);
  byID("chat-log").append(el("div", { class: `message ${role}` }, el("span", { class: "role" }, role === "user" ? "You" : "Model"), body));
  scroll();
  return body;
}

function scroll() { const log = byID("chat-log"); log.scrollTop = log.scrollHeight; }

function setBusy(isBusy) {
  byID("chat-stop").hidden = !isBusy;
  byID("chat-send").disabled = isBusy;
}

async function send() {
  const text = byID("chat-text").value.trim();
  if (text === "" || running) return;
  byID("chat-text").value = "";
  messages.push({ role: "user", content: text });
  bubble("user", text);
  const body = bubble("assistant", "");
  body.classList.add("open");
  const abort = new AbortController();
  running = abort;
  setBusy(true);
  const answer = { id: `ui-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`, text: "", tokens: 0, startedAt: performance.now() };
  const watch = watchJourney(answer, abort.signal);
  try {
    await stream(answer, body, abort.signal);
    setText(byID("chat-said"), `The model answered: ${answer.text}`);
  } catch (error) {
    const words = error.name === "AbortError" ? "Stopped." : error.message;
    answer.failure = words;
    body.append(el("span", { class: "failure" }, answer.text === "" ? words : ` ${words}`));
    setText(byID("chat-said"), words);
    if (error.status === 401) {
      byID("chat-key-box").open = true;
      byID("chat-key").focus();
    }
  } finally {
    body.classList.remove("open");
    answer.isOver = true;
    running = null;
    setBusy(false);
    scroll();
  }
  // What failed is not part of the conversation: the next question would be asked on top of it.
  if (answer.text === "" && messages.at(-1)?.role === "user") messages.pop();
  else if (messages.length > 0) messages.push({ role: "assistant", content: answer.text });
  await watch;
}

async function stream(answer, body, signal) {
  const headers = { "Content-Type": "application/json", "X-Request-Id": answer.id };
  const key = byID("chat-key").value.trim();
  if (key !== "") headers.Authorization = `Bearer ${key}`;
  const response = await fetch("/ui/v1/chat/completions", {
    method: "POST",
    headers,
    signal,
    body: JSON.stringify({
      messages,
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: Number(byID("chat-limit").value) || 128,
      temperature: Number(byID("chat-heat").value) || 0,
    }),
  });
  if (!response.ok) {
    const error = new Error(await reason(response));
    error.status = response.status;
    throw error;
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let isWhole = false;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    for (const event of events) isWhole = take(event, answer, body) || isWhole;
  }
  if (!isWhole) throw new Error("The answer ended before it was complete.");
}

/** Takes one event of the stream; true for the last. */
function take(event, answer, body) {
  if (!event.startsWith("data: ")) return false;
  const data = event.slice("data: ".length);
  if (data === "[DONE]") return true;
  const chunk = JSON.parse(data);
  if (chunk.error) throw new Error(chunk.error.message);
  if (chunk.usage) answer.usage = chunk.usage;
  const choice = chunk.choices?.[0];
  if (!choice) return false;
  answer.firstAt ??= performance.now();
  const text = choice.delta?.content ?? "";
  if (text !== "") {
    const log = byID("chat-log");
    const wasAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    answer.text += text;
    body.append(text);
    if (wasAtEnd) scroll();
  }
  return false;
}

// The way of an answer

async function watchJourney(answer, signal) {
  let looksLeft = lastLooks;
  showJourney(answer, null);
  while (looksLeft > 0) {
    await new Promise((resume) => setTimeout(resume, lookInterval));
    if (answer.isOver) looksLeft -= 1;
    let decision = null;
    try {
      decision = await ask(`/admin/decisions/${encodeURIComponent(answer.id)}`);
    } catch (error) {
      // Refused before it became a request, or not known yet; the banner tells of a router that is gone.
      if (answer.isOver && answer.failure && !signal.aborted) looksLeft = 0;
    }
    if (running && answer.isOver) return; // The next question has begun: the place is its.
    showJourney(answer, decision);
    if (decision && answer.isOver && (decision.state === "finished" || decision.state === "failed")) return;
  }
}

function showJourney(answer, decision) {
  const attempt = decision?.attempts.at(-1);
  const plan = attempt?.plans[0];
  const report = plan?.prefill ? attempt?.prefill_report : attempt?.decode_report;
  // Who sends counts what crosses; who fetches a prefix counts that.
  const reported = [attempt?.prefill_report, attempt?.decode_report].filter(Boolean).map((part) => part.wire_bytes);
  const moved = reported.length > 0 ? Math.max(...reported) : plan?.wire_bytes;
  const stages = decision ? stagesOf(decision) : [];
  const felt = answer.firstAt ? answer.firstAt - answer.startedAt : undefined;
  const tokens = decision?.output_tokens ?? answer.usage?.completion_tokens;
  const perToken = decision?.ttft_ms !== undefined && tokens > 1 && decision.elapsed_ms > decision.ttft_ms
    ? (decision.elapsed_ms - decision.ttft_ms) / (tokens - 1) : undefined;
  const cached = report?.hit_tokens ?? answer.usage?.prompt_tokens_details?.cached_tokens ?? plan?.hit_tokens;
  const where = !plan ? "not placed yet" : plan.prefill ? `${plan.prefill} → ${plan.decode}` : `${plan.decode} alone`;
  const isOver = decision?.state === "finished" || decision?.state === "failed";
  replace(byID("journey"),
    el("h3", {}, "Its way"),
    el("p", { class: "where" }, where),
    isOver && stages.length > 0 ? timeline(stages, Math.max(1, decision.elapsed_ms ?? 0)) : null,
    isOver && stages.length > 0 ? el("ul", { class: "steps" }, ...stages.map((stage) => el("li", {},
      el("span", { class: `key stage ${stage.name}`, "aria-hidden": true }),
      el("span", {}, stageWord(stage.name)), el("b", {}, milliseconds(stage.end_ms - stage.start_ms))))) : null,
    el("dl", { class: "facts" },
      fact("State", decision ? decision.outcome ?? decision.state : answer.isOver ? "over" : "sent"),
      fact("TTFT", milliseconds(decision?.ttft_ms)), fact("TTFT here", milliseconds(felt)),
      fact("TPOT", milliseconds(perToken)), fact("Moved", moved === undefined ? none : bytes(moved)),
      fact("Cached", cached === undefined || cached === null ? none : `${count(cached)} of ${count(decision?.prompt_tokens ?? answer.usage?.prompt_tokens)} tokens`),
      fact("Answer", tokens === undefined ? none : `${count(tokens)} tokens`), fact("Attempts", count(decision?.attempts.length))),
    decision?.verdict && isOver ? el("p", { class: "verdict" }, decision.verdict) : null,
    decision ? el("p", {}, el("a", { href: `#request=${encodeURIComponent(answer.id)}` }, "Explain this answer")) : null);
}
