#!/usr/bin/env python3
"""Transfers the same bytes with Baton, Mooncake and NIXL on loopback and prints one JSON object per measurement.

The peers listen on all addresses: run this with `compare.sh`, which gives them a network of their own.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TICKS = os.sysconf("SC_CLK_TCK")
PEERS = {"mooncake": "mooncake_peer.py", "nixl": "nixl_peer.py"}


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class End:
    """One process of a peer."""

    def __init__(self, python, script, role, settings, log):
        command = [python, str(HERE / script), role]
        for name, value in settings.items():
            command += [f"--{name}", str(value)]
        environment = dict(os.environ, UCX_TLS="tcp", MC_LOG_LEVEL="ERROR", GLOG_minloglevel="2")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env=environment
        )

    def tell(self, **fields):
        self.process.stdin.write(json.dumps(fields) + "\n")
        self.process.stdin.flush()

    def hear(self):
        for line in self.process.stdout:
            if line.startswith("@"):
                return json.loads(line[1:])
        raise RuntimeError(f"{self.process.args} ended with status {self.process.wait()}")

    def end(self):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def measure_peer(name, options, connections, chunk_bytes, log):
    settings = {"connections": connections, "chunk-bytes": chunk_bytes, "bytes": options.bytes}
    ends = []
    try:
        ends.append(End(options.python, PEERS[name], "receive", settings, log))
        place = ends[0].hear()["place"]
        ends.append(End(options.python, PEERS[name], "send", settings, log))
        receiver, sender = ends
        sender.tell(place=place)
        sender.hear()
        rates, costs = [], []
        for _ in range(options.rounds):
            receiver.tell(wipe=True)
            receiver.hear()
            before = [processor_seconds(end.process.pid) for end in (sender, receiver)]
            sender.tell(go=True)
            answer = sender.hear()
            if answer["failures"]:
                raise RuntimeError(f"{name}: {answer['failures']}")
            after = [processor_seconds(end.process.pid) for end in (sender, receiver)]
            receiver.tell(check=True)
            if not receiver.hear()["intact"]:
                raise RuntimeError(f"{name}: the receiver's memory is not what was sent")
            gib = answer["bytes"] / (1 << 30)
            rates.append(gib / answer["seconds"])
            costs.append([(late - early) / gib for early, late in zip(before, after)])
    finally:
        for end in reversed(ends):
            end.end()
    return {
        "engine": name,
        "encrypted": False,
        "connections": connections,
        "chunk_bytes": chunk_bytes,
        "goodput_gib_s": round(statistics.median(rates), 4),
        "sender_cpu_s_per_gib": round(statistics.median(cost[0] for cost in costs), 4),
        "receiver_cpu_s_per_gib": round(statistics.median(cost[1] for cost in costs), 4),
        "rounds": options.rounds,
    }


def measure_baton(options, connections, chunk_bytes, programs, encrypted):
    command = [
        options.baton_bench, "kv", "--json", "--lanes", str(connections), "--chunk-bytes",
        f"{chunk_bytes >> 10}KiB", "--pairs", str(max(2, options.rounds)), "--bytes", str(options.bytes),
    ]
    if programs:
        command += ["--programs", programs]
    # Baton makes a network of its own if it needs one; here it shares the loopback of the others.
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    kept = ["goodput_gib_s", "sender_cpu_s_per_gib", "receiver_cpu_s_per_gib", "chunk_bytes"]
    kept += ["limit_gib_s", "plain_tcp_gib_s"]
    row = {key: report[key] for key in kept}
    return row | {
        "engine": "baton", "encrypted": encrypted, "connections": connections, "rounds": report["pairs"]
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", required=True, help="python of the environment that install.sh made")
    parser.add_argument("--baton-bench", required=True, help="the program baton-bench")
    parser.add_argument("--programs", help="folder of Baton's worker programs; beside baton-bench by default")
    parser.add_argument("--plaintext", help="folder of worker programs that were built without encryption")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--chunk-bytes", type=int, nargs="+", default=[256 << 10, 1 << 20])
    parser.add_argument("--bytes", type=int, default=1 << 30, help="per measurement")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--log", default=os.devnull, help="file for what the peers write")
    options = parser.parse_args()
    failed = False
    with open(options.log, "a") as log:
        for connections in options.connections:
            for chunk_bytes in options.chunk_bytes:
                def show(row):
                    print(json.dumps(row, sort_keys=True), flush=True)

                show(measure_baton(options, connections, chunk_bytes, options.programs, True))
                if options.plaintext:
                    show(measure_baton(options, connections, chunk_bytes, options.plaintext, False))
                for name in options.peers:
                    try:
                        show(measure_peer(name, options, connections, chunk_bytes, log))
                    except RuntimeError as error:
                        failed = True
                        print(error, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
