#!/usr/bin/env python3
"""Measures a scheduling or placement policy against others on real daemons: one command for each claim.

Each run starts a fresh cluster (router, workers with the paced engine, certificates of its own) on this machine, sends
it requests with baton-load, and stops it. The settings that are compared take turns with the same requests, and what is
reported are differences between runs of a pair, with Student's 95 % interval. The load is a share of what the base
settings sustain, which is measured first and remembered.
"""

import argparse
import contextlib
import dataclasses
import doctest
import hashlib
import json
import math
import os
import signal
import sys
import time

# Before our own modules: no folders of compiled code beside the sources.
sys.dont_write_bytecode = True

import cluster
import measure
import network
import report
import scenarios
import stats
import workload
from cluster import PROGRAMS, ClusterError, make_certificates

SKIPPED, FAILED, UNRELIABLE = 77, 1, 3
# Above this share of failed requests the figures of the others say little.
FAILED_SHARE = 0.01
# A step of a search sends at least so long: a queue needs time to grow past the limit.
STEP_SECONDS = 12
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="*", help="what to measure; --list names them, all is all")
    parser.add_argument("--list", action="store_true", help="list the scenarios")
    parser.add_argument("--self-test", action="store_true", help="check the statistics, measure nothing")
    parser.add_argument("--runs", type=int, metavar="N", help="runs of each settings: 5 unless given, at least 2")
    parser.add_argument("--requests", type=int, metavar="N", help="measured requests of each run, 500 unless given")
    parser.add_argument("--quick", action="store_true", help="a smoke test: two runs of few requests, no verdict")
    parser.add_argument("--load", type=float, help="share of the sustained rate, instead of the scenario's own")
    parser.add_argument("--rate", type=float, help="requests per second, instead of a share of the sustained rate")
    parser.add_argument("--fresh", action="store_true", help="measure the sustained rate anew")
    parser.add_argument("--arms", metavar="A,B", help="only these settings, with commas")
    parser.add_argument(
        "--set", action="append", default=[], metavar="[ARM:]ROLE.KEY=VALUE",
        help="a further setting of all arms or one; ROLE is router or workers; repeatable",
    )
    parser.add_argument(
        "--without", action="append", default=[], metavar="KEY",
        help="leave a setting out of all arms, so that they are equal: a check of the measurement itself",
    )
    parser.add_argument("--trace", metavar="FILE", help="lengths of scenario mixed: a CSV file of Azure's traces")
    parser.add_argument("--short-tokens", type=int, default=512, help="mixed: longest short prompt (%(default)s)")
    parser.add_argument("--long-tokens", type=int, default=2048, help="mixed: long ones are longer (%(default)s)")
    parser.add_argument("--programs", default=f"{ROOT}/.build/release", help="folder of the daemons (.build/release)")
    parser.add_argument("--out", default=f"{ROOT}/.build/policies", help="folder of the results (.build/policies)")
    options = parser.parse_args()
    if not (options.list or options.self_test or options.scenario):
        parser.error("name a scenario; --list names them")
    unknown = [name for name in options.scenario if name not in scenarios.ALL and name != "all"]
    if unknown:
        parser.error(f"there is no scenario {unknown[0]}; use {', '.join(scenarios.ALL)} or all")
    if options.runs is not None and options.runs < 2:
        parser.error("--runs must be at least 2, or there is no interval")
    if options.requests is not None and options.requests < 10:
        parser.error("--requests must be at least 10")
    return options


def self_test():
    failures = 0
    for module in (stats, workload, measure, report, cluster):
        result = doctest.testmod(module)
        say(f"{module.__name__}: {result.attempted - result.failed} of {result.attempted} examples hold")
        failures += result.failed
    return FAILED if failures else 0


def adjusted(scenario, options):
    """The scenario with what the command line changes."""
    if options.arms:
        wanted = options.arms.split(",")
        missing = [label for label in wanted if label not in [arm.label for arm in scenario.arms]]
        if missing:
            raise SystemExit(f"{scenario.name} has no arm {missing[0]}: {', '.join(a.label for a in scenario.arms)}")
        scenario.arms = [arm for arm in scenario.arms if arm.label in wanted]
    for text in options.set:
        target, _, value = text.partition("=")
        label, _, path = target.rpartition(":")
        role, _, key = path.partition(".")
        if role not in ("router", "workers") or not key or not value:
            raise SystemExit(f'--set is "{text}"; write ROLE.KEY=VALUE or ARM:ROLE.KEY=VALUE with router or workers')
        for arm in scenario.every_arm:
            if label in ("", arm.label):
                getattr(arm, role)[key] = value
    for key in options.without:
        if not any(key in arm.router or key in arm.workers for arm in scenario.every_arm):
            say(f"note: no arm of {scenario.name} sets {key}")
    for arm in scenario.every_arm:
        for key in options.without:
            arm.router.pop(key, None)
            arm.workers.pop(key, None)
    if options.load:
        scenario.load = options.load
    return scenario


def missing_programs(folder):
    missing = [name for name in PROGRAMS if not os.access(os.path.join(folder, name), os.X_OK)]
    if missing:
        return (
            f"{folder}/{missing[0]} is missing: build each with swift build -c release --product NAME "
            f"({', '.join(PROGRAMS)}), or use make policies"
        )
    return None


class Measurement:
    """One scenario on its way."""

    def __init__(self, scenario, options, folder):
        self.scenario = scenario
        self.options = options
        self.folder = folder
        self.runs = options.runs or (2 if options.quick else 5)
        self.requests = options.requests or (scenario.quick_requests if options.quick else 500)
        self.warm_up = min(scenario.warm_up, self.requests // 3) if options.quick else scenario.warm_up
        self.rates = {}
        certificates = os.path.join(options.out, "certs")
        names = {name for arm in scenario.arms for name in self.shape(arm).names} | set(scenario.shape.names)
        make_certificates(options.programs, certificates, sorted(names))
        models = os.path.join(options.out, "models")
        os.makedirs(models, exist_ok=True)
        self.bench = measure.Bench(options.programs, folder, certificates, models)

    def shape(self, arm):
        return arm.shape or self.scenario.shape

    def workload(self, arm):
        return arm.workload or self.scenario.workload

    @contextlib.contextmanager
    def running(self, arm, name):
        """A running cluster with an arm's settings."""
        shape = self.shape(arm)
        with shape.mesh() or contextlib.nullcontext() as mesh:
            with self.bench.cluster(shape, arm.router, arm.workers, mesh, name) as started:
                yield started

    # The rate that the base sustains.

    def sustained(self, arm):
        """Answers per second of an arm that is always full; remembered for the same programs and settings."""
        path = os.path.join(self.options.out, "sustained.json")
        known = {}
        key = self._digest(arm)
        if key in self.rates:
            return self.rates[key]
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                known = json.load(file)
        if key in known and not self.options.fresh:
            say(f"{arm.label} sustains {known[key]['rate']:.2f} req/s, as measured at {known[key]['when']}")
            self.rates[key] = known[key]["rate"]
            return self.rates[key]
        count = 80 if self.options.quick else 300
        say(f"measuring what {arm.label} sustains: {count} requests, {self.scenario.concurrency} at a time")
        requests = self.workload(arm).requests(seed=9999, rate=10.0, count=count, warm_up=0)
        name = f"{self.scenario.name}-sustained"
        extra = ["--request-rate", "inf", "--max-concurrency", str(self.scenario.concurrency), "--seed", "9999"]
        with self.running(arm, name) as running:
            found, run = self.bench.run(running, requests, name, self.scenario.key, extra)
        try:
            rate = measure.saturated_rate(found)
        except ValueError as error:
            raise ClusterError(f"{self.scenario.name}, {arm.label}: {error}") from error
        say(f"{arm.label} sustains {rate:.2f} req/s (processors {100 * run.cpu:.0f} %)")
        self.rates[key] = rate
        known[key] = {
            "rate": rate, "scenario": self.scenario.name, "arm": arm.label, "cpu": run.cpu,
            "when": time.strftime("%Y-%m-%d %H:%M:%S"),
        }
        with open(path, "w", encoding="utf-8") as file:
            json.dump(known, file, indent=1)
        return rate

    def _digest(self, arm):
        """A name for all that decides the sustained rate."""
        stamps = [os.stat(os.path.join(self.options.programs, name)) for name in PROGRAMS]
        shape = self.shape(arm)
        links = [[one, other, shape.rate(one, other)] for one in shape.names for other in shape.names if one != other] \
            if shape.rate else None
        parts = [
            [dataclasses.asdict(worker) for worker in shape.workers], shape.router_settings(), shape.worker_settings(),
            links, arm.router, arm.workers, repr(self.workload(arm)), self.scenario.concurrency, self.options.quick,
            [[stamp.st_size, stamp.st_mtime] for stamp in stamps],
        ]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]

    def offered(self, arm):
        """The rate that an arm is offered; None where the workload or a search sets it."""
        if self.options.rate:
            return self.options.rate
        if self.scenario.load is None:
            return None
        # Without a base every arm is measured against itself.
        base = self.scenario.arm(self.scenario.base) if self.scenario.base else arm
        return (arm.load or self.scenario.load) * self.sustained(base)

    # Runs.

    def one(self, arm, pair, rate):
        """One run at one rate."""
        name = f"{self.scenario.name}-{pair}-{arm.label.replace(' ', '-').replace(',', '')}"
        requests = self.workload(arm).requests(pair, rate, self.requests, self.warm_up)
        with self.running(arm, name) as running:
            found, run = self.bench.run(
                running, requests, name, self.scenario.key, ["--seed", str(pair)], self.scenario.watched
            )
        return self.bench.fill(run, found, requests, running.ended_requests())

    def search(self, arm, pair, start):
        """The highest rate at which nine of ten requests meet the limit, and the run at the last good step."""
        name = f"{self.scenario.name}-{pair}-{arm.label}"
        least, seconds = (20, 3) if self.options.quick else (self.requests // 4, STEP_SECONDS)
        steps, good, bad = [], None, None
        with self.running(arm, name) as running:
            rate = start
            while len(steps) < (2 if self.options.quick else 9):
                seed = pair * 100 + len(steps)
                count = max(least, math.ceil(rate * seconds))
                requests = self.workload(arm).requests(seed, rate, count, self.warm_up // 4)
                found, run = self.bench.run(
                    running, requests, f"{name}-{len(steps)}", self.scenario.key, ["--seed", str(seed)],
                    self.scenario.watched,
                )
                steps.append((rate, requests, found, run))
                self.bench.fill(run, found, requests, {})
                limit = self.scenario.knee_tt2t
                share = stats.share(run.samples, lambda s: s.failure is None and (s.tt2t or s.ttft) <= limit)
                say(f"  {arm.label}: {rate:.2f} req/s, {100 * share:.0f} % within {limit:g} ms")
                if share >= 0.9:
                    good = max(good or (0, 0, None), (rate, share, run), key=lambda step: step[0])
                else:
                    bad = min(bad or (math.inf, 0), (rate, share), key=lambda step: step[0])
                if good and bad and bad[0] / good[0] < 1.09:
                    break
                if good and bad:
                    rate = math.sqrt(good[0] * bad[0])
                else:
                    rate = rate * 1.4 if good else rate / 1.4
        if good is None:
            say(f"note: {arm.label} met the limit at no rate down to {steps[-1][0]:.2f} req/s")
            good = (0.0, 0.9, steps[-1][3])
        run = good[2]
        run.knee = good[0]
        if bad and bad[0] > good[0] > 0:
            # Between the steps the share is taken to fall evenly with the logarithm of the rate.
            part = (good[1] - 0.9) / max(good[1] - bad[1], 1e-9)
            run.knee = good[0] * (bad[0] / good[0]) ** min(part, 1.0)
        return run

    def estimate(self, rates):
        """Says how long all runs will take."""
        seconds = 0.0
        for arm in self.scenario.arms:
            if self.scenario.knee_tt2t:
                seconds += 8 * (STEP_SECONDS + 3)
                continue
            last = self.workload(arm).requests(1, rates[arm.label], self.requests, self.warm_up)[-1]
            seconds += last.arrival + 4
        say(f"{self.runs} × {len(self.scenario.arms)} runs follow, about {self.runs * seconds / 60:.0f} minutes")

    def all(self):
        """All runs, by arm in the order of the pairs."""
        arms = self.scenario.arms
        rates = {arm.label: self.offered(arm) for arm in arms}
        found = {arm.label: [] for arm in arms}
        self.estimate(rates)
        for pair in range(1, self.runs + 1):
            turn = (pair - 1) % len(arms)
            # Who begins alternates, so that a drift of the machine falls on all.
            for arm in arms[turn:] + arms[:turn]:
                rate = rates[arm.label]
                if self.scenario.knee_tt2t:
                    run = self.search(arm, pair, rate)
                    text = f"{run.knee:.2f} req/s"
                else:
                    run = self.one(arm, pair, rate)
                    figure = self.scenario.figures[0]
                    text = f"{figure.text} {report.number(figure.value(run))} {figure.unit}"
                found[arm.label].append(run)
                say(
                    f"{self.scenario.name} {pair}/{self.runs} {arm.label}: {text}, {run.failed} failed, "
                    f"processors {100 * run.cpu:.0f} % (own {100 * run.own_cpu:.0f} %), {run.seconds:.0f} s"
                )
                if measure.backlog_grows(run) and not self.scenario.knee_tt2t:
                    say(f"note: {arm.label}: waiting grew during the run; the load is more than it sustains")
        return found, rates


def warnings(scenario, runs, options):
    """Why the figures cannot be trusted; empty when they can."""
    found = []
    flat = [run for arm in runs.values() for run in arm]
    busiest = max(run.cpu for run in flat)
    own = max(run.own_cpu for run in flat)
    if busiest > measure.CPU_LIMIT and not scenario.computes:
        is_ours = own > measure.CPU_LIMIT - 0.15
        advice = "raise the scenario's time scale" if is_ours else "wait until the machine is idle"
        found.append(
            f"processors were up to {100 * busiest:.0f} % busy, by the cluster up to {100 * own:.0f} %; "
            f"the limit is 85 %: {advice}"
        )
    elif own > measure.CPU_TARGET and not scenario.computes:
        say(f"note: the cluster took up to {100 * own:.0f} % of the processors; below 60 % is safer")
    for label, arm in runs.items():
        counted = [sample for run in arm for sample in run.samples if sample.group not in scenario.may_fail]
        share = stats.share(counted, lambda sample: sample.failure is not None) if counted else 0.0
        if share > FAILED_SHARE:
            found.append(f"{100 * share:.1f} % of the requests failed with {label}")
    if options.quick:
        found.append("this was a smoke test")
    return found


def write_results(path, scenario, runs, rates, facts, verdicts, problems):
    """Everything that was found, as JSON."""
    result = {
        "scenario": scenario.name, "claim": scenario.claim, "facts": facts, "rates": rates, "problems": problems,
        "arms": {arm.label: {"router": arm.router, "workers": arm.workers} for arm in scenario.arms},
        "figures": {
            figure.key: {label: report.values_of(runs, figure, label) for label in runs} for figure in scenario.figures
        },
        "processors": {label: [run.cpu for run in runs[label]] for label in runs},
        "failed": {label: [run.failed for run in runs[label]] for label in runs},
        "verdicts": [dataclasses.asdict(verdict) for verdict in verdicts],
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)


def processor():
    """The name of this machine's processor."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return names[0] if names else os.uname().machine


def measured(name, options):
    """Measures one scenario, prints its page, and returns the exit status."""
    scenario = adjusted(scenarios.ALL[name](options), options)
    reason = network.reason_to_skip() if scenario.needs_root else None
    if reason:
        say(f"{name}: skipped: {reason}")
        return SKIPPED
    folder = os.path.join(options.out, f"{name}-{time.strftime('%Y%m%d-%H%M%S')}")
    os.makedirs(folder)
    began = time.monotonic()
    measurement = Measurement(scenario, options, folder)
    runs, rates = measurement.all()
    problems = warnings(scenario, runs, options)
    verdicts = report.judge(scenario, runs)
    offered = sorted({f"{rate:.2f} req/s" for rate in rates.values() if rate})
    facts = {
        "measured": f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} × {processor()}",
        "runs": f"{measurement.runs} of each, {measurement.requests} requests, after {measurement.warm_up} of warm-up",
        "offered": ", ".join(offered) if offered else "set by the workload",
        "took": f"{(time.monotonic() - began) / 60:.1f} minutes",
    }
    if scenario.knee_tt2t:
        facts["offered"] = f"searched from {facts['offered']}"
    elif scenario.load and scenario.base and not options.rate:
        facts["offered"] += f" ({scenario.load:g} of what {scenario.base} sustains)"
    page = report.page(scenario, runs, facts, verdicts)
    for problem in problems:
        page += f"\n\n**Not reliable: {problem}.**"
    print(page + "\n", flush=True)
    with open(os.path.join(folder, "report.md"), "w", encoding="utf-8") as file:
        file.write(page + "\n")
    write_results(os.path.join(folder, "results.json"), scenario, runs, rates, facts, verdicts, problems)
    say(f"results are in {folder}")
    if problems and not options.quick:
        return UNRELIABLE
    failed = any(verdict.outcome in (report.FAILS, report.UNKNOWN) for verdict in verdicts)
    return FAILED if failed and not options.quick else 0


def main():
    options = arguments()
    if options.list:
        for name, make in scenarios.ALL.items():
            scenario = make(options)
            needs = " (needs root)" if scenario.needs_root else ""
            print(f"{name:<11} {scenario.claim}{needs}\n{'':<11} arms: {', '.join(a.label for a in scenario.arms)}")
        return 0
    if options.self_test:
        return self_test()
    for attribute in ("out", "programs", "trace"):
        if getattr(options, attribute):
            setattr(options, attribute, os.path.abspath(getattr(options, attribute)))
    os.chdir(ROOT)
    problem = missing_programs(options.programs)
    if problem:
        raise SystemExit(problem)
    os.makedirs(options.out, exist_ok=True)
    network.remove_leftovers()
    names = list(scenarios.ALL) if "all" in options.scenario else options.scenario
    statuses = []
    for name in names:
        try:
            statuses.append(measured(name, options))
        except (ClusterError, RuntimeError, ValueError, OSError) as error:
            say(f"{name}: {error}")
            statuses.append(FAILED)
    return next((status for status in (FAILED, UNRELIABLE, SKIPPED) if status in statuses), 0)


def interrupted(*_):
    raise KeyboardInterrupt


if __name__ == "__main__":
    if sys.version_info < (3, 10):
        sys.exit(f"this is Python {sys.version.split()[0]}; 3.10 or newer is needed")
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, interrupted)
    try:
        sys.exit(main())
    except BrokenPipeError:
        # Whoever read the output has gone; nothing is left to say to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)
    except KeyboardInterrupt:
        say("interrupted; everything is stopped")
        sys.exit(130)
