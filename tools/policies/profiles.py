"""What the paced engine's profiles say."""

import re


def profile_numbers(name):
    """The numbers of a hardware profile by key."""
    numbers = {}
    with open(f"configs/profiles/{name}.yaml", encoding="utf-8") as file:
        for line in file:
            match = re.fullmatch(r"([a-z_]+): ([0-9.e+-]+)\s*", line)
            if match:
                numbers[match[1]] = float(match[2])
    return numbers


def prefill_seconds(profile, tokens, scale):
    """Time of one prompt alone in one step, by the profile's arithmetic."""
    numbers = profile_numbers(profile)
    work = max(numbers["prefill_memory_seconds"], numbers["prefill_token_seconds"] * tokens)
    attention = numbers["prefill_attention_seconds"] * tokens * tokens / 2
    return scale * (numbers["prefill_base_seconds"] + work + attention)
