// The cluster as a picture: workers as tiles by site and role, links as lines between them.

import { byID, el, fact, keyed, replace, setAttribute, setStyle, setText, svg } from "./dom.js";
import { bytes, count, milliseconds, none, plural, rate, share, short, uptime } from "./format.js";

/** From so many workers on tiles are small and without text. */
const compactFrom = 17;
/** Links without traffic are drawn up to this number; busy and degraded ones up to the next. */
const quietLimit = 16;
const busyLimit = 32;
/** Workers of a role, in one site, that stand in one column. */
const columnLimit = 5;
/** Links whose list is open unless it was closed. */
const openLimit = 8;

const roles = ["prefill", "decode"];
const marks = { live: "", suspect: "?", sick: "!", dead: "×", draining: "↓", cordoned: "‖" };
const meanings = {
  live: "live",
  suspect: "suspect: silent for a while",
  sick: "sick: its engine does not move",
  dead: "dead: its link is lost",
  draining: "draining: ends its work, takes none",
  cordoned: "cordoned: takes no new work",
};

let cluster = { workers: [], links: [] };
let selected = null;
let pointed = null;

const tiles = new Map();
const kvUse = (worker) => (worker.blocks_total > 0 ? worker.blocks_used / worker.blocks_total : 0);
const linkKey = (link) => `${link.from}\n${link.to}`;

/** One sentence about a worker. */
function summary(worker) {
  return `${worker.name}, ${worker.role}${worker.site ? ` at ${worker.site}` : ""}: ${meanings[worker.state] ?? worker.state}, `
    + `${plural(worker.running, "request")} running, ${count(worker.waiting)} waiting, KV ${share(kvUse(worker))} used`;
}

export function show(next) {
  cluster = next;
  if (selected !== null && !cluster.workers.some((worker) => worker.name === selected)) selected = null;
  const isCompact = cluster.workers.length >= compactFrom;
  byID("map").classList.toggle("compact", isCompact);
  showHub();
  showNote();
  showSites(isCompact);
  showLegend(isCompact);
  showHint(isCompact);
  showDetail();
  drawEdges();
}

function showHub() {
  const hub = byID("hub");
  if (!hub.firstChild) hub.append(el("strong"), el("span"));
  setText(hub.children[0], cluster.router ?? "router");
  setText(hub.children[1], `${plural(cluster.requests_in_flight ?? 0, "request")} in flight · up ${uptime(cluster.uptime_s)}`);
}

function showNote() {
  const troubled = cluster.workers.filter((worker) => worker.state !== "live").length;
  const degraded = cluster.links.filter((link) => link.degraded).length;
  const parts = [plural(cluster.workers.length, "worker")];
  if (troubled > 0) parts.push(`${troubled} not live`);
  if (cluster.links.length > 0) parts.push(plural(cluster.link_count ?? cluster.links.length, "link"));
  if (degraded > 0) parts.push(`${degraded} degraded`);
  setText(byID("cluster-note"), parts.join(" · "));
}

function groups() {
  const sites = new Map();
  for (const worker of cluster.workers) {
    const site = worker.site ?? "";
    if (!sites.has(site)) sites.set(site, new Map());
    const byRole = sites.get(site);
    if (!byRole.has(worker.role)) byRole.set(worker.role, []);
    byRole.get(worker.role).push(worker);
  }
  const order = (role) => (roles.includes(role) ? roles.indexOf(role) : roles.length);
  return [...sites].sort(([left], [right]) => left.localeCompare(right)).map(([site, byRole]) => ({
    site,
    roles: [...byRole].sort(([left], [right]) => order(left) - order(right)).map(([role, workers]) => ({
      role,
      workers: workers.sort((left, right) => left.name.localeCompare(right.name, undefined, { numeric: true })),
    })),
  }));
}

function showSites(isCompact) {
  const sites = byID("sites");
  const found = groups();
  tiles.clear();
  keyed(sites, found.length > 0 ? found : [{ site: "", roles: [], isEmpty: true }], (group) => (group.isEmpty ? "empty" : `site ${group.site}`),
    (group) => (group.isEmpty
      ? el("p", { class: "empty" }, "No worker has registered yet. Start one with this router's address in its routers setting, then look at batonctl status.")
      : el("div", { class: "site" }, el("h3"), el("div", {}))),
    (element, group) => {
      if (group.isEmpty) return;
      const [title, list] = element.children;
      // A few workers of a role stand in one column, so that the lines between the roles are seen.
      setAttribute(list, "class", group.roles.some((entry) => entry.workers.length > columnLimit) ? "roles many" : "roles");
      setText(title, group.site);
      title.hidden = group.site === "";
      keyed(list, group.roles, (entry) => entry.role,
        (entry) => el("div", { class: `role ${roles.includes(entry.role) ? entry.role : "other"}` }, el("h4"), el("ul", { class: "tiles" })),
        (box, entry) => {
          setText(box.children[0], `${entry.role} · ${entry.workers.length}`);
          keyed(box.children[1], entry.workers, (worker) => `${worker.name} ${isCompact}`,
            (worker) => makeTile(worker, isCompact), (item, worker) => updateTile(item, worker, isCompact));
        });
    });
}

function makeTile(worker, isCompact) {
  const name = worker.name;
  const button = el("button", {
    type: "button",
    class: "tile",
    onclick: () => { selected = selected === name ? null : name; show(cluster); },
    onpointerenter: () => point(name),
    onpointerleave: () => point(null),
    onfocus: () => point(name),
    onblur: () => point(null),
  });
  if (isCompact) {
    button.append(el("span", { class: "level", "aria-hidden": true }), el("span", { class: "load", "aria-hidden": true }), el("span", { class: "mark", "aria-hidden": true }));
  } else {
    const meter = (label) => el("span", { class: "meter", "aria-hidden": true }, el("span", {}, label), el("span", { class: "bar" }, el("span")), el("span", { class: "value" }));
    button.append(el("span", { class: "name", "aria-hidden": true }), el("span", { class: "state", "aria-hidden": true }), meter("Queue"), meter("KV"));
  }
  return el("li", {}, button);
}

function updateTile(item, worker, isCompact) {
  const tile = item.firstChild;
  tiles.set(worker.name, tile);
  setAttribute(tile, "aria-label", summary(worker));
  setAttribute(tile, "aria-pressed", selected === worker.name ? "true" : "false");
  setAttribute(tile, "data-state", worker.state);
  const used = kvUse(worker);
  const work = worker.running + worker.waiting;
  if (isCompact) {
    setStyle(tile.children[0], "block-size", `${Math.round(used * 100)}%`);
    setText(tile.children[1], work > 999 ? "999" : String(work));
    setText(tile.children[2], marks[worker.state] ?? "?");
    return;
  }
  const [name, state, queue, kv] = tile.children;
  setText(name, worker.name);
  setText(state, worker.state);
  const most = Math.max(8, ...cluster.workers.map((other) => other.running + other.waiting));
  setStyle(queue.children[1].firstChild, "inline-size", `${(100 * work) / most}%`);
  setText(queue.children[2], worker.waiting > 0 ? `${short(worker.running)} + ${short(worker.waiting)}` : short(worker.running));
  setStyle(kv.children[1].firstChild, "inline-size", `${100 * used}%`);
  setText(kv.children[2], share(used));
}

function showLegend(isCompact) {
  const states = Object.keys(marks).filter((state) => state !== "live" && cluster.workers.some((worker) => worker.state === state));
  const entries = [
    ...(cluster.links.length > 0 ? [["line", "link, wider is faster"], ["line moving", "bytes in flight"]] : []),
    ...(cluster.links.some((link) => link.degraded) ? [["line degraded", "degraded link"]] : []),
    ...(isCompact ? [["number", "requests"], ["fill", "KV in use"]] : []),
    ...(isCompact ? states.map((state) => [`sign ${state}`, state, marks[state]]) : []),
  ];
  keyed(byID("cluster-legend"), entries, ([kind]) => kind,
    ([kind, , mark]) => el("li", {}, el("span", { class: `key ${kind}`, "aria-hidden": true }, kind === "number" ? "3" : mark ?? ""), el("span")),
    (item, [, text]) => setText(item.children[1], text));
}

/** A line under small tiles, always there so that nothing moves when it is filled. */
function showHint(isCompact) {
  const hint = byID("hint");
  hint.hidden = !isCompact;
  const worker = cluster.workers.find((other) => other.name === (pointed ?? selected));
  setText(hint, worker ? summary(worker) : "Point at a worker, or move to it with Tab, to see its name, load and links.");
}

function point(name) {
  pointed = name;
  showHint(byID("map").classList.contains("compact"));
  drawEdges();
}

// Details

function showDetail() {
  const worker = cluster.workers.find((other) => other.name === selected);
  const detail = byID("detail");
  const links = worker
    ? cluster.links.filter((link) => link.from === worker.name || link.to === worker.name)
    : cluster.links;
  const parts = [];
  if (worker) {
    parts.push(el("h3", {}, worker.name), el("dl", { class: "facts" },
      fact("Role", worker.role), fact("State", worker.state), fact("Site", worker.site || none), fact("Address", worker.address || none),
      fact("Running", count(worker.running)), fact("Waiting", count(worker.waiting)), fact("Queued tokens", count(worker.queued_tokens)),
      fact("New prompts wait", milliseconds(worker.queued_ms)), fact("KV blocks", `${count(worker.blocks_used)} of ${count(worker.blocks_total)}`),
      fact("Cached blocks", count(worker.blocks_cached)), fact("Prefill", worker.prefill_tokens_per_second ? `${short(worker.prefill_tokens_per_second)} tokens/s` : none),
      fact("Decode step", milliseconds(worker.decode_step_ms))));
    if (worker.loss_reason) parts.push(el("p", { class: "failure" }, worker.loss_reason));
  }
  if (links.length > 0) parts.push(linkTable(links, worker));
  // Rebuilt each second, so only where it would look different: what is focused in it stays.
  const digest = JSON.stringify([worker, links]);
  if (detail.dataset.digest === digest) return;
  detail.dataset.digest = digest;
  // A short list is open from the start.
  const wasOpen = detail.querySelector("details")?.open ?? links.length <= openLimit;
  const hadFocus = detail.querySelector("details")?.contains(document.activeElement) ?? false;
  replace(detail, ...parts);
  const box = detail.querySelector("details");
  if (!box) return;
  box.open = wasOpen;
  if (hadFocus) box.firstChild.focus();
}

function linkTable(links, worker) {
  const limit = 12;
  const weight = (link) => (link.degraded ? 2 : link.in_flight_bytes > 0 ? 1 : 0);
  const sorted = [...links].sort((left, right) => weight(right) - weight(left) || right.in_flight_bytes - left.in_flight_bytes
    || linkKey(left).localeCompare(linkKey(right)));
  const rows = sorted.slice(0, limit).map((link) => el("li", { class: link.degraded ? "degraded" : null },
    el("span", { class: "way" }, `${link.from} → ${link.to}`),
    el("span", {}, link.degraded ? `${rate(link.bytes_per_second)}, degraded` : rate(link.bytes_per_second)),
    el("span", {}, `${milliseconds(link.round_trip_ms)} round trip`),
    el("span", {}, link.in_flight_bytes > 0 ? `${bytes(link.in_flight_bytes)} in flight` : "idle")));
  const title = worker ? `Links of ${worker.name}` : "Links";
  const rest = sorted.length > limit ? el("p", { class: "note" }, `and ${sorted.length - limit} more: batonctl links shows all`) : null;
  return el("details", { class: "more" }, el("summary", {}, `${title} (${links.length})`), el("ul", { class: "links" }, ...rows), ...(rest ? [rest] : []));
}

// Lines

/** The links that are drawn: those of the worker in hand, else the busy and degraded, and all if they are few. */
function shownLinks() {
  const known = cluster.links.filter((link) => tiles.has(link.from) && tiles.has(link.to) && link.from !== link.to);
  const focus = pointed ?? selected;
  const own = known.filter((link) => link.from === focus || link.to === focus);
  if (focus !== null && own.length > 0) return own.slice(0, 2 * busyLimit).map((link) => ({ ...link, isOwn: true }));
  if (known.length <= quietLimit) return known;
  return known.filter((link) => link.in_flight_bytes > 0 || link.degraded)
    .sort((left, right) => Number(right.degraded) - Number(left.degraded) || right.in_flight_bytes - left.in_flight_bytes)
    .slice(0, busyLimit);
}

/** Pixels, by the logarithm of the rate: 10 MB/s and less are thin, ten times as much is a little wider. */
function width(link, isCompact) {
  const speed = Math.max(link.bytes_per_second ?? 0, 1e7);
  return 1.25 + Math.min(3.75, 1.25 * (Math.log10(speed) - 7)) * (isCompact ? 0.35 : 1);
}

export function drawEdges() {
  const edges = byID("edges");
  const frame = byID("map").getBoundingClientRect();
  setAttribute(edges, "viewBox", `0 0 ${Math.max(1, Math.round(frame.width))} ${Math.max(1, Math.round(frame.height))}`);
  const box = (element) => {
    const rect = element.getBoundingClientRect();
    return { left: rect.left - frame.left, right: rect.right - frame.left, top: rect.top - frame.top, bottom: rect.bottom - frame.top };
  };
  const isCompact = byID("map").classList.contains("compact");
  const hub = box(byID("hub"));
  const sites = [...document.querySelectorAll("#sites .site")].map(box);
  const trunks = sites.map((site, index) => {
    // A site in a later row hangs on the one above it: a line from the router would run through that.
    const above = sites.findLast((other) => other.bottom <= site.top && other.left < site.right && site.left < other.right);
    return { key: `trunk ${index}`, path: trunk(above ?? hub, site) };
  });
  const lines = shownLinks().map((link) => ({ key: linkKey(link), link, path: curve(box(tiles.get(link.from)), box(tiles.get(link.to))) }));
  keyed(edges, [...trunks, ...lines], (line) => line.key,
    (line) => (line.link ? svg("g", {}, svg("path", { class: "wire" }), svg("path", { class: "flow" })) : svg("path", { class: "trunk" })),
    (element, line) => {
      if (!line.link) return setAttribute(element, "d", line.path);
      const { link } = line;
      const [wire, flow] = element.children;
      setAttribute(element, "class", `edge${link.degraded ? " degraded" : ""}${link.in_flight_bytes > 0 ? " busy" : ""}${link.isOwn ? " own" : ""}`);
      setAttribute(wire, "d", line.path);
      setAttribute(flow, "d", line.path);
      setStyle(wire, "stroke-width", `${width(link, isCompact).toFixed(2)}px`);
      setStyle(flow, "stroke-width", isCompact ? "3.5px" : "5px");
      // The more bytes are on their way, the closer the dots.
      const gap = Math.round(Math.max(10, 56 - 14 * Math.log10(1 + link.in_flight_bytes / 1e4)));
      setStyle(flow, "--gap", `${gap}px`);
      setStyle(flow, "stroke-dasharray", `0 ${gap}`);
      setStyle(flow, "animation-duration", `${(gap / 40).toFixed(2)}s`);
    });
}

function trunk(from, site) {
  const x = (from.left + from.right) / 2;
  const target = Math.min(Math.max(x, site.left + 24), site.right - 24);
  const middle = from.bottom + Math.min(12, (site.top - from.bottom) / 2);
  return `M${x.toFixed(1)} ${from.bottom.toFixed(1)}V${middle.toFixed(1)}H${target.toFixed(1)}V${site.top.toFixed(1)}`;
}

/** From the side of one tile that faces the other; the two directions of a pair lie beside each other. */
function curve(from, to) {
  const centre = (rect) => ({ x: (rect.left + rect.right) / 2, y: (rect.top + rect.bottom) / 2 });
  const [start, end] = [centre(from), centre(to)];
  if (from.right <= to.left || to.right <= from.left) {
    const forward = from.right <= to.left;
    const shift = forward ? -4 : 4;
    const [x1, x2] = forward ? [from.right, to.left] : [from.left, to.right];
    const bend = Math.max(24, Math.abs(x2 - x1) / 2) * (forward ? 1 : -1);
    return `M${x1.toFixed(1)} ${(start.y + shift).toFixed(1)}C${(x1 + bend).toFixed(1)} ${(start.y + shift).toFixed(1)} `
      + `${(x2 - bend).toFixed(1)} ${(end.y + shift).toFixed(1)} ${x2.toFixed(1)} ${(end.y + shift).toFixed(1)}`;
  }
  const down = start.y < end.y;
  const shift = down ? -4 : 4;
  const [y1, y2] = down ? [from.bottom, to.top] : [from.top, to.bottom];
  const bend = Math.max(16, Math.abs(y2 - y1) / 2) * (down ? 1 : -1);
  return `M${(start.x + shift).toFixed(1)} ${y1.toFixed(1)}C${(start.x + shift).toFixed(1)} ${(y1 + bend).toFixed(1)} `
    + `${(end.x + shift).toFixed(1)} ${(y2 - bend).toFixed(1)} ${(end.x + shift).toFixed(1)} ${y2.toFixed(1)}`;
}

/** Lines follow whenever the picture changes its size. */
export function follow() { new ResizeObserver(drawEdges).observe(byID("map")); }
