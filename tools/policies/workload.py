"""Requests of a run: when they come, how long they are, which prefix they share, whose they are."""

import csv
import json
import random
from dataclasses import dataclass, field

# Tokens under one identity of a Mooncake trace, in which baton-load reads requests.
BLOCK_TOKENS = 512
WARM_UP = "warm-up"


@dataclass
class Request:
    """One request; `blocks` names the shared leading blocks of its prompt, 512 tokens each."""

    arrival: float
    input_tokens: int
    output_tokens: int
    group: str = "all"
    blocks: tuple = ()
    headers: dict = field(default_factory=dict)


def write(requests, path):
    """Writes requests as a Mooncake trace with the members `group` and `headers` that baton-load adds to it."""
    with open(path, "w", encoding="utf-8") as file:
        for request in requests:
            line = {
                "timestamp": round(request.arrival * 1000, 3),
                "input_length": request.input_tokens,
                "output_length": request.output_tokens,
                "hash_ids": list(request.blocks),
                "group": request.group,
            }
            if request.headers:
                line["headers"] = request.headers
            file.write(json.dumps(line) + "\n")


def poisson(draw, rate, count, start=0.0):
    """The times of `count` independent arrivals.

    >>> times = poisson(random.Random(1), 10, 1000)
    >>> 90 < times[-1] < 110 and times == sorted(times)
    True
    """
    times, now = [], start
    for _ in range(count):
        now += draw.expovariate(rate)
        times.append(now)
    return times


def trace_lengths(path):
    """(prompt, answer) tokens of a CSV file with the columns of Azure's traces."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = [(int(row["ContextTokens"]), int(row["GeneratedTokens"])) for row in csv.DictReader(file)]
    usable = [row for row in rows if row[0] > 0 and row[1] > 0]
    if not usable:
        raise ValueError(f"{path} has no requests")
    return usable


@dataclass
class FromTrace:
    """Prompts with the lengths of a trace in random order, as Poisson arrivals; nothing is shared."""

    path: str
    output_limit: int = 64

    def requests(self, seed, rate, count, warm_up):
        draw = random.Random(seed)
        lengths = trace_lengths(self.path)
        draw.shuffle(lengths)
        times = poisson(draw, rate, warm_up + count)
        return [
            Request(
                arrival,
                lengths[index % len(lengths)][0],
                min(lengths[index % len(lengths)][1], self.output_limit),
                WARM_UP if index < warm_up else "all",
            )
            for index, arrival in enumerate(times)
        ]


@dataclass
class Uniform:
    """Prompts of uniform length behind one of a few shared prefixes (none unless given)."""

    shortest: int
    longest: int
    output_tokens: int
    prefixes: int = 0
    prefix_blocks: int = 0

    def requests(self, seed, rate, count, warm_up):
        draw = random.Random(seed)
        found = []
        for index, arrival in enumerate(poisson(draw, rate, warm_up + count)):
            blocks = ()
            if self.prefixes:
                first = 1 + draw.randrange(self.prefixes) * self.prefix_blocks
                blocks = tuple(range(first, first + self.prefix_blocks))
            tokens = len(blocks) * BLOCK_TOKENS + draw.randint(self.shortest, self.longest)
            group = WARM_UP if index < warm_up else "all"
            found.append(Request(arrival, tokens, self.output_tokens, group, blocks))
        return found


@dataclass
class Mixture:
    """Prompts of several kinds, as (share, shortest, longest); nothing is shared."""

    kinds: tuple
    output_tokens: int

    def requests(self, seed, rate, count, warm_up):
        draw = random.Random(seed)
        found = []
        for index, arrival in enumerate(poisson(draw, rate, warm_up + count)):
            ((_, shortest, longest),) = draw.choices(self.kinds, weights=[kind[0] for kind in self.kinds])
            group = WARM_UP if index < warm_up else "all"
            found.append(Request(arrival, draw.randint(shortest, longest), self.output_tokens, group))
        return found


@dataclass
class Tenants:
    """Tenants with keys of their own; each has some prefixes. One of them may flood.

    The first tenants are the others, each with an equal share of the rate; the last is the one that sends
    `flood` times its share. `count` counts the others' requests.
    """

    names: tuple
    keys: dict
    flood: float = 1.0
    prefixes: int = 4
    prefix_blocks: int = 2
    shortest: int = 128
    longest: int = 512
    output_tokens: int = 16

    def requests(self, seed, rate, count, warm_up):
        share = rate / len(self.names)
        found = []
        end = (count + warm_up) / (share * (len(self.names) - 1))
        warm = end * warm_up / (count + warm_up)
        for place, name in enumerate(self.names):
            # A tenant's requests are the same whatever the others do.
            draw = random.Random(seed * 1000 + place)
            flooding = place == len(self.names) - 1
            now = 0.0
            while True:
                now += draw.expovariate(share * (self.flood if flooding else 1.0))
                if now >= end:
                    break
                first = 1 + (place * self.prefixes + draw.randrange(self.prefixes)) * self.prefix_blocks
                blocks = tuple(range(first, first + self.prefix_blocks))
                tokens = len(blocks) * BLOCK_TOKENS + draw.randint(self.shortest, self.longest)
                group = WARM_UP if now < warm else "flooder" if flooding else "others"
                headers = {"Authorization": f"Bearer {self.keys[name]}"}
                found.append(Request(now, tokens, self.output_tokens, group, blocks, headers))
        return sorted(found, key=lambda request: request.arrival)


@dataclass
class Interruptions:
    """Rounds of one long prompt during which short ones arrive, of a long one alone, and of short ones alone.

    Every round has the same length, so that the system is idle when the next begins. Groups: `long`,
    `long-alone`, `urgent`, `urgent-alone`.
    """

    long_tokens: int
    short_tokens: int
    # Time of the long prompt alone, in seconds.
    long_seconds: float
    per_round: int = 4
    output_tokens: int = 4
    urgent_headers: dict = field(default_factory=dict)

    def requests(self, seed, rate, count, warm_up):
        del rate
        draw = random.Random(seed)
        found, start, number = [], 0.0, 0
        measured = 0
        while measured < count:
            warm = len(found) < warm_up
            alone = number % 4 == 3
            name = "long-alone" if alone else "long"
            batch = [Request(start, self.long_tokens, self.output_tokens, name)]
            for _ in range(0 if alone else self.per_round):
                arrival = start + self.long_seconds * draw.uniform(0.05, 0.85)
                batch.append(self.urgent(arrival, "urgent"))
            batch.append(self.urgent(start + self.long_seconds * 1.6, "urgent-alone"))
            for request in batch:
                request.group = WARM_UP if warm else request.group
            measured += 0 if warm else len(batch)
            found += sorted(batch, key=lambda request: request.arrival)
            start += self.long_seconds * 1.8
            number += 1
        return found

    def urgent(self, arrival, group):
        return Request(arrival, self.short_tokens, self.output_tokens, group, headers=dict(self.urgent_headers))
