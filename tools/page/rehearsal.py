"""A router that is none: serves the page's files and made-up answers, for a cluster of any size."""

import functools
import http.server
import json
import math
import pathlib
import threading
import time
import urllib.parse

ASSETS = pathlib.Path(__file__).parents[2] / "Sources/RouterDaemon/Page/Assets"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
LONG = "decode-frankfurt-am-main-rack-17-machine-042-accelerator-3-blue"
HOSTILE = "<img/src=x/onerror=window.wasHacked=1>"
GIBBERISH = (
    "che sounds boIt Vera\u06f6now\ufffdghrel\ufffdolocation " + "loc\ufffd" * 60 + " \u0645\u0631\u062d\u0628\u0627\u0628\u0627\u0644\u0639\u0627\u0644\u0645 "
    + "\u63a5\u529b\u68d2" * 40 + " z\u0324\u0308\u0301\u0330\u030b\u0359 \u200b\u202e\u0001\t\n\n\U0001f98a\u200d\U0001f525 <b>&amp; end"
)
STATES = ["live"] * 9 + ["draining", "live", "suspect", "live", "live", "cordoned", "live", "live", "sick", "dead", "live"]


def wave(seed, low, high):
    """A number between two others that looks like chance and is the same each time."""
    return low + (high - low) * (0.5 + 0.5 * math.sin(seed * 12.9898) * math.cos(seed * 4.1414))


class Rehearsal:
    """The answers, for `count` workers."""

    def __init__(self, count):
        self.count = count
        self.started = time.time() - 5_000
        self.first_sample = int(self.started)
        # Requests that are over: the first of those in flight.
        self.over = 0

    @functools.cached_property
    def names(self):
        """Each worker's name, role and site; of four, one has the longest name that there may be."""
        if self.count == 1:
            return [("decode-1", "decode", "")]
        half = self.count // 2
        sites = ["berlin", "frankfurt-am-main"] if self.count > 8 else [""]
        found = []
        for index in range(self.count):
            role = "prefill" if index < half else "decode"
            name = f"{role}-{index % half + 1}"
            if self.count <= 8 and index == self.count - 1:
                name = LONG
            found.append((name, role, sites[index % len(sites)]))
        return found

    def cluster(self):
        workers = []
        for index, (name, role, site) in enumerate(self.names):
            state = STATES[index % len(STATES)] if self.count > 8 else "live"
            workers.append({
                "name": name, "role": role, "state": state, "address": f"10.20.{index // 250}.{index % 250 + 1}:7410",
                "site": site, "waiting": int(wave(index + 1, 0, 5)), "running": int(wave(index + 7, 1, 40)),
                "queued_tokens": int(wave(index + 3, 0, 60_000)), "queued_ms": round(wave(index + 3, 0, 900), 1), "blocks_total": 8_192,
                "blocks_used": int(wave(index + 5, 400, 8_000)), "blocks_cached": int(wave(index + 6, 0, 2_000)),
                **({"prefill_tokens_per_second": 15_500.0} if role == "prefill" else {"decode_step_ms": 14.2}),
                **({"loss_reason": "its connection was silent for 9 s", "lost_ms": 61_000} if state == "dead" else {}),
            })
        return {
            "router": "router-1", "version": "0.6.0", "uptime_s": int(time.time() - self.started), "model": "llama-3-8b-instruct",
            "requests_in_flight": min(3 * self.count, 64), "workers": workers, "links": self.links, "link_count": len(self.links),
        }

    @functools.cached_property
    def links(self):
        names = self.names
        found = []
        for a, (source, role, site) in enumerate(names):
            for b, (target, other, far) in enumerate(names):
                if role != "prefill" or other != "decode":
                    continue
                found.append({
                    "from": source, "to": target,
                    "bytes_per_second": int(wave(a + 2 * b, 4e8, 2.4e9) / (1 if site == far else 12)),
                    "round_trip_ms": round(wave(a + b, 0.1, 0.6) + (0 if site == far else 11), 3),
                    "in_flight_bytes": int(wave(3 * a + b, 0, 6e7)) if (a * 7 + b * 3) % (2 if self.count <= 8 else 97) == 0 else 0,
                    "degraded": (a + 2 * b) % (7 if self.count <= 8 else 997) == 6,
                })
        return found

    def requests(self):
        workers = self.names
        prefill = [name for name, role, _ in workers if role == "prefill"]
        decode = [name for name, role, _ in workers if role == "decode"]
        found = []
        for index in range(min(3 * self.count, 64)):
            age = int(wave(index + 2, 300, 9_000))
            wait, first = int(age * 0.06), int(age * wave(index, 0.2, 0.5))
            second = int(first + age * 0.08)
            stages = [{"name": "waiting", "start_ms": 0, "end_ms": wait}, {"name": "prefill", "start_ms": wait}]
            if index % 4:
                stages[1]["end_ms"] = first
                stages += [{"name": "transfer", "start_ms": first, "end_ms": second}, {"name": "decode", "start_ms": second}]
            found.append({
                "id": f"{index + 1:032x}", "request": HOSTILE if index == 0 else f"load-{index:04d}",
                "tenant": ["acme", "default"][index % 2], "class": "exact", "priority": ["interactive", "batch"][index % 3 == 0],
                "state": "decode" if index % 4 else "prefill", "prompt_tokens": int(wave(index, 60, 9_000)),
                "cached_tokens": int(wave(index, 0, 50)), "output_tokens": int(age / 40), "max_output_tokens": 512,
                "age_ms": age, "decode_worker": decode[index % len(decode)],
                **({"prefill_worker": prefill[index % len(prefill)]} if prefill else {}), "attempt": 1 + (index % 11 == 5), "stages": stages,
            })
        return {"total": len(found) - self.over, "requests": found[self.over:]}

    def decision(self, number, name=None):
        workers = self.names
        prefill = next((worker for worker, role, _ in workers if role == "prefill"), None)
        decode = [worker for worker, role, _ in workers if role == "decode"] or ["decode-1"]
        is_failed = number % 7 == 3
        plans = []
        for index in range(6):
            is_pair = prefill is not None and index % 2 == 0
            parts = {"wait_ms": 1.5 + index, "fetch_ms": 2.0 if index == 1 else 0, "prefill_ms": 81.2, "transfer_ms": 24.9 if is_pair else 0,
                     "admission_ms": 0.2, "first_step_ms": 7.9, "harm_ms": 0 if is_pair else 14.0 + 6 * index}
            plans.append({
                **({"prefill": prefill} if is_pair else {}), "decode": decode[index % len(decode)], "codec": "raw", "hit_tokens": 256 if index < 2 else 0,
                "fetched_tokens": 0, "transfer_bytes": 134_217_728 if is_pair else 0, "wire_bytes": 134_217_728 if is_pair else 0, "failures": 0,
                "ttft_ms": 82.7 + index, "gap_ms": 33.0, "fetch_ms": 0, "total_ms": round(sum(parts.values()) - parts["harm_ms"], 3), "parts": parts,
                "inputs": {"queued_tokens": 1_800 * index, "requests": 4 + index, "free_blocks": 3_000, "link_bytes_per_second": 1.2e9, "link_backlog_ms": 3},
            })
        report = {"queue_ms": 1.2, "prefill_ms": 84.0, "fetch_ms": 0.0, "transfer_ms": 60.1, "exposed_transfer_ms": 22.5, "decode_ms": 1_900.4,
                  "hit_tokens": 256, "fetched_tokens": 0, "computed_tokens": 1_310, "output_tokens": 128, "transfer_bytes": 134_217_728, "wire_bytes": 134_217_728}
        attempt = {
            "number": 1, "policy": "least_tt2t", "reason": "least predicted time to the second token", "margin": f"next {decode[0]}: +3.4 ms by prediction",
            "tokens": 1_310, "placed_after_ms": 0.4, "plan_count": 9_216 if self.count > 8 else 6, "plans": plans, "ttft_ms": 88.1, "gap_ms": 36.2, "elapsed_ms": 2_100.2,
            "ttft_error": -0.061, "gap_error": -0.088, "prefill_report": report, "decode_report": report,
        }
        return {
            "request": f"{number + 1000:032x}", "client_request_id": name or f"load-ended-{number:04d}", "tenant": "acme", "request_class": "exact",
            "submitted_unix_ms": int(time.time() * 1000) - 4_000 * (number + 1), "state": "failed" if is_failed else "finished", "outcome": "error" if is_failed else "length",
            **({"failure": f"peer_lost: the worker {decode[-1]} was lost while it decoded, and no other had room in time"} if is_failed else {}),
            "prompt_tokens": 1_566, "output_tokens": 128, "ttft_ms": 88.5, "gap_ms": 36.2, "elapsed_ms": round(wave(number, 600, 2_400), 1),
            "verdict": f"slow because decode at {decode[0]} took 1.9 s of 2.1 s: 126 tokens, 15.1 ms each; before that prefill took 84 ms of 125 ms to the second token",
            "attempts": [attempt],
        }

    def series(self, after):
        last = int(time.time()) - self.first_sample
        first = max(after, last - 900)
        moments = range(first + 1, last + 1)
        idle = self.count == 0

        def column(low, high, seed):
            return [None if idle else round(wave(seed + moment / 70, low, high) + wave(moment * 1.7 + seed, 0, (high - low) / 9), 3) for moment in moments]

        def rates(low, high, seed):
            return [value or 0 for value in column(low, high, seed)]

        return {
            "window_s": 10, "last": last, "unix_ms": [1000 * (self.first_sample + moment) for moment in moments],
            "waiting": [0 for _ in moments], "running": [self.count for _ in moments],
            "requests_per_second": rates(12, 30, 1), "failures_per_second": rates(0, 0.4, 9), "prompt_tokens_per_second": rates(9_000, 31_000, 2),
            "output_tokens_per_second": rates(2_200, 5_100, 3), "ttft_p50_ms": column(60, 110, 4), "ttft_p99_ms": column(240, 700, 5),
            "tpot_p50_ms": column(11, 16, 6), "tpot_p99_ms": column(19, 34, 7),
        }

    def answer(self, path, query):
        """The JSON of a path, or None."""
        if path == "/admin/cluster":
            return self.cluster()
        if path == "/admin/requests":
            return self.requests()
        if path == "/admin/series":
            return self.series(int(query.get("after", ["0"])[0]))
        if path == "/admin/decisions":
            return {"decisions": [self.decision(number) for number in range(0 if self.count == 0 else 20)]}
        if path.startswith("/admin/decisions/"):
            name = path.removeprefix("/admin/decisions/")
            return None if name == "nobody" else self.decision(1, name)
        return None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Quiet: the check says what matters."""

    def send(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        path = urllib.parse.unquote(url.path)
        if path == "/ui" or path.startswith("/ui/"):
            file = ASSETS / (path.removeprefix("/ui").strip("/") or "page.html")
            if file.parent == ASSETS and file.is_file():
                return self.send(200, TYPES[file.suffix], file.read_bytes())
        answer = self.server.rehearsal.answer(path, urllib.parse.parse_qs(url.query))
        if answer is None:
            error = {"error": {"message": f"there is no {path}", "type": "invalid_request_error", "param": None, "code": "request_not_found"}}
            return self.send(404, "application/json", json.dumps(error).encode())
        return self.send(200, "application/json", json.dumps(answer).encode())

    def do_POST(self):
        """A short answer, token by token; who asks for gibberish gets what an untrained model might say."""
        question = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if urllib.parse.urlsplit(self.path).path != "/ui/v1/chat/completions":
            return self.send(404, "application/json", b"{}")
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Connection", "close")
        self.end_headers()
        told = "Once upon a time a fox carried a baton from one forest to the next, and was faster than the wind."
        words = (GIBBERISH if "gibberish" in question else told).split(" ")
        for index, word in enumerate(words):
            chunk = {"choices": [{"index": 0, "delta": {"content": word if index == 0 else f" {word}"}}]}
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            self.wfile.flush()
            time.sleep(0.01)
        usage = {"choices": [], "usage": {"prompt_tokens": 1566, "completion_tokens": len(words), "prompt_tokens_details": {"cached_tokens": 256}}}
        self.wfile.write(f"data: {json.dumps(usage)}\n\ndata: [DONE]\n\n".encode())
        self.close_connection = True


def serve(count, port=0):
    """A server that is listening and answers on threads of its own; `shutdown()` and `server_close()` end it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.rehearsal = Rehearsal(count)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server
