// Asks the router once a second, rests while nobody looks, and waits longer each time it does not answer.

const interval = 1_000;
const longestWait = 15_000;
const patience = 8_000;

/** An answer of the router, or an error whose message says what it said. */
export async function ask(path, options = {}) {
  const response = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(patience), ...options });
  if (response.ok) return response.json();
  const error = new Error(await reason(response));
  error.status = response.status;
  throw error;
}

/** What an error answer says, in OpenAI's form or any other. */
export async function reason(response) {
  const text = await response.text();
  try {
    const message = JSON.parse(text)?.error?.message;
    if (typeof message === "string") return message;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error; // Not JSON: shown as it is.
  }
  return text.slice(0, 300) || `the router answered ${response.status}`;
}

/**
 * Calls `poll` every second.
 *
 * `onState({isUp, error, retryAt})` is called after each try. Returns `{now}`, which tries at once.
 */
export function every(poll, onState) {
  let timer = null;
  let isAsking = false;
  let failures = 0;

  async function turn() {
    clearTimeout(timer);
    timer = null;
    if (isAsking || document.hidden) return;
    isAsking = true;
    const startedAt = performance.now();
    let wait = interval;
    try {
      await poll();
      failures = 0;
      onState({ isUp: true });
      wait = Math.max(interval - (performance.now() - startedAt), 100);
    } catch (error) {
      failures += 1;
      wait = Math.min(interval * 2 ** (failures - 1), longestWait);
      onState({ isUp: false, error, retryAt: Date.now() + wait });
    } finally {
      isAsking = false;
    }
    if (!document.hidden) timer = setTimeout(turn, wait);
  }

  document.addEventListener("visibilitychange", turn);
  turn();
  return { now: turn };
}
