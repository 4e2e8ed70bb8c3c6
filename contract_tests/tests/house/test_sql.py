"""The world's SQL is what two databases understand; what only SQLite does stays in the store."""

from __future__ import annotations

import re
from pathlib import Path

import emulator.world

WORLD = Path(emulator.world.__file__).parent
# Spellings of SQLite alone, and an ON behind a CROSS JOIN, which no other database takes.
SQLITE_ONLY = re.compile(
    r"INSERT OR|REPLACE INTO|AUTOINCREMENT|\browid\b|strftime|julianday|group_concat|\bGLOB\b|\bPRAGMA\b|x''"
    r"|INTEGER PRIMARY KEY|\bBLOB\b|LIMIT -1|sqlite_|CROSS JOIN \w+ \w+ ON",
)


def test_sql_outside_the_store_has_no_spelling_of_sqlite_alone() -> None:
    files = [file for suffix in ("py", "sql") for file in WORLD.rglob(f"*.{suffix}")]
    spellings = {
        f"{file.relative_to(WORLD)}: {match[0]}"
        for file in files
        if "store" not in file.relative_to(WORLD).parts
        for match in SQLITE_ONLY.finditer(file.read_text(encoding="utf-8"))
    }
    assert spellings == set()
    assert {file.parent.name for file in files if file.suffix == ".sql"} >= {"accounts", "catalogue", "core"}
