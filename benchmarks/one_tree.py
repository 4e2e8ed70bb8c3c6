"""Measures the emulator of one source tree in one process; `against` runs it once for each tree and round.

Reads what is asked as JSON from its standard input, prints its figures as JSON. It knows nothing of a tree
but `create_app` and paths, so that it measures older ones as well.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any


def main() -> None:
    """Start, answer, reset, and print the figures."""
    order = json.load(sys.stdin)
    from emulator import Settings, create_app

    app = create_app(Settings(world=order["world"], limits="off"))
    page = json.loads(answer(app, order, order["paths"]["W1"]))
    barcode = page["content"][0]["variants"][0]["barcode"]
    figures = {"cold, ms": (time.time() - order["began_s"]) * 1000}
    for name, path in order["paths"].items():
        figures[f"{name}, us"] = 1e6 * median_s(
            app, order, path.format(barcode=barcode), "GET", order["times"][name]
        )
    figures["reset, ms"] = 1000 * median_s(app, order, "/_emulator/reset", "POST", order["times"]["reset"])
    figures["memory, MiB"] = resident_mib()
    sys.stdout.write(json.dumps(figures))
    app.extensions["stages"].close_all()


def median_s(app: Any, order: Any, path: str, method: str, times: int) -> float:
    """Ask so many times; give the median span of one answer, in seconds."""
    spans = []
    for _ in range(times):
        begun = time.perf_counter()
        answer(app, order, path, method)
        spans.append(time.perf_counter() - begun)
    return statistics.median(spans)


def answer(app: Any, order: Any, path: str, method: str = "GET") -> bytes:
    """Have the application answer one request, to its last byte."""
    from werkzeug.test import create_environ, run_wsgi_app

    environ = create_environ(path, method=method, headers=order["headers"])
    body, status, _ = run_wsgi_app(app, environ)
    whole = b"".join(body)
    if not status.startswith("2"):
        sys.exit(f"{path} answered {status}")
    return whole


def resident_mib() -> float:
    """The resident memory of this process; 0 where /proc is missing."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


if __name__ == "__main__":
    main()
