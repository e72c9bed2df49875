// Making elements. All text goes in as text nodes: nothing that the router says can become markup.

const svgNamespace = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** An HTML element; attributes that are null or false are left out, `on…` are listeners. */
export const el = (tag, attributes = {}, ...children) =>
  fill(document.createElement(tag), attributes, children);

/** The same for SVG. */
export const svg = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(svgNamespace, tag), attributes, children);

/** The element with an id, which the page has. */
export const byID = (id) => document.getElementById(id);

/** Sets text only where it changed: selections and screen readers are left alone otherwise. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (value === null || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

export function setStyle(element, name, value) {
  if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
}

/** Makes the children of `parent` stand for `items`, in order; elements are kept by key, and with them focus. */
export function keyed(parent, items, keyOf, create, update) {
  const known = parent.keyedChildren ?? new Map();
  const kept = new Map();
  for (const item of items) if (!kept.has(keyOf(item))) kept.set(keyOf(item), item);
  // What goes, goes first: in its place it would make all that follow move, and what moves loses the focus.
  for (const [key, element] of known) if (!kept.has(key)) element.remove();
  let place = parent.firstElementChild;
  for (const [key, item] of kept) {
    const element = known.get(key) ?? create(item);
    kept.set(key, element);
    update(element, item);
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  parent.keyedChildren = kept;
}

/** Replaces all children. */
export function replace(parent, ...children) { parent.replaceChildren(...children.filter((child) => child)); }

/** A term with its description, for a `dl`; a long description gets twice the room. */
export const fact = (term, description) =>
  el("div", { class: description.length > 24 ? "wide" : null }, el("dt", {}, term), el("dd", {}, description));
