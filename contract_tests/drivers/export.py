"""The rows of an export, and warnings about it: lines that are no rows, rows that break their schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import islice
from typing import Any

from contract_tests.records.run import Run
from contract_tests.records.scenario import schema
from contract_tests.records.schema_errors import all_valid, schema_errors

MAX_EXAMPLES = 3
# Half a character: no text that leaves this process can hold it.
LONE_SURROGATE = re.compile(
    r"\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f][0-9a-f]{2})|(?<!\\ud[89ab][0-9a-f]{2})\\ud[c-f][0-9a-f]{2}", re.I
)
EXCERPT_CHARS = 80


def read_rows(run: Run) -> list[Mapping[str, Any]]:
    """Read the rows of an export; what is no JSON object is passed over, of a failed one everything is."""
    if run.exit != 0:
        return []
    values = run.rows if run.rows is not None else _read(run.output)
    return [row for row in values if isinstance(row, Mapping)]


def _read(output: str) -> list[Any]:
    rows: list[Any] = []
    output = LONE_SURROGATE.sub(r"\\ufffd", output)
    with suppress(ValueError, RecursionError):
        whole = json.loads(output, parse_float=Decimal)
        return whole if isinstance(whole, list) else [whole]
    for line in output.splitlines():
        with suppress(ValueError, RecursionError):
            rows.append(json.loads(line, parse_float=Decimal))
    return rows


def export_warnings(exports: Mapping[str, Run], system: str) -> list[str]:
    """Say what is odd about exports, by kind: lines that are no rows, rows that break their schema."""
    sentences: list[str] = []
    for kind, run in exports.items():
        rows = read_rows(run)
        # Where each line was a row no line needs another look.
        if run.rows is None and len(rows) != sum(1 for line in run.output.splitlines() if line.strip()):
            sentences += check_text(kind, run)
        sentences += check_rows(kind, rows, system)
    return sentences


def check_rows(kind: str, rows: Sequence[Any], system: str = "trendyol") -> list[str]:
    """Say what is wrong with the rows of a kind, the first few of them; nothing of a kind that has no schema.

    Shapes: ``system`` is trendyol, b2b or pazarsync: the same kind has other keys in another one.
    """
    part = f"{system}.{kind}"
    if part not in schema("export")["$defs"] or all_valid("export", rows, part):
        return []
    wrong = (
        f"export {kind}, row {number}: {sentence}"
        for number, row in enumerate(rows, 1)
        for sentence in islice(_wrong(row, part), 1)
    )
    return _first_of(wrong, "rows")


def _wrong(row: Any, part: str) -> Iterable[str]:
    if not isinstance(row, Mapping):
        return [f"{str(row)[:EXCERPT_CHARS]!r} is no object"]
    try:
        return list(schema_errors("export", dict(row), part))
    except ValueError as fault:
        return [f"it is no JSON: {fault}"]


def check_text(kind: str, run: Run) -> list[str]:
    """Say which lines of an export are passed over, as they are no JSON objects; the first few of them."""
    if run.exit != 0 or run.rows is not None or _value(run.output) is not None:
        return []
    lines = enumerate(run.output.splitlines(), 1)
    odd = (
        f"export {kind}, line {number}: {line[:EXCERPT_CHARS]!r} is no JSON object"
        for number, line in lines
        if line.strip() and not isinstance(_value(line), dict)
    )
    return _first_of(odd, "lines")


def _value(text: str) -> dict[str, Any] | list[Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _first_of(sentences: Iterable[str], what: str) -> list[str]:
    every = list(sentences)
    more = len(every) - MAX_EXAMPLES
    return [*every[:MAX_EXAMPLES], *([f"and {more} more {what}"] if more > 0 else [])]
