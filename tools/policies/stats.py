"""Figures of samples and of paired runs; the standard library only."""

import math


def mean(values):
    """The arithmetic mean.

    >>> mean([1, 2, 6])
    3.0
    """
    return math.fsum(values) / len(values)


def percentile(values, percent):
    """The percentile, linear between neighbours, as baton-load and numpy have it.

    >>> percentile([4, 1, 3, 2], 50)
    2.5
    >>> percentile([5], 90)
    5.0
    >>> percentile(range(101), 90)
    90.0
    """
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (ordered[high] - ordered[low]) * (place - low))


def deviation(values):
    """The sample's standard deviation, with divisor n - 1.

    >>> deviation([2, 4, 4, 4, 5, 5, 7, 9])
    2.138089935299395
    """
    middle = mean(values)
    return math.sqrt(math.fsum((value - middle) ** 2 for value in values) / (len(values) - 1))


def _beta_fraction(a, b, x):
    """The continued fraction of the incomplete beta function (Lentz; Abramowitz and Stegun 26.5.8)."""
    tiny = 1e-300
    c, d = 1.0, 1 / max(1 - (a + b) * x / (a + 1), tiny)
    result = d
    for m in range(1, 300):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 + term * d
            c = 1 + term / c
            d = 1 / (d if abs(d) > tiny else tiny)
            c = c if abs(c) > tiny else tiny
            result *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return result


def t_below(value, freedom):
    """The probability that a variable of Student's t distribution is below a value.

    >>> round(t_below(2.776445, 4), 6)
    0.975
    >>> t_below(0, 9)
    0.5
    """
    x = freedom / (freedom + value * value)
    a, b = freedom / 2, 0.5
    if x >= 1:
        return 0.5
    scale = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        beta = scale * _beta_fraction(a, b, x) / a
    else:
        beta = 1 - scale * _beta_fraction(b, a, 1 - x) / b
    return 1 - beta / 2 if value > 0 else beta / 2


def t_quantile(probability, freedom):
    """The value that Student's t stays below with a probability; found by halving.

    >>> [round(t_quantile(0.975, freedom), 3) for freedom in (1, 2, 4, 9, 30, 1000)]
    [12.706, 4.303, 2.776, 2.262, 2.042, 1.962]
    """
    low, high = -1e4, 1e4
    for _ in range(200):
        middle = (low + high) / 2
        if t_below(middle, freedom) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def interval(values, confidence=0.95):
    """The mean with its two-sided interval by Student's t; no interval (None) for fewer than two values.

    >>> [round(value, 4) for value in interval([1.0, 2.0, 3.0])]
    [2.0, -0.4841, 4.4841]
    >>> interval([7.0])
    (7.0, None, None)
    """
    middle = mean(values)
    if len(values) < 2:
        return middle, None, None
    half = t_quantile(0.5 + confidence / 2, len(values) - 1) * deviation(values) / math.sqrt(len(values))
    return middle, middle - half, middle + half


def paired_difference(base, candidate):
    """Mean and interval of candidate - base over pairs of runs with the same requests.

    >>> [round(value, 3) for value in paired_difference([10, 20, 30], [9, 18, 28])]
    [-1.667, -3.101, -0.232]
    """
    return interval([after - before for before, after in zip(base, candidate, strict=True)])


def paired_ratio(base, candidate):
    """The geometric mean of candidate / base over pairs, with its interval; all None where a value is not positive.

    >>> [round(value, 4) for value in paired_ratio([10, 20, 40], [5, 10, 20])]
    [0.5, 0.5, 0.5]
    >>> [round(value, 3) for value in paired_ratio([10, 20, 30], [9, 19, 27])]
    [0.916, 0.848, 0.99]
    >>> paired_ratio([0, 1], [1, 1])
    (None, None, None)
    """
    pairs = list(zip(base, candidate, strict=True))
    if any(before <= 0 or after <= 0 for before, after in pairs):
        return None, None, None
    middle, low, high = interval([math.log(after / before) for before, after in pairs])
    return math.exp(middle), low if low is None else math.exp(low), high if high is None else math.exp(high)


def share(values, holds):
    """The share of values for which a test holds.

    >>> share([1, 2, 3, 4], lambda value: value > 1)
    0.75
    """
    values = list(values)
    return sum(1 for value in values if holds(value)) / len(values)
