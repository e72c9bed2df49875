"""Drives headless Chromium by the DevTools protocol over a pipe; nothing but Python's own library."""

import base64
import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
import time

NAMES = ("chromium", "chromium-browser", "google-chrome")


def executable():
    """Path of a Chromium, or None."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


class BrowserError(Exception):
    """What the browser, or a page in it, says went wrong."""


class Browser:
    """One browser with one page. Use it in a `with` statement."""

    def __init__(self):
        path = executable()
        if path is None:
            raise BrowserError(f"none of {', '.join(NAMES)} is installed")
        self.profile = tempfile.TemporaryDirectory(prefix="page-check-")
        to_browser, self.input = os.pipe()
        self.output, from_browser = os.pipe()
        flags = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
            "--disable-background-networking", "--no-first-run", "--disable-component-update", "--disable-sync",
            "--disable-extensions", "--force-color-profile=srgb", "--remote-debugging-pipe",
            f"--user-data-dir={self.profile.name}", "about:blank",
        ]
        # Chromium reads commands from descriptor 3 and answers on 4.
        redirect = f'exec "$@" 3<&{to_browser} 4>&{from_browser}'
        self.process = subprocess.Popen(
            ["bash", "-c", redirect, "bash", path, *flags], pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )
        os.close(to_browser)
        os.close(from_browser)
        self.number = 0
        self.replies = queue.Queue()
        self.problems = []
        self.session = None
        threading.Thread(target=self._read, daemon=True).start()
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close")
        except BrowserError:
            self.process.kill()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.profile.cleanup()

    def _read(self):
        """Sorts answers from events, on a thread of its own, until the browser ends."""
        pending = b""
        while True:
            data = os.read(self.output, 1 << 20)
            if not data:
                self.replies.put(None)
                return
            *messages, pending = (pending + data).split(b"\0")
            for message in map(json.loads, messages):
                if "id" in message:
                    self.replies.put(message)
                else:
                    self._note(message)

    def _note(self, message):
        """Keeps what a page complains about."""
        method, values = message["method"], message.get("params", {})
        if method == "Runtime.exceptionThrown":
            details = values["exceptionDetails"]
            self.problems.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Runtime.consoleAPICalled" and values["type"] in ("error", "warning", "assert"):
            self.problems.append(" ".join(str(value.get("value", value.get("description"))) for value in values["args"]))
        elif method == "Log.entryAdded" and values["entry"]["level"] in ("error", "warning"):
            self.problems.append(f"{values['entry']['text']} {values['entry'].get('url', '')}")

    def take_problems(self):
        """What pages have complained about since the last call."""
        found, self.problems = self.problems, []
        return found

    def call(self, method, timeout=120, **values):
        """One command and its result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": values}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.input, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + timeout
        while True:
            try:
                reply = self.replies.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                raise BrowserError(f"{method} took longer than {timeout} s") from None
            if reply is None:
                raise BrowserError(f"the browser ended during {method}")
            if reply["id"] != self.number:
                continue  # Late, of a call that was given up.
            if "error" in reply:
                raise BrowserError(f"{method}: {reply['error']['message']}")
            return reply["result"]

    def look(self, width, height, theme):
        """Sets the window's size and what the system's theme is."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 700)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])

    def open(self, url):
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=url)

    def value(self, expression):
        """The value of a JavaScript expression; a promise is waited for."""
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description", details["text"]))
        return result["result"].get("value")

    def wait(self, condition, what, timeout=60):
        """Until a JavaScript condition holds."""
        deadline = time.monotonic() + timeout
        while not self.value(f"Boolean({condition})"):
            if time.monotonic() > deadline:
                raise BrowserError(f"waited {timeout} s for {what}")
            time.sleep(0.05)

    def key(self, name, text=None):
        """Presses and releases a key."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowRight": 39, "Home": 36, "End": 35}
        text = {"Enter": "\r"}.get(name, text)
        values = {"key": name, "code": name, "windowsVirtualKeyCode": codes.get(name, 0)}
        down = {**values, "text": text} if text else values
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **down)
        self.call("Input.dispatchKeyEvent", type="keyUp", **values)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def screenshot(self, path, whole=True):
        """Writes a PNG of the whole page, or of what the window shows."""
        result = self._whole() if whole else self.call("Page.captureScreenshot", format="png")
        with open(path, "wb") as file:
            file.write(base64.b64decode(result["data"]))

    def _whole(self):
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 6000), "scale": 1}
        return self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
