"""The failures that the contract kit has kept: folders with a scenario, its traffic and its story."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LARGEST_FILE = 20 * 1024 * 1024
_EMPTY_STORY: Mapping[str, Any] = {"rules": [], "sentence": "", "moments": [], "copies": []}


def kept_failures(parent: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each failure by its name, with its scenario and its story."""
    folders = sorted(parent.iterdir()) if parent.is_dir() else []
    for folder in folders:
        failure = kept_failure(parent, folder.name)
        if failure is not None:
            yield folder.name, failure


def kept_failure(parent: Path, name: str) -> dict[str, Any] | None:
    """Read the failure of a name; None where there is none, or no scenario can be read of it."""
    folder = parent / name
    if not NAME.fullmatch(name) or folder.is_symlink():
        return None
    scenario = _read(folder / "scenario.json")
    if not isinstance(scenario, dict):
        return None
    story = _read(folder / "story.json")
    return {"scenario": scenario, **_EMPTY_STORY, **(story if isinstance(story, dict) else {})}


def _read(path: Path) -> Any:
    with suppress(OSError, orjson.JSONDecodeError):
        if path.is_file() and path.stat().st_size <= _LARGEST_FILE:
            return orjson.loads(path.read_bytes())
    return None
