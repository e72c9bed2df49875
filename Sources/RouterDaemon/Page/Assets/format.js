// Quantities for people: three significant digits and a unit.

const plain = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

function significant(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

export const none = "–";

export const count = (value) => (isNumber(value) ? plain.format(value) : none);

/** Large counts in thousands and millions. */
export function short(value) {
  if (!isNumber(value)) return none;
  if (value >= 1e6) return `${Number(significant(value / 1e6))}M`;
  if (value >= 1e4) return `${Number(significant(value / 1e3))}k`;
  return value >= 1e3 ? plain.format(value) : significant(value).replace(/^(\d+)\.0+$/, "$1");
}

export function milliseconds(value) {
  if (!isNumber(value)) return none;
  const size = Math.abs(value);
  if (size >= 120_000) return `${significant(value / 60_000)} min`;
  if (size >= 1_000) return `${significant(value / 1_000)} s`;
  return `${significant(value)} ms`;
}

export function bytes(value) {
  if (!isNumber(value)) return none;
  for (const [unit, size] of [["GB", 1e9], ["MB", 1e6], ["kB", 1e3]]) {
    if (value >= size) return `${significant(value / size)} ${unit}`;
  }
  return `${plain.format(value)} B`;
}

export const rate = (value) => (isNumber(value) && value > 0 ? `${bytes(value)}/s` : none);

export const share = (value) => (isNumber(value) ? `${Math.round(value * 100)} %` : none);

/** How far a prediction was off: +12 % is above what happened. */
export function deviation(value) {
  if (!isNumber(value)) return none;
  return `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.round(Math.abs(value) * 100)} %`;
}

export function uptime(seconds) {
  if (!isNumber(seconds)) return none;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `${Math.floor(seconds)} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

export const time = (unixMilliseconds) => clock.format(new Date(unixMilliseconds));

export const plural = (value, word) => `${count(value)} ${word}${value === 1 ? "" : "s"}`;
