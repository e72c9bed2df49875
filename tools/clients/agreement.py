#!/usr/bin/env python3
"""Runs `baton-load` and `vllm bench serve` in turns with the same settings and prints by how much they differ.

Both ask for streamed completions of the same lengths from one server. Every pair is appended to a file, so that pairs
of several runs make one table. The two of a pair differ by chance too; the table compares medians over the pairs.
Ends with status 1 when a difference is above the bar.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

# Settings under which a server with a TTFT of 200 ms and one prefill worker is loaded, not overloaded.
SETTINGS = {
    "one at a time": {"num-prompts": 30, "max-concurrency": 1},
    "four at a time": {"num-prompts": 60, "max-concurrency": 4},
    "three a second": {"num-prompts": 45, "request-rate": 3, "burstiness": 1000},
}
FIGURES = {
    "mean_ttft_ms": "TTFT mean, ms",
    "median_ttft_ms": "TTFT median, ms",
    "p99_ttft_ms": "TTFT p99, ms",
    "mean_tpot_ms": "TPOT mean, ms",
    "median_tpot_ms": "TPOT median, ms",
    "p99_tpot_ms": "TPOT p99, ms",
    "request_throughput": "requests/s",
    "output_throughput": "output tokens/s",
}
CLIENTS = {"baton": "baton-load", "vllm": "vllm bench serve"}


def command(client, options, settings, seed, folder):
    if client == "baton":
        words = [options.baton_load, "--base-url", options.base_url]
    else:
        words = [options.vllm, "bench", "serve", "--backend", "openai", "--base-url", options.base_url]
        words += ["--tokenizer", options.tokenizer, "--disable-tqdm", "--percentile-metrics", "ttft,tpot,itl,e2el"]
    lengths = {"random-input-len": options.input_len, "random-output-len": options.output_len}
    # Different prompts in every run: none finds its KV in a cache.
    for name, value in {**settings, **lengths, "seed": seed, "model": options.model}.items():
        words += [f"--{name}", str(value)]
    words += ["--dataset-name", "random", "--ignore-eos", "--save-result"]
    return words + ["--result-dir", folder, "--result-filename", "result.json"]


def measure(client, options, settings, seed, log):
    """The result that the client saved."""
    with tempfile.TemporaryDirectory() as folder:
        words = command(client, options, settings, seed, folder)
        status = subprocess.run(words, stdout=log, stderr=log).returncode
        path = pathlib.Path(folder, "result.json")
        if status != 0 or not path.exists():
            raise SystemExit(f"{' '.join(words)} ended with status {status}; see --log")
        result = json.loads(path.read_text())
    if result["completed"] != settings["num-prompts"]:
        raise SystemExit(f"{CLIENTS[client]} completed {result['completed']} of {settings['num-prompts']} requests")
    return {key: result[key] for key in [*FIGURES, "total_input_tokens", "total_output_tokens"]}


def table(pairs, bar):
    """Lines of the table, and the differences that are above the bar, in percent."""
    lines, above = [], []
    for name in SETTINGS:
        chosen = [pair for pair in pairs if pair["settings"] == name]
        if not chosen:
            continue
        lines += [f"| {name}, {len(chosen)} pairs | baton-load | vllm bench serve | difference |", "|---|---|---|---|"]
        for key, title in FIGURES.items():
            ours, theirs = (statistics.median(pair[client][key] for pair in chosen) for client in CLIENTS)
            difference = 100 * (ours - theirs) / theirs
            lines.append(f"| {title} | {ours:,.2f} | {theirs:,.2f} | {difference:+.1f} % |")
            if abs(difference) > bar:
                above.append(f"{name}: {title} differs by {difference:+.1f} %")
        lines.append("")
    return lines, above


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--baton-load", required=True, help="the program baton-load")
    parser.add_argument("--vllm", required=True, help="the program vllm")
    parser.add_argument("--tokenizer", required=True, help="folder that tokenizer_folder.py made")
    parser.add_argument("--model", default="baton-tiny")
    # vLLM's prompts are now and then a token longer than asked for. Where whole prompts just fill the workers' steps of
    # 512 tokens, that token would cost a step; at this length it does not matter.
    parser.add_argument("--input-len", type=int, default=240)
    parser.add_argument("--output-len", type=int, default=32)
    parser.add_argument("--pairs", type=int, default=3, help="to measure now; 0 prints the table only")
    parser.add_argument("--settings", nargs="+", default=list(SETTINGS), choices=list(SETTINGS))
    parser.add_argument("--bar", type=float, default=5, help="most percent by which figures may differ")
    parser.add_argument("--results", default="agreement.jsonl", help="file to which pairs are appended")
    parser.add_argument("--log", default=os.devnull, help="file for what the clients print")
    options = parser.parse_args()
    results = pathlib.Path(options.results)
    done = len(results.read_text().splitlines()) if results.exists() else 0
    for _ in range(options.pairs):
        for name in options.settings:
            done += 1
            pair = {"settings": name}
            # The one that goes first changes from pair to pair.
            order = list(CLIENTS) if done % 2 else list(reversed(CLIENTS))
            for place, client in enumerate(order):
                with open(options.log, "a") as log:
                    pair[client] = measure(client, options, SETTINGS[name], 2 * done + place, log)
            with results.open("a") as file:
                file.write(json.dumps(pair) + "\n")
    lines, above = table([json.loads(line) for line in results.read_text().splitlines()], options.bar)
    print("\n".join(lines))
    for line in above:
        print(f"above {options.bar:g} %: {line}", file=sys.stderr)
    return 1 if above else 0


if __name__ == "__main__":
    sys.exit(main())
