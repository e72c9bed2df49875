"""What both ends of every peer's transfer have in common: a dialogue of JSON lines with `compare.py`.

The receiver says where it is, the sender is told, warms up, and transfers once for each `go`. The receiver wipes its
memory before each transfer and checks every byte of it afterwards.
"""

import argparse
import json
import sys
import threading
import time

from memory import Memory

# Memory per connection: larger than the processor's caches, as a pool of KV blocks is.
ARENA_BYTES = 64 << 20


def say(**fields):
    print("@" + json.dumps(fields), flush=True)


def hear():
    line = sys.stdin.readline()
    return json.loads(line) if line else None


def run(make_receiver, make_sender):
    """Plays one end. A receiver has `place()`, a sender `write(index, size)` that returns when it has arrived."""
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["receive", "send"])
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--chunk-bytes", type=int, required=True)
    parser.add_argument("--bytes", type=int, required=True)
    arguments = parser.parse_args()
    if arguments.role == "receive":
        receive(make_receiver, arguments)
    else:
        send(make_sender, arguments)


def receive(make_receiver, arguments):
    memories = [Memory(ARENA_BYTES) for _ in range(arguments.connections)]
    receiver = make_receiver(memories)
    say(place=receiver.place())
    while order := hear():
        if "wipe" in order:
            for memory in memories:
                memory.wipe()
            say(wiped=True)
        else:
            say(intact=all(memory.equals_fill() for memory in memories))


def send(make_sender, arguments):
    memories = [Memory(ARENA_BYTES, fill=True) for _ in range(arguments.connections)]
    sender = make_sender(memories, hear()["place"], arguments.chunk_bytes)
    for index in range(arguments.connections):
        sender.write(index, ARENA_BYTES)
    say(ready=True)
    # Whole arenas only, so that the receiver can check all of its memory.
    turns = max(1, arguments.bytes // arguments.connections // ARENA_BYTES)
    while hear():
        failures = []

        def move(index):
            try:
                for _ in range(turns):
                    sender.write(index, ARENA_BYTES)
            except Exception as error:
                failures.append(repr(error))

        threads = [threading.Thread(target=move, args=(index,)) for index in range(arguments.connections)]
        start = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.monotonic() - start
        say(seconds=seconds, bytes=turns * ARENA_BYTES * arguments.connections, failures=failures)
