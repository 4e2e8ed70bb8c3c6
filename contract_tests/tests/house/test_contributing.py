"""Where to add what: CONTRIBUTING's table is exact. A throw-away one of each goes there, and works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

import pytest

from contract_tests.tests.effort import in_the_cut
from contract_tests.tests.house import throwaways
from contract_tests.tests.house.throwaways import THROWAWAYS, Throwaway
from contract_tests.tests.places import ROOT

OFTEN_ADDED = ("an operation", "an error", "a rule", "a broken client")
FOLDERS = ("emulator", "contract_tests", "specs", "fixtures")
TABLE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("| What |")[2].partition("\n\n")[0]
ROWS: Mapping[str, list[str]] = {
    what: re.findall(r"`([^`]+/[^`]+|[^`/]+\.toml)`", places)
    for what, places in re.findall(r"^\| (an? [\w ]+) \| ([^|]+) \|", TABLE, re.MULTILINE)
}


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of what the product is made of. Shapes: ``edited`` the files that differ from the checkout's."""

    root: Path
    edited: set[str] = field(default_factory=set)

    def add(self, throwaway: Throwaway) -> None:
        """Write a throw-away: whole new files, and a few lines each in files that are there."""
        for name, text in throwaway.new_files.items():
            self._write(name, text)
        for name, insertions in throwaway.insertions.items():
            text = (self.root / name).read_text(encoding="utf-8")
            for before, added in insertions:
                assert before in text, f"{name} has no line {before!r} any more"
                text = text.replace(before, before + added, 1)
            self._write(name, text)

    def undo(self) -> None:
        """Have the copy as the checkout is, for the next throw-away: what was compiled stays."""
        for name in self.edited:
            (self.root / name).unlink()
            if (ROOT / name).is_file():
                shutil.copy(ROOT / name, self.root / name)
        self.edited.clear()

    def _write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.edited.add(name)

    def run(self, program: str) -> str:
        """Run a program against the copy; give what it printed last."""
        environment = {**os.environ, "PYTHONPATH": str(self.root), "TRENDYOL_EMULATOR_CACHE": str(self.root)}
        result = subprocess.run(
            [sys.executable, "-c", program],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def whole_copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    place, left_out = tmp_path_factory.mktemp("copy"), shutil.ignore_patterns("__pycache__", "tests")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, place / folder, ignore=left_out)
    shutil.copy(ROOT / "pyproject.toml", place)
    return Copy(place)


@pytest.fixture
def copy(whole_copy: Copy) -> Iterator[Copy]:
    yield whole_copy
    whole_copy.undo()


def fits(name: str, place: str) -> bool:
    """Whether a file is where a place of the table points; <words> stand for a name."""
    return fnmatch(name, re.sub(r"<[^>]+>", "*", place))


@pytest.mark.parametrize("what", [in_the_cut(what, when=what in OFTEN_ADDED) for what in THROWAWAYS])
def test_throwaway_needs_the_places_of_the_table_and_works(copy: Copy, what: str) -> None:
    throwaway = THROWAWAYS[what]
    copy.add(throwaway)
    elsewhere = {name for name in copy.edited if not any(fits(name, place) for place in ROWS[what])}
    assert elsewhere == set(), "it needed a place that the table does not name"
    idle = [place for place in ROWS[what] if not any(fits(name, place) for name in copy.edited)]
    assert idle == [], "the table names a place that was not needed"
    assert copy.run(throwaway.program) == throwaway.printed


def test_table_and_throwaways_are_of_the_same_things() -> None:
    assert list(ROWS) == list(THROWAWAYS)
    assert throwaways.__doc__
