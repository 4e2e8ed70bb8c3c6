"""Reads the text of an export row by row: NDJSON or one JSON array, whatever else stands between the rows.

The text is read in pieces, so that neither its length nor what it nests decides how much memory that takes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from contract_tests.records.printable import printable

MAX_ROWS, MAX_ODD_LINES, MAX_EXAMPLES = 1_000_000, 5_000, 3
MAX_ROW_CHARS = 1024 * 1024
EXCERPT_CHARS = 80
_PIECE_CHARS = 2 * MAX_ROW_CHARS
_BLANK, _BLANK_IN_ARRAY = re.compile(r"[ \t\r\n]*"), re.compile(r"[ \t\r\n,\]]*")
_DECODER = json.JSONDecoder(parse_float=Decimal)
# Half a character: no text that leaves this process can hold it; the second one stands for a byte.
_LONE_SURROGATE = re.compile(
    r"\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f][0-9a-f]{2})|(?<!\\ud[89ab][0-9a-f]{2})\\ud[c-f][0-9a-f]{2}", re.I
)
_NO_CHARACTER = re.compile("[\ud800-\udfff]")
_NO_OBJECT = "is no JSON object"


@dataclass(slots=True)
class TextRows:
    """What was read of a text.

    Shapes: ``odd_lines`` are the first lines that are no rows, each with its number; ``fault`` says what
    keeps the text from being NDJSON, beginning with the place; empty where it is, but for lines passed over.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    odd_lines: list[tuple[int, str]] = field(default_factory=list)
    odd_count: int = 0
    fault: str = ""


@dataclass(slots=True)
class _Place:
    """How far a text has been read: the number of the line in which ``at`` stands."""

    at: int = 0
    line: int = 1

    def move(self, text: str, at: int) -> int:
        """Go on to a place, and tell the number of its line."""
        self.line += text.count("\n", self.at, at)
        self.at = at
        return self.line


def read_text(text: str) -> TextRows:
    """Read all rows of a text; what is none costs itself."""
    result, place = TextRows(), _Place()
    for at, value, reason, is_broken in _values(text):
        if isinstance(value, dict):
            result.rows.append(value)
        if reason:
            _add_odd_line(result, place.move(text, at), line_at(text, at), reason, is_broken=is_broken)
        if len(result.rows) > MAX_ROWS or result.odd_count > MAX_ODD_LINES:
            most = (
                f"{MAX_ROWS:,} rows" if len(result.rows) > MAX_ROWS else f"{MAX_ODD_LINES:,} lines of no rows"
            )
            return TextRows(fault=f"more than {most}")
    if not result.rows and result.odd_lines and not result.fault:
        number, line = result.odd_lines[0]
        result.fault = f"line {number}: {line!r} {_NO_OBJECT}"
    return result


def _add_odd_line(result: TextRows, number: int, line: str, reason: str, *, is_broken: bool) -> None:
    result.odd_count += 1
    if len(result.odd_lines) < MAX_EXAMPLES:
        result.odd_lines.append((number, line))
    if is_broken and not result.fault:
        result.fault = f"line {number} {reason}"


def line_at(text: str, at: int) -> str:
    """Give the beginning of the line that a place stands in."""
    start = text.rfind("\n", 0, at) + 1
    line = text[start : start + EXCERPT_CHARS].partition("\n")[0].rstrip("\r")
    return printable(line)


def _values(text: str) -> Iterator[tuple[int, Any, str, bool]]:
    """Yield each value with its place; what is no row has a reason, and whether it was meant for one."""
    at = 1 if text.startswith("\ufeff") else 0
    at = _end_of(_BLANK, text, at)
    is_array = text.startswith("[", at)
    blank, at = (_BLANK_IN_ARRAY, at + 1) if is_array else (_BLANK, at)
    start, piece = at, text[at : at + _PIECE_CHARS]
    while (at := _end_of(blank, text, at)) < len(text):
        if at - start > MAX_ROW_CHARS:
            start, piece = at, text[at : at + _PIECE_CHARS]
        if is_array or text.startswith("{", at):
            value, end, reason, is_broken = _value(piece, at - start)
        else:
            value, end, reason, is_broken = None, at - start, _NO_OBJECT, False
        following = _next_line(text, at) if start + end == at else start + end
        yield at, value, reason, is_broken
        at = following


def _end_of(blank: re.Pattern[str], text: str, at: int) -> int:
    match = blank.match(text, at)
    return match.end() if match else at


def _next_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _value(piece: str, at: int) -> tuple[Any, int, str, bool]:
    """Read the value at a place: with its end, why it is no row, and whether it was meant for one."""
    is_object = piece.startswith("{", at)
    try:
        value, end = _DECODER.raw_decode(piece, at)
    except RecursionError:
        return None, at, "nests too deep", True
    except ValueError:
        is_long = is_object and len(piece) - at >= MAX_ROW_CHARS and piece.find("\n", at) < 0
        reason = "is longer than 1 MiB" if is_long else "is no JSON" if is_object else _NO_OBJECT
        return None, at, reason, is_object
    raw = piece[at:end]
    if not raw.isascii() and _NO_CHARACTER.search(raw):
        return _DECODER.decode(_NO_CHARACTER.sub("\ufffd", raw)), end, "holds bytes that are no UTF-8", True
    if "\\u" in raw and _LONE_SURROGATE.search(raw):
        return _DECODER.decode(_LONE_SURROGATE.sub(r"\\ufffd", raw)), end, "holds half a character", True
    return (value, end, "", False) if isinstance(value, dict) else (value, end, _NO_OBJECT, False)
