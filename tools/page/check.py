#!/usr/bin/env python3
"""Looks at the operators' page in headless Chromium, as a visitor with eyes, a keyboard and a phone would.

Without arguments: against made-up clusters of 0, 1, 4 and 100 workers, at 390, 1280 and 2560 pixels, light and dark.
With --url: the page of a real router. Screenshots go to --screenshots. Ends with 1 and a list of what is wrong, and
with 77 where there is no Chromium.
"""

import argparse
import json
import pathlib
import sys
import time

import browser
import rehearsal

COUNTS = (0, 1, 4, 100)
SIZES = ((390, 844), (1280, 900), (2560, 1400))
THEMES = ("light", "dark")
MEASURE = (pathlib.Path(__file__).parent / "measure.js").read_text()

# All that Tab must reach; of a group of tabs the chosen one, arrow keys go on from there.
CONTROLS = """[...document.querySelectorAll('a[href], button, input, textarea, summary, [tabindex="0"]')]
    .filter((element) => element.checkVisibility() && !element.disabled && !element.matches('[role="tab"][aria-selected="false"]') && !element.closest('dialog'))"""


class Check:
    def __init__(self, view, screenshots):
        self.view = view
        self.screenshots = screenshots
        self.problems = []
        self.measured = 0

    def expect(self, condition, what):
        if not condition:
            self.problems.append(what)

    def settle(self):
        """Two frames: sizes are observed after one, and drawn with the next."""
        self.view.value("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")

    def open(self, url, count):
        self.view.open(url)
        self.view.wait("document.getElementById('pulse')?.dataset.state === 'up'", "the page to reach its router")
        shown = f"document.querySelectorAll('.tile').length === {count}" if count is not None else "document.querySelector('.tile')"
        self.view.wait(shown, f"{count} workers to be shown")

    def measure(self, name):
        self.settle()
        result = self.view.value(MEASURE)
        self.measured += result["texts"]
        self.expect(result["texts"] > 20, f"{name}: only {result['texts']} texts were found")
        self.problems += [f"{name}: {problem}" for problem in result["found"]]
        self.view.screenshot(self.screenshots / f"{name}.png")

    def complaints(self, name, allowed=()):
        found = [text for text in self.view.take_problems() if not any(word in text for word in allowed)]
        self.problems += [f"{name}: the console says {text}" for text in found]

    def everywhere(self, count, name):
        """All sizes and themes, without loading anew."""
        for width, height in SIZES:
            for theme in THEMES:
                self.view.look(width, height, theme)
                self.measure(f"{name}-{width}-{theme}")
            if (count or 0) <= 4 or width == 390:
                self.keyboard(f"{name}-{width}")
        self.complaints(name)

    def keyboard(self, name):
        """Tab goes through every control, each of which shows that it has the focus."""
        wanted = self.view.value(f"(() => {{ window.__wanted = new Set({CONTROLS}); document.activeElement?.blur(); window.scrollTo(0, 0); return window.__wanted.size; }})()")
        self.view.value("window.__blind = []; window.__met = 0; document.addEventListener('focusin', window.__note ??= (event) => {"
                        " const style = getComputedStyle(event.target); window.__met += 1;"
                        " if (style.outlineStyle === 'none') window.__blind.push(event.target.outerHTML.slice(0, 80)); window.__wanted.delete(event.target); }); 1")
        for _ in range(2 * wanted + 20):
            for _ in range(8):
                self.view.key("Tab")
            if self.view.value("window.__wanted.size") == 0 or self.view.value("window.__met") > 3 * wanted:
                break
        missed = self.view.value("[...window.__wanted].filter((element) => element.isConnected).map((element) => element.outerHTML.slice(0, 90))")
        self.expect(wanted >= 15, f"{name}: only {wanted} controls")
        self.expect(not missed, f"{name}: Tab does not reach {missed}")
        blind = self.view.value("[...new Set(window.__blind)]")
        self.expect(not blind, f"{name}: focus cannot be seen on {blind}")
        self.view.value("document.activeElement?.blur(); window.scrollTo(0, 0);"
                        " for (const list of document.querySelectorAll('.rows')) list.scrollTop = 0; 1")

    # What a visitor does

    def explain(self, name, request):
        """Enter on a request opens its decision; Escape closes it and gives the focus back."""
        view = self.view
        view.value(f"document.querySelector({json.dumps(request)}).focus(); 1")
        view.key("Enter")
        view.wait("document.querySelector('#explain[open] .plans li')", "the decision of a request")
        self.expect(view.value("document.getElementById('explain').contains(document.activeElement)"), f"{name}: the window has no focus")
        self.expect(view.value("location.hash").startswith("#request="), f"{name}: the window has no address")
        for width, height in SIZES:
            for theme in THEMES:
                view.look(width, height, theme)
                self.settle()
                self.problems += [f"{name}-explain-{width}-{theme}: {problem}" for problem in view.value(MEASURE)["found"]]
                view.screenshot(self.screenshots / f"{name}-explain-{width}-{theme}.png", whole=False)
        view.key("Escape")
        view.wait("!document.getElementById('explain').open && location.hash === ''", "Escape to close the window")

    def chat(self, name, message="Tell me about a fox."):
        """A message goes out by Enter; an answer and its way come back."""
        view = self.view
        said = view.value("document.querySelectorAll('.message.assistant').length")
        view.value("document.getElementById('chat-text').focus(); 1")
        view.type(message)
        view.key("Enter")
        answer = f"[...document.querySelectorAll('.message.assistant .text:not(.open)')][{said}]"
        view.wait(f"{answer}?.textContent.length > 3", "an answer")
        view.wait("document.querySelector('#journey .timeline') && document.querySelector('#journey a')", "the answer's way")
        self.expect(not view.value("document.querySelector('.message .failure')"), f"{name}: the answer failed")
        cached = view.value("[...document.querySelectorAll('#journey .facts div')].find((fact) => fact.textContent.startsWith('Cached')).textContent")
        self.expect("of" in cached, f"{name}: the answer's cached tokens are {cached}")
        for width, height in SIZES:
            view.look(width, height, "light")
            self.measure(f"{name}-chat-{width}-light")
        self.complaints(name)

    def chart(self, name):
        """Arrow keys read a chart, and say so."""
        view = self.view
        view.value("document.querySelector('.plot').focus(); 1")
        said = lambda: view.value("document.querySelector('.plot').getAttribute('aria-valuetext')")
        newest = said()
        view.key("Home")
        oldest = said()
        for _ in range(2):
            view.key("ArrowRight")
        # Not by number: samples that grow too old take theirs with them, and the chart stays at its moment.
        self.expect(len({newest, oldest, said()}) == 3, f"{name}: keys do not move through a chart")
        self.expect(view.value("document.querySelectorAll('.cross').length") == 4, f"{name}: no cross-hair")
        view.value("document.querySelector('#chart-table summary').click(); 1")
        view.wait("document.querySelectorAll('#chart-table-body tr').length > 0", "the table of the charts")
        for width, height in SIZES:
            view.look(width, height, "dark")
            self.measure(f"{name}-table-{width}-dark")

    def steadiness(self, rehearsed, name):
        """A row keeps the focus while others come and go."""
        view = self.view
        rows = "document.querySelectorAll('#running-rows a.request')"
        before = view.value(f"{rows}.length")
        kept = view.value(f"(() => {{ const row = [...{rows}].at(-1); row.focus(); return row.hash; }})()")
        rehearsed.over = 3
        view.wait(f"{rows}.length === {before - 3}", "requests to end")
        self.expect(view.value("document.activeElement.hash") == kept, f"{name}: a row lost the focus when others went")
        rehearsed.over = 0
        view.wait(f"{rows}.length === {before}", "requests to begin")
        self.expect(view.value("document.activeElement.hash") == kept, f"{name}: a row lost the focus when others came")

    def theme(self, name):
        """A chosen theme holds against the system's, and over a reload."""
        view = self.view
        view.look(*SIZES[1], "dark")
        ground = "getComputedStyle(document.body).backgroundColor"
        dark = view.value(ground)
        view.value("document.getElementById('theme').click(); 1")
        light = view.value(ground)
        self.expect(light != dark, f"{name}: the theme does not change")
        view.call("Page.reload")
        view.wait("document.getElementById('pulse')?.dataset.state === 'up'", "the page to load again")
        self.expect(view.value(ground) == light, f"{name}: the chosen theme is forgotten")
        view.value("localStorage.removeItem('theme'); document.getElementById('theme').click(); document.getElementById('theme').click(); 1")

    def absence(self, server, url):
        """A router that is gone is said to be, and found again when it is back."""
        view, name = self.view, "absence"
        view.look(*SIZES[0], "dark")
        self.open(url, 4)
        port = server.server_port
        server.shutdown()
        server.server_close()
        view.call("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=-1, uploadThroughput=-1)
        view.wait("!document.getElementById('banner').hidden", "the banner")
        for width, height in SIZES:
            view.look(width, height, "light")
            self.settle()
            # What is old is drawn pale on purpose; it must not move.
            found = [problem for problem in view.value(MEASURE)["found"] if "contrast" not in problem]
            self.problems += [f"{name}-{width}: {problem}" for problem in found]
        again = rehearsal.serve(4, port)
        try:
            view.call("Network.emulateNetworkConditions", offline=False, latency=0, downloadThroughput=-1, uploadThroughput=-1)
            view.value("document.getElementById('retry').click(); 1")
            view.wait("document.getElementById('banner').hidden", "the router to be found again")
        finally:
            again.shutdown()
            again.server_close()
        self.complaints(name, allowed=("ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION", "Failed to load resource"))


def rehearse(check):
    for count in COUNTS:
        server = rehearsal.serve(count)
        url = f"http://127.0.0.1:{server.server_port}/ui"
        name = f"{count}-workers"
        check.view.look(*SIZES[0], "light")
        check.open(url, count)
        check.everywhere(count, name)
        if count == 4:
            check.steadiness(server.rehearsal, name)
            check.explain(name, "#running-rows a.request")
            check.chat(name)
            check.chat(f"{name}-gibberish", "Speak gibberish.")
            check.chart(name)
            check.theme(name)
            check.view.value("document.getElementById('tab-running').focus(); 1")
            check.view.key("ArrowRight")
            check.view.wait("document.activeElement.id === 'tab-ended' && document.querySelectorAll('#ended-rows a').length === 20", "ended requests")
            check.everywhere(count, f"{name}-ended")
            check.expect(not check.view.value("window.wasHacked || document.querySelector('main img')"), "a request's name became markup")
            check.view.open(f"{url}#request=nobody")
            check.view.wait("document.querySelector('#explain[open] .failure')", "the refusal of an unknown request")
            check.complaints(name, allowed=("404",))
            check.absence(server, url)
            continue
        if count == 100:
            check.view.look(*SIZES[1], "light")
            check.view.value("document.querySelectorAll('.tile')[7].focus(); 1")
            check.view.wait("document.querySelector('.edge.own')", "the links of the worker in hand")
            check.view.key("Enter")
            check.view.wait("document.querySelector('#detail .facts')", "the details of a worker")
            check.measure(f"{name}-selected-1280-light")
        server.shutdown()
        server.server_close()


def visit(check, url, count):
    """A real router's page."""
    check.view.look(*SIZES[1], "light")
    check.open(url, count)
    check.everywhere(count, "real")
    check.chat("real")
    check.view.value("document.getElementById('tab-ended').click(); 1")
    check.view.wait("document.querySelector('#ended-rows a')", "ended requests")
    check.explain("real", "#ended-rows a.request")
    check.complaints("real")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="the page of a real router, such as http://127.0.0.1:7480/ui")
    parser.add_argument("--workers", type=int, help="how many workers the real router has")
    parser.add_argument("--screenshots", type=pathlib.Path, default=pathlib.Path(".build/page-screenshots"))
    options = parser.parse_args()
    if browser.executable() is None:
        print(f"skipped: none of {', '.join(browser.NAMES)} is installed")
        return 77
    options.screenshots.mkdir(parents=True, exist_ok=True)
    started_at = time.monotonic()
    with browser.Browser() as view:
        check = Check(view, options.screenshots)
        try:
            if options.url:
                visit(check, options.url, options.workers)
            else:
                rehearse(check)
        except browser.BrowserError as error:
            check.problems.append(str(error))
            check.problems += view.take_problems()
            view.screenshot(options.screenshots / "failed.png", whole=False)
    for problem in check.problems:
        print(problem)
    count = len(list(options.screenshots.glob("*.png")))
    print(f"{check.measured} texts measured, {len(check.problems)} problems, {count} screenshots in {options.screenshots}, "
          f"{time.monotonic() - started_at:.0f} s")
    return 1 if check.problems else 0


if __name__ == "__main__":
    sys.exit(main())
