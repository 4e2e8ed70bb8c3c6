"""Who may import whom: the contracts in pyproject.toml hold."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
LINTER = Path(sys.executable).with_name("lint-imports")


def test_rooms_import_only_downwards() -> None:
    ran = subprocess.run(
        [str(LINTER), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
