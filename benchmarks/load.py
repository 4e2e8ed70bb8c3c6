"""Load: as many requests as a server answers, by wrk where it is installed and a Python loop elsewhere."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

CONNECTIONS = 16
_WRK_THREADS = 2
# A peer that takes seconds for a page is slow, not wrong.
_LONGEST_ANSWER_S = 30
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_TROUBLE = re.compile(r"(Non-2xx or 3xx responses|Socket errors): (.+)")


class Broken(Exception):
    """A server answered something else than 200 under load: its figure would be a lie."""


@dataclass(frozen=True, slots=True)
class Target:
    """One path of one server, with the headers every request carries."""

    port: int
    path: str
    headers: Mapping[str, str]


def loader() -> str:
    """Name the load generator this machine has."""
    return "wrk" if shutil.which("wrk") else "python"


def throughput(target: Target, seconds: int) -> float:
    """Answer requests per second.

    Errors: Broken when one answer was not 200.
    """
    return _wrk(target, seconds) if loader() == "wrk" else _python(target, seconds)


def _wrk(target: Target, seconds: int) -> float:
    headers = [f"-H{name}: {value}" for name, value in target.headers.items()]
    sizes = [f"-t{_WRK_THREADS}", f"-c{CONNECTIONS}", f"-d{seconds}s", f"--timeout={_LONGEST_ANSWER_S}s"]
    url = f"http://127.0.0.1:{target.port}{target.path}"
    out = subprocess.run(["wrk", *sizes, *headers, url], capture_output=True, text=True, check=True).stdout
    trouble, rate = _TROUBLE.search(out), _RATE.search(out)
    if trouble or rate is None:
        raise Broken(f"{url}: {trouble.group(0) if trouble else out}")
    return float(rate.group(1))


def _python(target: Target, seconds: int) -> float:
    """Load from a process of its own, so that the loader does not share our interpreter."""
    words = [f"{name}={value}" for name, value in target.headers.items()]
    command = [sys.executable, "-m", "benchmarks.load", str(target.port), target.path, str(seconds), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Broken(done.stderr)
    return float(done.stdout)


def _loop(target: Target, deadline: float, counts: list[int]) -> None:
    connection, count = http.client.HTTPConnection("127.0.0.1", target.port), 0
    while time.monotonic() < deadline:
        connection.request("GET", target.path, headers=dict(target.headers))
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            return
        count += 1
    counts.append(count)


def _main(port: str, path: str, seconds: str, *words: str) -> None:
    target = Target(int(port), path, dict(word.split("=", 1) for word in words))
    counts: list[int] = []
    deadline = time.monotonic() + int(seconds)
    threads = [threading.Thread(target=_loop, args=(target, deadline, counts)) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(counts) < CONNECTIONS:
        sys.exit(f"{path}: an answer that was not 200")
    sys.stdout.write(str(sum(counts) / int(seconds)))


if __name__ == "__main__":
    _main(*sys.argv[1:])
