"""A name is a noun with a type or a verb with an object: the bare participles become fewer, never more."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

import pytest

from contract_tests.tests.house.participles import FileNames, is_bare, names_in, names_of_files
from contract_tests.tests.places import INDEPENDENT, ROOT, TESTS

LIMITS = {"emulator": 13, "contract_tests": 13, "contract_tests/tests": 467}
"""How many bare participles each half may have. Lower a limit when its count fell; never raise one."""
TABLES = {"BROKEN"}
"""Names that CONTRIBUTING gives to a table of each profile: what broken clients there are."""
SLACK = 10
WORST = 8


def files_of(half: str) -> list[Path]:
    """The Python files of a half; the kit's are counted without its tests and what other authors wrote."""
    files = sorted((ROOT / half).rglob("*.py"))
    return [path for path in files if half.endswith("/tests") or not {TESTS, INDEPENDENT} & set(path.parents)]


def worst(files: Sequence[FileNames]) -> str:
    """The files with the most bare participles, and which they are."""
    ranked = sorted(files, key=lambda names: -len(names.bare))[:WORST]
    return "\n".join(
        f"  {names.path}: {len(names.bare)} of {names.count}: "
        + ", ".join(f"{name} (line {line})" for line, name in names.bare)
        for names in ranked
    )


@pytest.mark.parametrize("half", LIMITS)
def test_bare_participles_only_become_fewer(half: str) -> None:
    files = names_of_files(ROOT, files_of(half))
    bare = sum(name not in TABLES for names in files for _, name in names.bare)
    count = sum(names.count for names in files)
    share = f"{half}: {bare} of {count} names ({100 * bare / count:.1f} %) are bare participles"
    assert bare <= LIMITS[half], (
        f"{share}, the limit is {LIMITS[half]}: give them their nouns\n{worst(files)}"
    )
    assert bare >= LIMITS[half] - SLACK, f"{share}, the limit is {LIMITS[half]}: lower the limit to {bare}"


@pytest.mark.parametrize("name", ["told", "_kept", "asked", "refused", "found2", "Known"])
def test_participle_alone_is_bare(name: str) -> None:
    assert is_bare(name)


@pytest.mark.parametrize("name", ["retry_after_ms", "requested_size", "seed", "hundred", "row", "sent_at"])
def test_noun_or_participle_with_its_noun_is_not_bare(name: str) -> None:
    assert not is_bare(name)


def test_names_are_counted_once_a_scope() -> None:
    code = """
def told(asked, *, row):
    for held in row: asked = held
    self.kept = lambda found: found
    try: pass
    except ValueError as failed: held = failed
"""
    names = sorted(name for _, name in names_in(ast.parse(code)))
    assert names == ["asked", "failed", "found", "held", "kept", "row", "told"]
