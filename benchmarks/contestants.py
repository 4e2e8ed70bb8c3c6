"""The servers that are compared: the emulator, Prism with the same document, nginx with the same bytes."""

from __future__ import annotations

import contextlib
import copy
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from benchmarks.processes import first_answer, free_port, running
from benchmarks.workloads import HEADERS, Workload

EMULATOR, PRISM, NGINX = "emulator", "prism", "nginx"
PRISM_VERSION = "5.14.2"
_PREFIX = "/integration"
_NGINX = """daemon off; worker_processes auto; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ }}
http {{ access_log off; sendfile on; tcp_nopush on; open_file_cache max=100;
  keepalive_requests 1000000000; default_type application/json;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; {places} }} }}
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers, and the process to weigh."""

    name: str
    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Contestant:
    """How to start a server on a port, and the prefix its paths lack."""

    name: str
    command: Callable[[int], Sequence[str]]
    drops: str = ""

    def path(self, workload: Workload) -> str:
        """Give the path at which this server answers the workload."""
        return workload.path.removeprefix(self.drops)


def emulator(world: str, *options: str) -> Contestant:
    """The emulator as a user starts it: journal, gates, faults and validation on; every request counted."""
    words = ["-m", "emulator", "serve", "--world", world, "--limits", "count", *options]
    return Contestant(EMULATOR, lambda port: [sys.executable, *words, "--port", str(port)])


def prism(
    cache: Path, document: dict[str, Any], loads: Sequence[Workload], folder: Path
) -> Contestant | None:
    """Prism in its static mode on the emulator's own document, with the workload's bytes as examples."""
    program = _installed_prism(cache)
    if program is None:
        return None
    file = folder / f"prism-{'-'.join(load.name for load in loads)}.json"
    file.write_bytes(orjson.dumps(_with_examples(document, loads)))
    words = [str(shutil.which("node")), str(program), "mock", "--verboseLevel", "silent", str(file)]
    return Contestant(PRISM, lambda port: [*words, "--port", str(port)], drops=_PREFIX)


def nginx(loads: Sequence[Workload], folder: Path) -> Contestant | None:
    """nginx with the workload's bytes as files: what the machine can do at all."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        return None
    folder.chmod(0o755)
    for load in loads:
        (folder / f"{load.name}.json").write_bytes(load.body)
    places = " ".join(f"location = {x.path.split('?')[0]} {{ alias {folder}/{x.name}.json; }}" for x in loads)

    def command(port: int) -> Sequence[str]:
        file = folder / "nginx.conf"
        file.write_text(_NGINX.format(folder=folder, port=port, places=places))
        return [program, "-c", str(file)]

    return Contestant(NGINX, command)


@contextlib.contextmanager
def started(contestant: Contestant, probe: Workload, folder: Path) -> Iterator[Server]:
    """Start a contestant and wait until it answers the probe."""
    port = free_port()
    with running(contestant.command(port), folder / f"{contestant.name}.log") as process:
        first_answer(process, port, contestant.path(probe), HEADERS)
        yield Server(contestant.name, port, process.pid)


def _installed_prism(cache: Path) -> Path | None:
    npm = shutil.which("npm")
    program = cache / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    if program.exists():
        return program
    if npm is None or shutil.which("node") is None:
        return None
    flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(cache)]
    install = [npm, "install", *flags, f"@stoplight/prism-cli@{PRISM_VERSION}"]
    cache.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(install, capture_output=True, check=False)
    return program if done.returncode == 0 and program.exists() else None


def _with_examples(document: dict[str, Any], loads: Sequence[Workload]) -> dict[str, Any]:
    """Give each workload's operation one answer, with the workload's body as its example."""
    bodies = {load.operation: orjson.loads(load.body) for load in loads}
    marked = copy.deepcopy(document)
    verbs = (verb for item in marked["paths"].values() for verb in item.values() if isinstance(verb, dict))
    for verb in verbs:
        if verb.get("operationId") in bodies:
            answer = copy.deepcopy(_resolved(document, verb["responses"]["200"]))
            media = answer["content"]["application/json"]
            media.pop("examples", None)
            media["example"] = bodies[verb["operationId"]]
            verb["responses"]["200"] = answer
    return marked


def _resolved(document: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in entry:
        kind, name = entry["$ref"].removeprefix("#/components/").split("/")
        entry = document["components"][kind][name]
    return entry
