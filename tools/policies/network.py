"""Network namespaces joined pair by pair, each link with a rate of its own."""

import itertools
import json
import os
import shutil
import subprocess

PREFIX = "baton-policy"


def reason_to_skip():
    """Why namespaces cannot be made here; None when they can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    missing = [tool for tool in ("ip", "tc") if not shutil.which(tool)]
    return f"there is no {' and no '.join(missing)} (Debian: iproute2)" if missing else None


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def remove_leftovers():
    """Deletes namespaces of harnesses that were killed."""
    if reason_to_skip():
        return
    for line in run("ip", "netns", "list").splitlines():
        name = line.split()[0] if line.split() else ""
        parts = name.removeprefix(PREFIX + "-").split("-")
        if name.startswith(PREFIX + "-") and parts[0].isdigit() and not os.path.exists(f"/proc/{parts[0]}"):
            subprocess.run(["ip", "netns", "delete", name], check=False)


class Mesh:
    """One namespace for each node and one link for each pair; used with `with`.

    `rate(a, b)` gives a link's megabits per second in each direction, or None for no limit. A node has one
    address, whichever link leads to it, so that daemons need not know of the links.
    """

    def __init__(self, nodes, rate):
        self.nodes = list(nodes)
        self.rate = rate

    def space(self, node):
        return f"{PREFIX}-{os.getpid()}-{node}"

    def address(self, node):
        return f"10.99.0.{self.nodes.index(node) + 1}"

    def command(self, node):
        """What stands before a command that runs in a node's namespace."""
        return ["ip", "netns", "exec", self.space(node)]

    def __enter__(self):
        try:
            self._make()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for node in self.nodes:
            subprocess.run(["ip", "netns", "delete", self.space(node)], capture_output=True, check=False)

    def _make(self):
        for node in self.nodes:
            run("ip", "netns", "add", self.space(node))
            run("ip", "-n", self.space(node), "link", "set", "lo", "up")
            run("ip", "-n", self.space(node), "addr", "add", f"{self.address(node)}/32", "dev", "lo")
        for one, other in itertools.combinations(self.nodes, 2):
            run(
                *("ip", "link", "add", "name", f"to-{other}", "netns", self.space(one), "type", "veth"),
                *("peer", "name", f"to-{one}", "netns", self.space(other)),
            )
            self._end(one, other)
            self._end(other, one)

    def _end(self, node, peer):
        space, device = self.space(node), f"to-{peer}"
        run("ip", "-n", space, "link", "set", device, "up")
        source = self.address(node)
        run("ip", "-n", space, "route", "add", self.address(peer), "dev", device, "src", source)
        megabits = self.rate(node, peer)
        if megabits is None:
            return
        # A bucket of 20 ms: a timer tick of the slowest usual kernel refills less than that.
        burst = max(64 * 1024, int(megabits * 1e6 / 8 * 0.02))
        limit = ["rate", f"{megabits}mbit", "burst", f"{burst}b", "latency", "50ms"]
        run("tc", "-n", space, "qdisc", "add", "dev", device, "root", "tbf", *limit)

    def sent_bytes(self, node, peer):
        """Bytes that have left a node towards a peer, headers included."""
        shown = run("ip", "-n", self.space(node), "-s", "-j", "link", "show", "dev", f"to-{peer}")
        return json.loads(shown)[0]["stats64"]["tx"]["bytes"]
