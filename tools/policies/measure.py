"""One run: a fresh cluster, a workload, and what came of it request by request."""

import os
import time
from dataclasses import dataclass, field

import stats
import workload
from cluster import Cluster, long_context_model
from profiles import profile_numbers

BUILT_IN_MODEL = "models/baton-tiny-q8_0.gguf"

# Above this share of all processors the machine, not the policy, decides.
CPU_LIMIT = 0.85
# Where a scenario should stay.
CPU_TARGET = 0.60


@dataclass
class Sample:
    """One measured request; times in milliseconds from its scheduled arrival, None where there is none."""

    group: str
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    ttft: float = None
    tt2t: float = None
    gap: float = None
    e2el: float = None
    # When it was to be sent and when it ended, in seconds from the start of the run.
    due: float = 0.0
    ended: float = 0.0
    failure: str = None
    # The router's line about it.
    log: dict = field(default_factory=dict)

    def logged(self, key):
        """A number of the router's line; None when it is not there."""
        return float(self.log[key]) if key in self.log else None


@dataclass
class Run:
    """The measured requests of one run and what it cost."""

    samples: list
    # Shares of all processors: everything that ran, and this cluster with its client.
    cpu: float
    own_cpu: float
    seconds: float
    # Bytes over links that the scenario watches.
    link_bytes: int = 0

    def done(self, *groups):
        """Answered requests, of some groups or all."""
        return [s for s in self.samples if s.failure is None and (not groups or s.group in groups)]

    @property
    def failed(self):
        return sum(1 for sample in self.samples if sample.failure is not None)

    @property
    def throughput(self):
        """Answers per second, from the first scheduled arrival to the last end."""
        done = self.done()
        if not done:
            return 0.0
        return len(done) / (max(s.ended for s in done) - min(s.due for s in self.samples))


def _processors():
    """(busy, all) processor seconds of the machine so far."""
    with open("/proc/stat", encoding="ascii") as file:
        ticks = [int(word) for word in file.readline().split()[1:9]]
    # Idle and waiting for disks; stolen time (the last) is not ours to use, so it counts as busy.
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)


def sample(row, request, line):
    """A request as the client's row and the router's line have it."""

    def since(key):
        return row[key] - row["scheduled_ms"] if row.get(key) is not None else None

    found = Sample(
        request.group,
        row["input_tokens"],
        row["output_tokens"],
        row.get("cached_tokens") or 0,
        ttft=since("first_token_ms"),
        tt2t=since("second_token_ms"),
        e2el=since("ended_ms"),
        due=row["scheduled_ms"] / 1000,
        ended=(row.get("ended_ms") or row["scheduled_ms"]) / 1000,
        failure=row.get("failure"),
        log=line,
    )
    if found.tt2t is not None and found.ttft is not None:
        found.gap = found.tt2t - found.ttft
    return found


class Bench:
    """Starts clusters of one shape and runs workloads on them."""

    def __init__(self, programs, folder, certificates, models):
        self.programs = programs
        self.folder = folder
        self.certificates = certificates
        self.models = models

    def cluster(self, shape, router, workers, mesh, name):
        common = shape.worker_settings() | workers
        folder = os.path.join(self.folder, "logs", name)
        settings = shape.router_settings() | router
        if shape.profile is not None:
            common = {"engine.model": self.model(shape.profile)} | common
            settings = {"model.vocabulary": self.model(shape.profile)} | settings
        return Cluster(self.programs, folder, self.certificates, shape.workers, settings, common, mesh)

    def model(self, profile):
        """The built-in model with a profile's context: its vocabulary is all that paced workers and router read."""
        path = os.path.join(self.models, f"{profile}.gguf")
        return long_context_model(BUILT_IN_MODEL, path, int(profile_numbers(profile)["context_tokens"]))

    def run(self, cluster, requests, name, key=None, arguments=(), watched=()):
        """Sends requests to a running cluster, stops it unless told otherwise, and returns the run."""
        trace = os.path.join(self.folder, "runs", f"{name}.jsonl")
        result = os.path.join(self.folder, "runs", f"{name}.json")
        os.makedirs(os.path.dirname(trace), exist_ok=True)
        workload.write(requests, trace)
        words = ["--dataset-name", "mooncake", "--dataset-path", trace, "--ignore-eos", *arguments]
        words += ["--metric-percentiles", "50,90,99", "--label", name]
        if key:
            words += ["--api-key", key]
        links = sum(cluster.mesh.sent_bytes(*link) for link in watched)
        children, own, (busy, total) = os.times(), cluster.processor_seconds(), _processors()
        began = time.monotonic()
        report = cluster.load(words, result)
        seconds = time.monotonic() - began
        after, (busy_after, total_after) = os.times(), _processors()
        client = after.children_user + after.children_system - children.children_user - children.children_system
        own = cluster.processor_seconds() - own + client
        links = sum(cluster.mesh.sent_bytes(*link) for link in watched) - links
        os.remove(trace)
        ticks = max(1, total_after - total)
        return report, Run([], (busy_after - busy) / ticks, own / (seconds * os.cpu_count()), seconds, links)

    @staticmethod
    def fill(run, report, requests, lines):
        """Adds the requests after the warm-up to a run."""
        for row in report["requests"]:
            request = requests[row["index"]]
            if request.group != workload.WARM_UP:
                run.samples.append(sample(row, request, lines.get(row.get("request_id"), {})))
        return run


def saturated_rate(report):
    """Answers per second while a closed loop keeps the cluster full: without its first and last fifth.

    >>> round(saturated_rate({"requests": [{"ended_ms": 100.0 * number} for number in range(100)]}), 6)
    10.0
    """
    ends = sorted(row["ended_ms"] for row in report["requests"] if row.get("failure") is None)
    if len(ends) < 20:
        raise ValueError(f"only {len(ends)} of {len(report['requests'])} requests were answered at saturation")
    low, high = len(ends) // 5, len(ends) - 1 - len(ends) // 5
    return (high - low) / (ends[high] - ends[low]) * 1000


def backlog_grows(run):
    """Whether the last quarter waited far longer than the second: the load is beyond what the cluster sustains."""
    times = [s.ttft for s in sorted(run.done(), key=lambda s: s.due) if s.ttft is not None]
    if len(times) < 80:
        return False
    quarter = len(times) // 4
    return stats.mean(times[-quarter:]) > 3 * stats.mean(times[quarter : 2 * quarter])
