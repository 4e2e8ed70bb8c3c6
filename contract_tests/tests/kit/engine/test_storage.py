"""What Hypothesis remembers between runs is kept in the user's cache, never where a check was called."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CHECK = """
import sys
from contract_tests.profiles.every import PROFILES
from emulator.cli import main
PROFILES["b2b-purchase"] = PROFILES["b2b-purchase"].part("quiet")
main(["check", "--profile", "b2b-purchase", "--examples", "1", "--keep-going", "--artifacts", sys.argv[1]])
"""


def test_search_leaves_nothing_where_it_was_called(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text("def sync(stage): return True\n")
    (tmp_path / "trendyol-emulator.toml").write_text('[integration]\npython = "shop:sync"\n')
    command = [sys.executable, "-B", "-c", CHECK, str(tmp_path / "kept")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HYPOTHESIS")}
    result = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert "drawn by search" in result.stdout, result.stdout + result.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"shop.py", "trendyol-emulator.toml", "kept"}


def test_hypothesis_of_the_callers_own_tests_stays_where_it_was(tmp_path: Path) -> None:
    code = (
        "from hypothesis import configuration\n"
        "from contract_tests.engine.search import _STORAGE\n"
        "def home():\n"
        "    return configuration.storage_directory('x', intent_to_write=False).path.parent\n"
        "before = home()\n"
        "with _STORAGE.within(), _STORAGE.within():\n"
        "    assert home() != before\n"
        "assert home() == before\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
