"""A cluster of real daemons on this machine, one process each, and the load client."""

import ctypes
import json
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass, field

PROGRAMS = ("baton-router", "baton-prefill-worker", "baton-decode-worker", "baton-load", "batonctl")
START_SECONDS = 60
STOP_SECONDS = 20
TICKS = os.sysconf("SC_CLK_TCK")


class ClusterError(Exception):
    """Something did not start, or did not do what it was asked."""


@dataclass
class Worker:
    """One worker: its name, its role (`prefill` or `decode`), and settings beyond those of all workers."""

    name: str
    role: str
    settings: dict = field(default_factory=dict)


def _die_with_parent():
    """The kernel ends the process when the harness is killed; Ctrl-C is the harness's business alone."""
    os.setpgid(0, 0)
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def flow(value):
    """A value as YAML on one line; the settings take rates and sizes without quotes only.

    >>> flow([{"name": "remote", "uplink": "600Mbit/s"}])
    '[{name: remote, uplink: 600Mbit/s}]'
    >>> flow(["127.0.0.1:7400", True, 0.5, "a b"])
    '["127.0.0.1:7400", true, 0.5, "a b"]'
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9._/-]+", value):
        return value
    return json.dumps(value)


def options(settings):
    """Settings as options of a daemon."""
    words = []
    for key, value in settings.items():
        words += ["--set", f"{key}={value if isinstance(value, str) else flow(value)}"]
    return words


def log_lines(path):
    """The events of a daemon's log; lines that are no JSON are passed over."""
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.startswith("{"):
                try:
                    yield json.loads(line)
                except ValueError:
                    continue


class Cluster:
    """A router and workers, started by `with` and stopped whatever happens.

    Logs lie in `folder`. With a mesh each daemon runs in its own namespace, and so does the client beside the
    router.
    """

    def __init__(self, programs, folder, certificates, workers, router=None, common=None, mesh=None):
        self.programs = programs
        self.folder = folder
        self.certificates = certificates
        self.workers = workers
        self.router = router or {}
        self.common = common or {}
        self.mesh = mesh
        self.processes = {}

    def __enter__(self):
        os.makedirs(self.folder, exist_ok=True)
        try:
            self._start_all()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def log(self, name):
        return os.path.join(self.folder, f"{name}.log")

    def _start_all(self):
        host = self.mesh.address("router") if self.mesh else "127.0.0.1"
        self._start("router", "router", {"listen": f"{host}:0", "http.listen": "127.0.0.1:0"} | self.router)
        listening = next(line for line in log_lines(self.log("router")) if "router.listening" in line.values())
        self.http_port = int(str(listening["http"]).rsplit(":", 1)[-1])
        port = int(str(listening["workers"]).rsplit(":", 1)[-1])
        for worker in self.workers:
            own = self.mesh.address(worker.name) if self.mesh else "127.0.0.1"
            settings = {"name": worker.name, "routers": [f"{host}:{port}"], "listen": f"{own}:0"}
            self._start(worker.name, f"{worker.role}-worker", settings | self.common | worker.settings)
        self._wait("all workers to register", lambda: self._count("router", "worker.registered") >= len(self.workers))

    def _start(self, name, kind, settings):
        files = {
            "tls.ca": f"{self.certificates}/ca.pem",
            "tls.certificate": f"{self.certificates}/{name}.pem",
            "tls.key": f"{self.certificates}/{name}-key.pem",
        }
        common = {"log.format": "json", "admin.listen": "127.0.0.1:0"}
        command = [os.path.join(self.programs, f"baton-{kind}"), "--config", f"configs/{kind}.yaml"]
        command += options(common | files | settings)
        if self.mesh:
            command = self.mesh.command(name) + command
        with open(self.log(name), "wb") as log:
            self.processes[name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log, preexec_fn=_die_with_parent
            )
        self._wait(f"{name} to listen", lambda: self._count(name, ".listening") > 0)

    def _count(self, name, event):
        with open(self.log(name), "rb") as file:
            return file.read().count(event.encode() + b'"')

    def _wait(self, what, holds):
        deadline = time.monotonic() + START_SECONDS
        while not holds():
            self.check()
            if time.monotonic() > deadline:
                raise ClusterError(f"waited {START_SECONDS} s for {what}; logs are in {self.folder}")
            time.sleep(0.02)

    def check(self):
        """Fails if a daemon has ended, with the end of its log."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                with open(self.log(name), encoding="utf-8", errors="replace") as file:
                    tail = "".join(file.readlines()[-8:]).strip()
                raise ClusterError(f"{name} ended with status {process.returncode}:\n{tail}")

    def processor_seconds(self):
        """Processor time of all daemons so far."""
        total = 0
        for process in self.processes.values():
            with open(f"/proc/{process.pid}/stat", encoding="ascii", errors="replace") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def load(self, arguments, result):
        """Runs baton-load against the router and returns its report."""
        command = [os.path.join(self.programs, "baton-load"), "--port", str(self.http_port)]
        command += [*arguments, "--quiet", "--skip-test-request", "--result-filename", result]
        if self.mesh:
            command = self.mesh.command("router") + command
        client = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=_die_with_parent
        )
        try:
            _, said = client.communicate()
        except BaseException:
            client.kill()
            client.wait()
            raise
        self.check()
        if not os.path.exists(result):
            raise ClusterError(f"baton-load ended with status {client.returncode}: {said.strip()}")
        with open(result, encoding="utf-8") as file:
            return json.load(file)

    def stop(self):
        """Ends all daemons, the last started first."""
        for process in reversed(self.processes.values()):
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in reversed(self.processes.values()):
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def ended_requests(self):
        """The router's lines about requests that ended, by the client's name of each; complete after `stop`."""
        return {
            line["client_request"]: line
            for line in log_lines(self.log("router"))
            if line.get("client_request") and "request.ended" in line.values()
        }


def long_context_model(source, path, tokens):
    """A copy of a GGUF file of the Llama family that says another context length; the rest is as it was.

    The router takes the context from the file with its vocabulary, and that of the built-in model is short.
    """
    with open(source, "rb") as file:
        content = bytearray(file.read())
    key = b"llama.context_length"
    place = content.find(key)
    # After the key stand its type, a 32-bit number (4), and the value.
    start = place + len(key)
    if place < 0 or content[start : start + 4] != (4).to_bytes(4, "little"):
        raise ClusterError(f"{source} has no llama.context_length as a 32-bit number")
    content[start + 4 : start + 8] = tokens.to_bytes(4, "little")
    if not os.path.exists(path) or os.path.getmtime(path) < os.path.getmtime(source):
        with open(path, "wb") as file:
            file.write(content)
    return path


def make_certificates(programs, folder, names):
    """An authority and a certificate for each name; what exists is left as it is."""
    tool = os.path.join(programs, "batonctl")
    os.makedirs(folder, mode=0o700, exist_ok=True)

    def call(*words):
        done = subprocess.run([tool, "certs", *words], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ClusterError(f"batonctl certs {' '.join(words)}: {done.stderr.strip()}")

    if not os.path.exists(f"{folder}/ca.pem"):
        call("init", "--cluster", "baton", "--directory", folder)
    for name in names:
        if not os.path.exists(f"{folder}/{name}-key.pem"):
            roles = "router" if name == "router" else "prefill,decode"
            call("issue", "--directory", folder, "--name", name, "--roles", roles, "--days", "365")
