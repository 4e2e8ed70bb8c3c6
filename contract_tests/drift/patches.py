"""Edits of the specs, and the unified diffs that they make: `patch -p1` and `git apply` take them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from contract_tests.drift.spec_tree import Cursor, SpecTree
from contract_tests.drift.values import Edit

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
WORDS_OF_YAML = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def scalar(value: str) -> str:
    """Write a text as YAML."""
    if PLAIN.fullmatch(value) and value.lower() not in WORDS_OF_YAML:
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def with_item(place: Cursor, text: str) -> Edit:
    """Add an item to a list, in its own style."""
    node: Any = place.node
    items = node.value
    if not items or node.flow_style:
        at = items[-1].end_mark.index if items else node.start_mark.index + 1
        return Edit(place.file, at, at, f", {text}" if items else text)
    last = items[-1]
    indent = " " * (items[0].start_mark.column - 2)
    return Edit(place.file, last.end_mark.index, last.end_mark.index, f"\n{indent}- {text}")


def without_item(place: Cursor, at: int) -> Edit:
    """Take an item out of a list that is written in one go."""
    items = place.node.value
    if at + 1 < len(items):
        return Edit(place.file, items[at].start_mark.index, items[at + 1].start_mark.index, "")
    start = items[at - 1].end_mark.index if at else items[at].start_mark.index
    return Edit(place.file, start, items[at].end_mark.index, "")


def with_member(place: Cursor, name: str, text: str) -> Edit:
    """Add a member behind the last one of a mapping, in its own style."""
    node: Any = place.node
    members = [(key, value) for key, value in node.value]
    if node.flow_style or not members:
        at = members[-1][1].end_mark.index if members else node.start_mark.index + 1
        return Edit(place.file, at, at, f"{', ' if members else ''}{name}: {text}")
    key = members[0][0]
    at = _end_of_line(place, _last_index(members[-1][1]))
    return Edit(place.file, at, at, f"\n{' ' * key.start_mark.column}{name}: {text}")


def _last_index(node: Any) -> int:
    """Give where a node ends; the end of a block lies behind the blanks that follow it."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _last_index(last[1] if isinstance(last, tuple) else last)


def _end_of_line(place: Cursor, index: int) -> int:
    text = place.tree.text(place.file)
    while index > 0 and text[index - 1] in " \n":
        index -= 1
    end = text.find("\n", index)
    return len(text) if end < 0 else end


def unified_diffs(tree: SpecTree, edits: Iterable[Edit]) -> Mapping[str, str]:
    """Write the edits of each file as a diff; of two that touch the same text the first one counts."""
    by_file: dict[str, list[Edit]] = {}
    for edit in dict.fromkeys(edits):
        by_file.setdefault(edit.file, []).append(edit)
    return {file: _diff(file, tree.text(file), some) for file, some in sorted(by_file.items())}


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Give a text with its edits."""
    pieces, end = [], 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        if edit.start >= end:
            pieces += [text[end : edit.start], edit.text]
            end = edit.end
    return "".join([*pieces, text[end:]])


def _diff(file: str, text: str, edits: Iterable[Edit]) -> str:
    return "".join(_lines(file, text, apply_edits(text, edits)))


def _lines(file: str, old: str, new: str) -> Iterator[str]:
    lines = difflib.unified_diff(
        old.splitlines(keepends=True),
        new.splitlines(keepends=True),
        f"a/specs/{file}",
        f"b/specs/{file}",
    )
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
