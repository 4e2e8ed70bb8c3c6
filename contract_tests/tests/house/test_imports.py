"""Who may import whom: the contracts in pyproject.toml hold."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.tests.places import ROOT

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


@pytest.mark.parametrize("top", ["emulator", "contract_tests", "benchmarks"])
def test_nothing_imports_from_a_test_file(top: str) -> None:
    importing = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / top).rglob("*.py")
        if re.search(
            r"^\s*(from|import) contract_tests\.tests\.[\w.]*\btest_", path.read_text(), re.MULTILINE
        )
    ]
    assert importing == [], "what two tests share lies in the support room of their folder"
