#!/usr/bin/env python3
"""Measures Baton's router and sglang-router in its PD mode, in turns, with the same clients: `baton-bench router`.

Each has workers without a model behind it, a prefill and a decode worker: Baton's speak its protocol over mutual TLS,
sglang-router's speak HTTP. A server that answers without a router is the baseline of both. Every round is appended to
a file, so that rounds of several runs make one table: median over all rounds.
"""

import argparse
import contextlib
import json
import pathlib
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

KINDS = {"tokens": "token ids", "completion": "completion", "chat_stream": "streamed chat"}
PATIENCE_SECONDS = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def end(process):
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def null_servers(options, count):
    """Ports of HTTP workers that answer at once, each in a process of its own."""
    processes, ports = [], []
    try:
        for _ in range(count):
            process = subprocess.Popen(
                [
                    options.baton_bench, "null-server", "--model", options.model_name,
                    "--token-interval-us", str(options.token_interval_us),
                ],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
            processes.append(process)
            word, _, port = process.stdout.readline().strip().partition(" ")
            if word != "port":
                raise SystemExit(f"{process.args} did not say its port")
            ports.append(int(port))
        yield ports
    finally:
        for process in processes:
            end(process)


def answers(port):
    body = {"model": "m", "messages": [{"role": "user", "content": "x"}], "max_tokens": 1}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/chat/completions", json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@contextlib.contextmanager
def sglang_router(options, prefill, decode, log):
    """Port and process of sglang-router before one prefill and one decode worker, with its default policy."""
    port = free_port()
    command = [options.python, "-m", "sglang_router.launch_router", "--pd-disaggregation"]
    command += ["--prefill", f"http://127.0.0.1:{prefill}", str(free_port())]
    command += ["--decode", f"http://127.0.0.1:{decode}"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warn"]
    command += ["--prometheus-port", str(free_port()), "--worker-startup-check-interval", "1"]
    process = subprocess.Popen(command + options.sglang_option, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not answers(port):
            if process.poll() is not None:
                raise SystemExit(f"sglang-router ended with status {process.returncode}")
            if time.monotonic() > deadline:
                raise SystemExit(f"sglang-router did not answer within {PATIENCE_SECONDS} s")
            time.sleep(0.2)
        yield port, process.pid
    finally:
        end(process)


def bench(options, *more):
    command = [options.baton_bench, "router", "--json", "--pairs", "1", "--seconds", str(options.seconds)]
    command += ["--model", options.model, "--concurrency", *map(str, options.concurrency)]
    command += ["--kinds", *options.kinds, *more]
    answer = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if answer.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with status {answer.returncode}")
    return json.loads(answer.stdout)


def measure_sglang(options, log):
    with null_servers(options, 3) as (prefill, decode, direct):
        with sglang_router(options, prefill, decode, log) as (port, pid):
            # The pace of tokens is that of the null servers.
            return bench(
                options, "--target", str(port), "--target-pid", str(pid), "--direct", str(direct),
                "--dialect", "sglang",
            )


def version(options):
    code = "import importlib.metadata as m; print(m.version('sglang-router'))"
    return subprocess.run([options.python, "-c", code], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def median(rounds, *path):
    values = []
    for report in rounds:
        for key in path:
            report = report[key]
        values.append(report)
    return statistics.median(values)


def table(rounds, options):
    baton = [line["baton"] for line in rounds]
    sglang = [line["sglang"] for line in rounds]
    yield f"| medians of {len(rounds)} rounds | Baton | sglang-router {rounds[-1]['sglang_version']} |"
    yield "|---|---|---|"
    for kind in options.kinds:
        title = KINDS[kind]
        for name, key in [
            ("requests/s, saturated", "requests_s"),
            ("its processor time, µs per request", "cpu_us_per_request"),
            ("requests/s per core of it", "requests_s_per_core"),
        ]:
            yield f"| {title}: {name} | " + " | ".join(
                f"{median(side, kind, key):,.0f}" for side in (baton, sglang)) + " |"
        times = [("added", "added_ms")]
        if kind == "chat_stream":
            times.append(("first byte, added", "first_byte_added_ms"))
        for what, key in times:
            for clients in map(str, options.concurrency):
                cells = [
                    " / ".join(f"{median(side, kind, key, clients, point):.3f}" for point in ("p50", "p99"))
                    for side in (baton, sglang)
                ]
                yield f"| {title}: {what} p50 / p99 ms, {clients} clients | {cells[0]} | {cells[1]} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", required=True, help="python of an environment with sglang-router")
    parser.add_argument("--baton-bench", required=True, help="the program baton-bench, with baton-router beside it")
    parser.add_argument("--model", default="models/baton-tiny-q8_0.gguf", help="GGUF file with the vocabulary")
    parser.add_argument("--model-name", default="baton-tiny", help="its name")
    parser.add_argument("--rounds", type=int, default=3, help="to measure now; 0 prints the table only")
    parser.add_argument("--seconds", type=float, default=1, help="of each measurement")
    parser.add_argument("--token-interval-us", type=int, default=0, help="between two tokens of an answer; 0 sends all")
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1, 32, 128])
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--results", default="router_rounds.jsonl", help="file to which rounds are appended")
    parser.add_argument("--log", default="/dev/null", help="file for what sglang-router writes")
    parser.add_argument(
        "--sglang-option", action="append", default=[], metavar="=OPTION", help="one more word for sglang-router"
    )
    options = parser.parse_args()
    results = pathlib.Path(options.results)
    done = len(results.read_text().splitlines()) if results.exists() else 0
    for number in range(done, done + options.rounds):
        line = {"sglang_version": version(options)}
        # The one that goes first changes from round to round.
        for side in ("baton", "sglang") if number % 2 == 0 else ("sglang", "baton"):
            with open(options.log, "a") as log:
                line[side] = (
                    bench(options, "--token-interval-us", str(options.token_interval_us))
                    if side == "baton" else measure_sglang(options, log)
                )
        with results.open("a") as file:
            file.write(json.dumps(line) + "\n")
    rounds = [json.loads(line) for line in results.read_text().splitlines()]
    print("\n".join(table(rounds, options)))


if __name__ == "__main__":
    sys.exit(main())
