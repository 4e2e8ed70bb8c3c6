"""How long big worlds take: to be made, and to be opened once they were.

Run as a program it does both for one world in a process of its own, and prints the figures.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figures, Told
from benchmarks.processes import environment

WORLDS = ("wall", "busy")
DAY_S = 86_400


def seeding(folder: Path, tell: Told) -> Figures:
    """Make each big world in an empty cache, then open it from there.

    Units: ``made`` seconds of processor time, which other work on the machine moves least; ``opened``
    seconds; ``size`` MB.
    """
    figures: Figures = {}
    for world in WORLDS:
        tell(f"making the world {world}")
        command = [sys.executable, "-m", "benchmarks.seeding", world, str(folder)]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
        result = json.loads(done.stdout)
        figures |= {f"{name}.{world}": [value] for name, value in result.items()}
    return figures


def main(world: str, folder: str) -> None:
    """Make a world and open it again; print what it took."""
    from emulator import Settings, create_app

    with tempfile.TemporaryDirectory(dir=folder) as cache:
        # At the beginning of a day nothing has fallen due, at whichever hour this runs.
        midnight_ms = int(time.time()) // DAY_S * DAY_S * 1000

        def open_world() -> None:
            app = create_app(Settings(world=world, now_ms=midnight_ms, cache=Path(cache)))
            app.extensions["stages"].close_all()

        create_app(Settings(world="empty", cache=Path(cache))).extensions["stages"].close_all()
        cpu_s = time.process_time()
        open_world()
        cpu_s, begun = time.process_time() - cpu_s, time.perf_counter()
        open_world()
        size = max(file.stat().st_size for file in Path(cache).rglob("*.world"))
        figures = {"made": cpu_s, "opened": time.perf_counter() - begun, "size": size / 1_000_000}
        sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
