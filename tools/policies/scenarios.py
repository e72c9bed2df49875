"""What is measured: for each claim a cluster, the settings that are compared, a workload, figures and bars."""

import os
from dataclasses import dataclass, field

import stats
import workload
from cluster import Worker
from network import Mesh
from profiles import prefill_seconds, profile_numbers

# Keys of the settings that scenarios compare.
PREFILL_POLICY = "scheduler.prefill_policy"
LAYER_PREEMPTION = "scheduler.layer_preemption"
PLACEMENT = "placement.policy"
STATIC_THRESHOLD = "placement.static_threshold"
FAIRNESS = "fairness.policy"
LOCAL_PREFILL = "placement.local_prefill"

AZURE_CODE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "azure_code_sample.csv")
PROFILE = "h100-falcon-7b"
# Thresholds in tokens: at the first every prompt is offloaded, at the second, longer than any, none.
ALWAYS, NEVER = 1, 1_000_000


@dataclass
class Shape:
    """A cluster: its workers, what they imitate, settings that all arms share, and links if they are limited."""

    workers: list
    time_scale: float = 2.0
    memory: str = "512MiB"
    profile: str = PROFILE
    router: dict = field(default_factory=dict)
    settings: dict = field(default_factory=dict)
    # Megabits per second of the link of two nodes, or None; None for a cluster on loopback.
    rate: object = None

    def router_settings(self):
        return dict(self.router)

    def worker_settings(self):
        if self.profile is None:
            return {"kv_cache.memory": self.memory, "engine.threads": 1} | self.settings
        return {
            "engine.kind": "paced",
            "engine.profile": f"configs/profiles/{self.profile}.yaml",
            "engine.time_scale": self.time_scale,
            "kv_cache.memory": self.memory,
        } | self.settings

    @property
    def names(self):
        return ["router"] + [worker.name for worker in self.workers]

    def mesh(self):
        return Mesh(self.names, self.rate) if self.rate else None


# Prompts in order of arrival, each to its end, and what is to be better.
FCFS = {PREFILL_POLICY: "fcfs", LAYER_PREEMPTION: False}
LENGTH_AWARE = {PREFILL_POLICY: "length_aware", LAYER_PREEMPTION: True}


def workers(prefill, decode):
    return [Worker(f"prefill-{n + 1}", "prefill") for n in range(prefill)] + [
        Worker(f"decode-{n + 1}", "decode") for n in range(decode)
    ]


@dataclass
class Arm:
    """One of the settings that are compared; what it leaves open is the scenario's."""

    label: str
    router: dict = field(default_factory=dict)
    workers: dict = field(default_factory=dict)
    shape: Shape = None
    workload: object = None
    load: float = None


@dataclass
class Figure:
    """One number of a run; None when the run has nothing to say."""

    key: str
    text: str
    value: object
    unit: str = "ms"
    # Arms for which it means something; None for all.
    arms: tuple = None


@dataclass
class Bar:
    """What must hold.

    With `against`, the ratio of two arms' figures over the pairs: at most or at least `limit`; `significant` asks
    that the interval excludes 1. `against` may be several arms: the best of them counts, the lowest. Without it,
    the arm's own figure.
    """

    figure: str
    arm: str
    rule: str
    limit: float
    against: object = None
    significant: bool = False

    def text(self):
        sign = {"at_most": "≤", "at_least": "≥"}[self.rule]
        if self.against is None:
            return f"{sign} {self.limit:g}"
        other = self.against if isinstance(self.against, str) else "the best other"
        side = "below" if self.rule == "at_most" else "above"
        return f"{sign} {self.limit:g} × {other}" + (f", interval {side} 1" if self.significant else "")


@dataclass
class Scenario:
    """One claim and how it is measured."""

    name: str
    claim: str
    shape: Shape
    arms: list
    workload: object
    figures: list
    bars: list
    # Share of the saturated throughput of the arm `base` that is offered; None where the workload sets the pace.
    load: float = 0.75
    base: str = ""
    # Groups that count in a closed loop.
    concurrency: int = 32
    warm_up: int = 60
    quick_requests: int = 40
    # Links whose bytes are counted, as (node, peer).
    watched: tuple = ()
    key: str = None
    # Searches the highest rate at which so many ms to the second token hold, instead of offering one rate.
    knee_tt2t: float = None
    needs_root: bool = False
    # Whether the processors may be full: the CPU engine computes for real.
    computes: bool = False
    # Groups whose requests may be refused.
    may_fail: tuple = ()
    note: str = ""

    def __post_init__(self):
        # The base is needed even where only other arms are run.
        self.every_arm = list(self.arms)

    def arm(self, label):
        return next(arm for arm in self.every_arm if arm.label == label)


def figure(key, text, attribute, how, groups=(), where=None, unit="ms", arms=None):
    """A statistic of one attribute of answered requests: `mean` or a percentile."""

    def value(run):
        values = [
            getattr(sample, attribute)
            for sample in run.done(*groups)
            if getattr(sample, attribute) is not None and (where is None or where(sample))
        ]
        if not values:
            return None
        return stats.mean(values) if how == "mean" else stats.percentile(values, how)

    return Figure(key, text, value, unit, arms)


THROUGHPUT = Figure("throughput", "throughput", lambda run: run.throughput, "req/s")


def throughput_not_lower(arm, against):
    """A hundredth is below what two runs of the same requests differ by."""
    return Bar("throughput", arm, "at_least", 0.99, against)


def mixed(options):
    short, long = options.short_tokens, options.long_tokens

    def is_short(sample):
        return sample.input_tokens <= short

    def is_long(sample):
        return sample.input_tokens > long

    new, old = "length_aware", "fcfs"
    return Scenario(
        name="mixed",
        claim="mixed short and long prompts: length_aware against fcfs",
        shape=Shape(workers(2, 2), router={LOCAL_PREFILL: False}),
        arms=[Arm(old, workers=dict(FCFS)), Arm(new, workers=dict(LENGTH_AWARE))],
        base=old,
        workload=workload.FromTrace(options.trace or AZURE_CODE),
        figures=[
            figure("short_mean", f"mean TTFT, ≤ {short} tokens", "ttft", "mean", where=is_short),
            figure("short_p90", f"P90 TTFT, ≤ {short} tokens", "ttft", 90, where=is_short),
            figure("long_p90", f"P90 TTFT, > {long} tokens", "ttft", 90, where=is_long),
            figure("all_mean", "mean TTFT", "ttft", "mean"),
            figure("tt2t_p90", "P90 TT2T", "tt2t", 90),
            THROUGHPUT,
        ],
        bars=[
            Bar("short_mean", new, "at_most", 0.70, old, significant=True),
            Bar("long_p90", new, "at_most", 1.10, old),
            throughput_not_lower(new, old),
        ],
    )


def mixed_cpu(options):
    """The same sign on the engine that computes: lengths cut to what the built-in model holds."""
    found = mixed(options)
    found.name = "mixed-cpu"
    found.claim = "mixed short and long prompts on the CPU engine with the built-in model: the same sign"
    found.shape = Shape(workers(1, 1), profile=None, memory="256MiB", router={LOCAL_PREFILL: False})
    found.workload = workload.Mixture(((0.7, 32, 128), (0.3, 1200, 1900)), output_tokens=4)
    found.figures = [
        figure("short_mean", "mean TTFT, ≤ 128 tokens", "ttft", "mean", where=lambda s: s.input_tokens <= 128),
        figure("long_p90", "P90 TTFT, > 128 tokens", "ttft", 90, where=lambda s: s.input_tokens > 128),
        THROUGHPUT,
    ]
    found.bars = [Bar("short_mean", "length_aware", "at_most", 1.0, "fcfs", significant=True)]
    found.concurrency = 16
    found.computes = True
    return found


def preempt(_options):
    scale, long, short, urgent = 0.5, 32_768, 128, 4
    seconds = prefill_seconds(PROFILE, long, scale)
    layer = 1000 * seconds / profile_numbers(PROFILE)["layer_count"]

    def logged(run, key, *groups):
        return [v for v in (s.logged(key) for s in run.done(*groups)) if v is not None]

    def times(run, *groups):
        return [sample.ttft for sample in run.done(*groups)]

    def waited(percent):
        """What the long prompt adds: TTFT less that of the same prompts on an idle worker."""

        def value(run):
            beside, alone = times(run, "urgent"), times(run, "urgent-alone")
            return stats.percentile(beside, percent) - stats.percentile(alone, 50) if beside and alone else None

        return value

    def loss(run):
        groups = [logged(run, "prefill_ms", group) for group in ("long", "long-alone", "urgent-alone")]
        if not all(groups):
            return None
        together, alone, service = (stats.percentile(group, 50) for group in groups)
        return 100 * ((together - alone) / urgent - service) / alone

    new, old = "length_aware", "fcfs"
    return Scenario(
        name="preempt",
        claim=f"a prompt of {long} tokens runs, short urgent ones arrive; a layer takes {layer:.1f} ms",
        shape=Shape(workers(1, 1), time_scale=scale, memory="1GiB", router={LOCAL_PREFILL: False}),
        arms=[Arm(old, workers=dict(FCFS)), Arm(new, workers=dict(LENGTH_AWARE))],
        load=None,
        base=old,
        workload=workload.Interruptions(long, short, seconds, urgent),
        figures=[
            Figure("start_p50", "urgent: later than on an idle worker, P50", waited(50)),
            Figure("start_p90", "urgent: later than on an idle worker, P90", waited(90)),
            figure("urgent_mean", "urgent: mean TTFT", "ttft", "mean", ("urgent",)),
            figure("alone_mean", "urgent without the long prompt: mean TTFT", "ttft", "mean", ("urgent-alone",)),
            figure("long_mean", "long: mean TTFT", "ttft", "mean", ("long",)),
            figure("long_alone", "long, never preempted: mean TTFT", "ttft", "mean", ("long-alone",)),
            Figure("loss", "long: time lost per preemption", loss, "%", (new,)),
        ],
        bars=[
            Bar("start_p90", new, "at_most", layer),
            Bar("urgent_mean", new, "at_most", 1.0, old, significant=True),
            Bar("loss", new, "at_most", 2.0),
        ],
        warm_up=12,
        quick_requests=24,
        note="The loss leaves out the time that the urgent prompts themselves take.",
    )


def paths(_options):
    fast, slow = 1000, 100

    def rate(one, other):
        if "router" in (one, other):
            return None
        return slow if {one, other} == {"prefill-1", "decode-1"} else fast

    ours, others = "least_tt2t", ("round_robin", "prefix_aware")
    return Scenario(
        name="paths",
        claim=f"one pair of workers at {slow} Mbit/s, the others at {fast}: least_tt2t against two baselines",
        shape=Shape(workers(2, 2), rate=rate, router={LOCAL_PREFILL: False}),
        arms=[Arm(label, router={PLACEMENT: label}) for label in (*others, ours)],
        base=others[0],
        workload=workload.Uniform(256, 1536, 16),
        figures=[
            figure("tt2t_p90", "P90 TT2T", "tt2t", 90),
            figure("tt2t_mean", "mean TT2T", "tt2t", "mean"),
            figure("ttft_p90", "P90 TTFT", "ttft", 90),
            figure("gap_p90", "P90 gap", "gap", 90),
            THROUGHPUT,
        ],
        bars=[Bar("tt2t_p90", ours, "at_most", 0.60, other, significant=True) for other in others],
        concurrency=24,
        quick_requests=25,
        needs_root=True,
    )


def sites(_options):
    cap = 600

    def rate(one, other):
        return cap if "remote-1" in (one, other) and "router" not in (one, other) else None

    # The local site's worker computes prompts too; the remote one is four times as fast and does nothing else.
    remote = Worker("remote-1", "prefill", {"site": "remote", "engine.time_scale": 0.5})
    local = [Worker("decode-1", "decode", {"site": "local"})]
    uplink = [{"name": "remote", "uplink": f"{cap}Mbit/s", "downlink": f"{cap}Mbit/s"}]

    def used(run):
        return run.link_bytes * 8 / 1e6 / run.seconds

    static = "static_threshold"
    return Scenario(
        name="sites",
        claim=f"a fast prefill site behind an uplink of {cap} Mbit/s and a local site: selective, never, always",
        shape=Shape(local + [remote], rate=rate, router={"sites": uplink}),
        arms=[
            Arm("never", router={PLACEMENT: static, STATIC_THRESHOLD: NEVER}),
            Arm("always", router={PLACEMENT: static, STATIC_THRESHOLD: ALWAYS}),
            Arm("selective", router={PLACEMENT: "least_tt2t"}),
        ],
        base="never",
        workload=workload.FromTrace(AZURE_CODE, 16),
        figures=[
            Figure("knee", "throughput with 90 % within the limit", lambda run: run.knee, "req/s"),
            Figure("uplink", "uplink in use at that rate", used, "Mbit/s"),
            Figure("tt2t_p90", "P90 TT2T at that rate", figure("", "", "tt2t", 90).value),
        ],
        bars=[
            Bar("knee", "selective", "at_least", 1.0, "never", significant=True),
            Bar("knee", "selective", "at_least", 1.0, "always", significant=True),
            Bar("uplink", "selective", "at_most", cap),
        ],
        knee_tt2t=2000,
        concurrency=24,
        quick_requests=30,
        watched=(("remote-1", "decode-1"),),
        needs_root=True,
    )


def uniform(_options):
    ours = "least_tt2t"
    others = ("round_robin", "least_loaded", "power_of_two", "prefix_aware")
    return Scenario(
        name="uniform",
        claim="equal fast links: least_tt2t within 2 % of the best baseline",
        shape=Shape(workers(2, 2), router={LOCAL_PREFILL: False}),
        arms=[Arm(label, router={PLACEMENT: label}) for label in (*others, ours)],
        base=others[0],
        workload=workload.FromTrace(AZURE_CODE),
        figures=[
            figure("tt2t_mean", "mean TT2T", "tt2t", "mean"),
            figure("tt2t_p90", "P90 TT2T", "tt2t", 90),
            figure("ttft_mean", "mean TTFT", "ttft", "mean"),
            THROUGHPUT,
        ],
        bars=[Bar("tt2t_mean", ours, "at_most", 1.02, others)],
        quick_requests=25,
    )


def predicted(kind):
    """(predicted, measured) pairs in milliseconds of a run's first attempts: `ttft` or `gap`."""

    def pairs(run):
        found = []
        for sample in run.done():
            values = [sample.logged(key) for key in (f"predicted_{kind}_ms", f"{kind}_ms", "placed_ms")]
            if None in values or sample.logged("attempts") != 1:
                continue
            # A prediction of TTFT counts from the placement, a gap from the first token.
            measured = values[1] - values[2] if kind == "ttft" else values[1]
            found.append((values[0], measured))
        return found

    return pairs


def prediction(_options):
    within = 0.20

    def near(kind):
        def value(run):
            pairs = predicted(kind)(run)
            return stats.share(pairs, lambda p: abs(p[0] - p[1]) <= within * p[1]) if pairs else None

        return value

    def bias(kind):
        def value(run):
            pairs = predicted(kind)(run)
            if not pairs:
                return None
            return 100 * (stats.mean([p for p, _ in pairs]) / stats.mean([m for _, m in pairs]) - 1)

        return value

    paced = Shape(workers(2, 2))
    cpu = Shape(workers(1, 1), profile=None, memory="256MiB", router={LOCAL_PREFILL: False})
    small = workload.Uniform(128, 1024, 8)
    arms = [Arm(f"paced {load}", load=load) for load in (0.3, 0.7)]
    arms += [Arm(f"CPU {load}", load=load, shape=cpu, workload=small) for load in (0.3, 0.7)]
    return Scenario(
        name="prediction",
        claim="predicted TTFT and hand-off gap within 20 % of measured for at least 80 % of requests",
        shape=paced,
        arms=arms,
        base="",
        workload=workload.FromTrace(AZURE_CODE),
        figures=[
            Figure("ttft_near", "TTFT within 20 %", near("ttft"), "share"),
            Figure("gap_near", "gap within 20 %", near("gap"), "share"),
            Figure("ttft_bias", "TTFT, predicted relative to measured", bias("ttft"), "%"),
            Figure("gap_bias", "gap, predicted relative to measured", bias("gap"), "%"),
            figure("ttft_mean", "mean TTFT", "ttft", "mean"),
            figure("gap_mean", "mean gap", "gap", "mean"),
        ],
        bars=[Bar(f"{kind}_near", arm.label, "at_least", 0.8) for arm in arms for kind in ("ttft", "gap")],
        concurrency=16,
        warm_up=120,
        quick_requests=25,
        computes=True,
    )


def fairness(_options):
    names = ("alice", "bob", "carol", "mallory")
    keys = {name: f"key-of-{name}" for name in names}
    entries = [{"key": keys[name], "tenant": name} for name in names]
    quiet = workload.Tenants(names, keys)
    flood = workload.Tenants(names, keys, flood=10.0)

    def hits(run):
        done = run.done()
        tokens = sum(sample.input_tokens for sample in done)
        return sum(sample.cached_tokens for sample in done) / tokens if tokens else None

    def refused(run):
        others = [sample for sample in run.samples if sample.group == "others"]
        return stats.share(others, lambda sample: sample.failure is not None) if others else None

    fair, unfair = {FAIRNESS: "fair"}, {FAIRNESS: "fcfs"}
    return Scenario(
        name="fairness",
        claim="a tenant that sends ten times its share, and the others' TTFT and prefix hits",
        shape=Shape(workers(2, 2), time_scale=6.0, memory="192MiB", router={"http.api_keys": entries}),
        arms=[
            Arm("quiet", router=fair, workload=quiet),
            Arm("flood, fair", router=fair, workload=flood),
            Arm("flood, fcfs", router=unfair, workload=flood),
        ],
        base="quiet",
        workload=quiet,
        figures=[
            figure("others_p90", "others' P90 TTFT", "ttft", 90, ("others",)),
            figure("others_mean", "others' mean TTFT", "ttft", "mean", ("others",)),
            Figure("others_failed", "others' failed requests", refused, "share"),
            figure("flooder_p90", "flooder's P90 TTFT", "ttft", 90, ("flooder",)),
            Figure("hits", "prompt tokens found in a cache", hits, "share"),
            THROUGHPUT,
        ],
        bars=[
            Bar("others_p90", "flood, fair", "at_most", 1.20, "quiet"),
            Bar("others_failed", "flood, fair", "at_most", 0.0),
            Bar("hits", "flood, fair", "at_least", 0.90, "flood, fcfs"),
        ],
        key=keys["alice"],
        may_fail=("flooder",),
        quick_requests=60,
    )


ALL = {
    "mixed": mixed,
    "mixed-cpu": mixed_cpu,
    "preempt": preempt,
    "paths": paths,
    "sites": sites,
    "uniform": uniform,
    "prediction": prediction,
    "fairness": fairness,
}
