// Evaluated in the page: what overflows, overlaps, is cut or is hard to read. Returns a list of sentences.
(() => {
  const found = [];
  const describe = (element) => {
    const name = element.id ? `#${element.id}` : `.${String(element.getAttribute("class") ?? "").split(" ").join(".")}`;
    return `${element.tagName.toLowerCase()}${name === "." ? "" : name} "${(element.textContent ?? "").trim().slice(0, 40)}"`;
  };
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  // Under an open window nothing is to be read.
  const dialog = document.querySelector("dialog[open]");
  const isAside = (element) => element.closest(".unseen, .skip, dialog:not([open]), noscript, title, style, script") !== null
    || (dialog !== null && !dialog.contains(element));
  const width = document.documentElement.clientWidth;

  if (document.documentElement.scrollWidth > width) {
    found.push(`the page is ${document.documentElement.scrollWidth} px wide in a window of ${width}`);
  }

  // Text: each line's rectangle, as far as its ancestors let it be seen.
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (node.data.trim() === "" || isAside(element) || !isShown(element)) continue;
    const range = document.createRange();
    // A word of common length stays whole; names may be broken where they are long. What is said in a chat may be
    // anything at all, words without spaces too.
    const words = element.closest(".message .text") ? [] : node.data.matchAll(/[\p{L}\p{N}]+/gu);
    for (const word of words) {
      if (word[0].length > 14) continue;
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const parts = [...range.getClientRects()].filter((rect) => rect.width > 0);
      if (parts.length > 1 && !node.data.slice(0, word.index).match(/\S{14,}$/)) {
        found.push(`${describe(element)} breaks the word ${word[0]}`);
      }
    }
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      if (rect.width < 1 || rect.height < 1) continue;
      let seen = { left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom };
      let isScrolled = false;
      for (let box = element; box; box = box.parentElement) {
        const style = getComputedStyle(box);
        if (style.overflowX === "visible" && style.overflowY === "visible") continue;
        if (box === document.body || box === document.documentElement) continue;
        const clip = box.getBoundingClientRect();
        const isScroller = /auto|scroll/.test(style.overflowX + style.overflowY);
        isScrolled ||= isScroller;
        if (!isScroller && box.namespaceURI.endsWith("xhtml")
          && (rect.left < clip.left - 1 || rect.right > clip.right + 1 || rect.top < clip.top - 1 || rect.bottom > clip.bottom + 1) && !isScrolled) {
          found.push(`${describe(element)} is cut by ${describe(box)}`);
        }
        seen = { left: Math.max(seen.left, clip.left), right: Math.min(seen.right, clip.right), top: Math.max(seen.top, clip.top), bottom: Math.min(seen.bottom, clip.bottom) };
      }
      if (seen.right - seen.left < 1 || seen.bottom - seen.top < 1) continue;
      if (!isScrolled && (rect.left < -0.5 || rect.right > width + 0.5)) found.push(`${describe(element)} leaves the window sideways`);
      texts.push({ node, element, rect: seen, isSticky: element.closest(".top") !== null });
    }
  }
  texts.sort((left, right) => left.rect.top - right.rect.top);
  for (let first = 0; first < texts.length; first += 1) {
    const a = texts[first];
    for (let second = first + 1; second < texts.length && texts[second].rect.top < a.rect.bottom; second += 1) {
      const b = texts[second];
      if (a.node === b.node || a.isSticky !== b.isSticky) continue;
      const across = Math.min(a.rect.right, b.rect.right) - Math.max(a.rect.left, b.rect.left);
      const down = Math.min(a.rect.bottom, b.rect.bottom) - Math.max(a.rect.top, b.rect.top);
      // Line boxes are taller than letters: neighbours in height share a few pixels of nothing.
      if (across > 1.5 && down > Math.min(a.rect.bottom - a.rect.top, b.rect.bottom - b.rect.top) * 0.35) {
        found.push(`the texts of ${describe(a.element)} and ${describe(b.element)} overlap by ${across.toFixed(1)} x ${down.toFixed(1)} px`);
      }
    }
  }

  // Boxes that say more than they show.
  for (const element of document.querySelectorAll("body *")) {
    if (isAside(element) || !isShown(element) || element.namespaceURI !== document.body.namespaceURI) continue;
    const style = getComputedStyle(element);
    if (style.display === "inline" || element.clientWidth === 0) continue;
    if (/auto|scroll/.test(style.overflowX) || element.matches("textarea, input")) continue;
    if (element.scrollWidth > element.clientWidth + 1 && style.overflowX !== "visible") {
      found.push(`${describe(element)} holds ${element.scrollWidth} px in ${element.clientWidth}`);
    }
  }

  // Boxes that must not touch.
  for (const selector of [".tile", "main > *", ".chart", ".hub, .site", ".rows li", ".figures > div", ".top > *"]) {
    const boxes = [...document.querySelectorAll(selector)].filter(isShown).map((element) => ({ element, rect: element.getBoundingClientRect() }));
    boxes.forEach((a, index) => {
      for (const b of boxes.slice(index + 1)) {
        const across = Math.min(a.rect.right, b.rect.right) - Math.max(a.rect.left, b.rect.left);
        const down = Math.min(a.rect.bottom, b.rect.bottom) - Math.max(a.rect.top, b.rect.top);
        if (across > 0.5 && down > 0.5) found.push(`${describe(a.element)} and ${describe(b.element)} overlap`);
      }
    });
  }

  // Contrast of text with what is behind it. A canvas turns every way of writing a colour into bytes.
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const colours = new Map();
  const read = (text) => {
    if (!colours.has(text)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = text;
      pen.fillRect(0, 0, 1, 1);
      colours.set(text, [...pen.getImageData(0, 0, 1, 1).data].map((value, index) => (index === 3 ? value / 255 : value)));
    }
    return colours.get(text);
  };
  const over = (front, back) => [0, 1, 2].map((index) => front[index] * front[3] + back[index] * (1 - front[3]));
  const light = (colour) => {
    const [r, g, b] = colour.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const { element } of texts) {
    if (element.closest(":disabled")) continue;
    const layers = [];
    for (let box = element; box; box = box.parentElement) {
      const ground = read(getComputedStyle(box).backgroundColor);
      if (ground[3] > 0) layers.push(ground);
      if (ground[3] === 1) break;
    }
    let ground = [255, 255, 255];
    for (const layer of layers.reverse()) ground = over(layer, ground);
    const style = getComputedStyle(element);
    const text = over(read(element.namespaceURI.endsWith("svg") ? style.fill : style.color), ground);
    const [high, low] = [light(text), light(ground)].sort((left, right) => right - left);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < 4.5) found.push(`${describe(element)} has a contrast of ${contrast.toFixed(2)} : 1`);
  }
  return { texts: texts.length, found: [...new Set(found)].slice(0, 20) };
})()
