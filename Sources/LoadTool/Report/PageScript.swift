/// What the report adds where scripts run: the value under the pointer or under the keyboard's cursor.
///
/// It reads places from the drawn paths and words from `data-t`, so that scales and formats exist once, in
/// Swift.
enum PageScript {
    static let text = """
        (() => {
        "use strict";
        const add = (id) => document.body.appendChild(Object.assign(document.createElement("div"), {id}));
        const tip = add("tip"), ring = add("ring");
        tip.setAttribute("role", "status");
        let current = null;

        const curves = (svg) => {
          if (svg.batonCurves) return svg.batonCurves;
          const named = svg.parentNode.querySelectorAll("path[data-t]");
          const paths = svg.querySelectorAll(".curves path:not(.bare)");
          svg.batonCurves = Array.from(paths, (path, index) => {
            const numbers = path.getAttribute("d").match(/[0-9.]+/g).map(Number);
            const labels = named[index].dataset.t.split("|");
            const points = labels.map((text, i) => ({x: numbers[2 * i], y: numbers[2 * i + 1], text}));
            return {path, name: named[index].dataset.n, points};
          });
          return svg.batonCurves;
        };
        const isShown = (path) => getComputedStyle(path).display !== "none";
        const place = (svg, point) => {
          const box = svg.getBoundingClientRect();
          return [box.left + point.x * box.width / 1000, box.top + point.y * box.height / 1000];
        };
        const hide = () => { current = null; tip.style.display = ring.style.display = "none"; };

        const show = (svg, curve, index) => {
          const [x, y] = place(svg, curve.points[index]);
          current = {svg, curve, index};
          tip.textContent = curve.name + "\\n" + curve.points[index].text;
          tip.style.display = ring.style.display = "block";
          ring.style.left = x + "px";
          ring.style.top = y + "px";
          const left = x + 14 + tip.offsetWidth > innerWidth ? x - 14 - tip.offsetWidth : x + 14;
          const top = Math.min(Math.max(4, y - tip.offsetHeight - 8), innerHeight - tip.offsetHeight - 4);
          tip.style.left = Math.max(4, left) + "px";
          tip.style.top = top + "px";
        };

        const nearest = (svg, candidates, x, y) => {
          const box = svg.getBoundingClientRect();
          const left = x - box.left, top = y - box.top, wide = box.width / 1000, high = box.height / 1000;
          let best = null;
          for (const curve of candidates) {
            curve.points.forEach((point, index) => {
              const distance = (point.x * wide - left) ** 2 + (point.y * high - top) ** 2;
              if (!best || distance < best.distance) best = {curve, index, distance};
            });
          }
          return best;
        };

        const move = (svg, key) => {
          const shown = curves(svg).filter((curve) => isShown(curve.path));
          if (!shown.length) return hide();
          const isHere = current && current.svg === svg && shown.includes(current.curve);
          if (!isHere) return show(svg, shown[0], 0);
          const {curve, index} = current, last = curve.points.length - 1;
          const steps = {ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: last};
          if (key in steps) return show(svg, curve, Math.min(last, Math.max(0, steps[key])));
          const turn = key === "ArrowUp" ? 1 : shown.length - 1;
          const next = shown[(shown.indexOf(curve) + turn) % shown.length];
          const distance = (point) => Math.abs(point.x - curve.points[index].x);
          let best = 0;
          next.points.forEach((point, i) => { if (distance(point) < distance(next.points[best])) best = i; });
          show(svg, next, best);
        };

        const keys = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];
        for (const svg of document.querySelectorAll("svg.plot")) {
          if (!svg.querySelector(".curves path")) continue;
          svg.setAttribute("tabindex", "0");
          svg.addEventListener("pointermove", (event) => {
            const shown = curves(svg).filter((curve) => isShown(curve.path));
            const best = nearest(svg, shown, event.clientX, event.clientY);
            if (best && best.distance < 60 ** 2) show(svg, best.curve, best.index); else hide();
          });
          svg.addEventListener("pointerleave", hide);
          svg.addEventListener("blur", hide);
          svg.addEventListener("keydown", (event) => {
            if (event.key === "Escape") return hide();
            if (!keys.includes(event.key)) return;
            event.preventDefault();
            move(svg, event.key);
          });
        }
        addEventListener("scroll", hide, {passive: true});
        addEventListener("change", hide);
        addEventListener("beforeprint", () => {
          for (const details of document.querySelectorAll("details")) details.open = true;
        });
        })();

        """
}
