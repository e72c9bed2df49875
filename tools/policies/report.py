"""What runs say about the bars, as a markdown page and as JSON."""

from dataclasses import dataclass

import stats

HOLDS, UNSURE, FAILS, UNKNOWN = "holds", "holds, interval crosses", "FAILS", "no data"


@dataclass
class Verdict:
    """A bar, what was found, and whether it holds."""

    figure: str
    arm: str
    against: str
    bar: str
    estimate: float
    low: float
    high: float
    outcome: str


def number(value, digits=4):
    """A number with so many significant digits, without an exponent.

    >>> [number(value) for value in (1234.5, 12.3456, 0.123456, 0, None)]
    ['1234', '12.35', '0.1235', '0', '–']
    """
    if value is None:
        return "–"
    if value == 0:
        return "0"
    if abs(value) >= 10 ** (digits - 1):
        return f"{value:.0f}"
    text = f"{value:.{digits}g}"
    return text if "e" not in text else f"{value:.6f}"


def values_of(runs, figure, arm):
    """The figure of each pair of an arm; None where a run has none."""
    return [figure.value(run) for run in runs[arm]]


def paired(one, other):
    """The values of both sides where both have one."""
    pairs = [(a, b) for a, b in zip(one, other) if a is not None and b is not None]
    return [a for a, _ in pairs], [b for _, b in pairs]


def outcome(estimate, low, high, bar):
    """Whether an estimate with its interval meets a bar.

    >>> from scenarios import Bar
    >>> bar = Bar("f", "new", "at_most", 0.7, "old", significant=True)
    >>> outcome(0.6, 0.5, 0.68, bar), outcome(0.6, 0.5, 0.9, bar), outcome(0.8, 0.7, 0.9, bar)
    ('holds', 'holds, interval crosses', 'FAILS')
    >>> outcome(0.6, 0.3, 1.1, bar)
    'FAILS'
    >>> outcome(1.0, 0.99, 1.02, Bar("f", "new", "at_least", 0.9, "old"))
    'holds'
    """
    if estimate is None:
        return UNKNOWN
    meets = (lambda value: value <= bar.limit) if bar.rule == "at_most" else (lambda value: value >= bar.limit)
    if not meets(estimate):
        return FAILS
    if bar.significant:
        beyond = low is not None and (high < 1 if bar.rule == "at_most" else low > 1)
        if not beyond:
            return FAILS
    worst = high if bar.rule == "at_most" else low
    return HOLDS if worst is None or meets(worst) else UNSURE


def judge(scenario, runs):
    """The verdict on each bar."""
    figures = {figure.key: figure for figure in scenario.figures}
    found = []
    for bar in scenario.bars:
        if bar.arm not in runs:
            continue
        figure = figures[bar.figure]
        own = values_of(runs, figure, bar.arm)
        if bar.against is None:
            values = [value for value in own if value is not None]
            estimate = stats.interval(values) if values else (None, None, None)
            against = ""
        else:
            names = (bar.against,) if isinstance(bar.against, str) else bar.against
            names = [name for name in names if name in runs]
            if not names:
                continue
            against = best(names, runs, figure)
            before, after = paired(values_of(runs, figure, against), own) if against else ([], [])
            estimate = stats.paired_ratio(before, after) if before else (None, None, None)
        found.append(
            Verdict(figure.text, bar.arm, against or "", bar.text(), *estimate, outcome(*estimate, bar))
        )
    return found


def best(names, runs, figure):
    """The arm with the lowest mean of a figure, the first of equal ones; None without any."""
    means = []
    for name in names:
        values = [value for value in values_of(runs, figure, name) if value is not None]
        if values:
            means.append((stats.mean(values), len(means), name))
    return min(means)[2] if means else None


def table(rows):
    """Rows as a markdown table, the first of them the heading."""
    lines = ["| " + " | ".join(rows[0]) + " |", "|" + "---|" * len(rows[0])]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows[1:]])


def with_interval(estimate, low, high):
    if estimate is None:
        return "–"
    if low is None:
        return number(estimate)
    return f"{number(estimate)} ({number(low)}…{number(high)})"


def page(scenario, runs, facts, verdicts):
    """The whole result as markdown."""
    labels = [arm.label for arm in scenario.arms if arm.label in runs]
    lines = [f"## {scenario.name}: {scenario.claim}", ""]
    lines += [f"{key}: {value}" + "  " for key, value in facts.items()]
    if scenario.note:
        lines += [scenario.note]
    rows = [["figure", *(f"{label}" for label in labels)]]
    for figure in scenario.figures:
        cells = []
        for label in labels:
            wanted = figure.arms is None or label in figure.arms
            values = [value for value in values_of(runs, figure, label) if value is not None] if wanted else []
            cells.append(with_interval(*stats.interval(values)) if values else "–")
        rows.append([f"{figure.text} [{figure.unit}]", *cells])
    rows.append(["failed requests", *(str(sum(run.failed for run in runs[label])) for label in labels)])
    for text, attribute in (("processors in use", "cpu"), ("of these by the cluster and its client", "own_cpu")):
        shares = ([getattr(run, attribute) for run in runs[label]] for label in labels)
        rows.append([text, *(f"{100 * stats.mean(values):.0f} %" for values in shares)])
    lines += ["", table(rows), ""]
    if len(labels) > 1 and not scenario.knee_tt2t:
        lines += differences(scenario, runs, labels)
    rows = [["what must hold", "arm", "bar", "found (95 %)", "verdict"]]
    for verdict in verdicts:
        relation = f" relative to {verdict.against}" if verdict.against else ""
        estimate = with_interval(verdict.estimate, verdict.low, verdict.high)
        rows.append([verdict.figure + relation, verdict.arm, verdict.bar, estimate, verdict.outcome])
    return "\n".join(lines + [table(rows)])


def differences(scenario, runs, labels):
    """Each arm less the base, pair by pair; nothing without a base."""
    if scenario.base not in labels:
        return []
    rows = [["paired difference from " + scenario.base, *(label for label in labels if label != scenario.base)]]
    for figure in scenario.figures:
        cells = []
        for label in labels:
            if label == scenario.base:
                continue
            wanted = figure.arms is None or {label, scenario.base} <= set(figure.arms)
            before, after = paired(*(values_of(runs, figure, name) for name in (scenario.base, label)))
            cells.append(with_interval(*stats.paired_difference(before, after)) if before and wanted else "–")
        rows.append([f"{figure.text} [{figure.unit}]", *cells])
    return [table(rows), ""]
