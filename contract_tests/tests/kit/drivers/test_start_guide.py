"""The first programs that docs/start.md prints, in English and Turkish, run as printed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.stages.server import serving
from contract_tests.tests.kit.support.guide_programs import program_of
from contract_tests.tests.places import DOCS

RUNNERS = {
    "python": (sys.executable, "first.py"),
    "javascript": (shutil.which("node"), "first.mjs"),
    "php": (shutil.which("php"), "first.php"),
    "java": (shutil.which("java"), "First.java"),
}
PROGRAMS = [("start.md", name) for name in RUNNERS] + [
    ("start.tr.md", name) for name in RUNNERS if name != "java"
]
LONGEST_S = 60.0


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """A running emulator with its default world."""
    with serving() as url:
        yield url


@pytest.mark.nightly
@pytest.mark.parametrize(("page", "language"), PROGRAMS)
def test_first_program_counts_rows(page: str, language: str, base_url: str, tmp_path: Path) -> None:
    runner, name = RUNNERS[language]
    if runner is None:
        pytest.skip(f"there is no program to run {name}")
    program = program_of(language, (DOCS / page).read_text(encoding="utf-8"))
    assert "http://127.0.0.1:8080" in program
    (tmp_path / name).write_text(program.replace("http://127.0.0.1:8080", base_url), encoding="utf-8")
    process = subprocess.run([runner, name], cwd=tmp_path, capture_output=True, text=True, timeout=LONGEST_S)
    assert process.returncode == 0, process.stderr
    assert int(re.findall(r"\d+", process.stdout)[-1]) > 0
