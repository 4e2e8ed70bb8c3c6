"""The rows of an export, what keeps it from being NDJSON, and warnings about rows that break their schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from contract_tests.drivers.row_text import EXCERPT_CHARS, MAX_EXAMPLES, TextRows, read_text
from contract_tests.records.run import Run
from contract_tests.records.scenario import schema
from contract_tests.records.schema_errors import all_valid, schema_errors

MAX_COUNT = 10_000
EXPORTED_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Export:
    """What a client exported of one kind.

    Shapes: ``fault`` says what keeps it from being NDJSON, empty where nothing does; ``warnings`` are about
    lines passed over and rows that break their schema.
    """

    rows: Sequence[Mapping[str, Any]] = ()
    fault: str = ""
    warnings: Sequence[str] = ()


def read_export(kind: str, run: Run, system: str = "trendyol") -> Export:
    """Read the export of a kind; of a failed one nothing."""
    if run.exit != 0:
        return Export()
    if run.omitted_bytes:
        return Export(fault=f"{kind}: it is longer than {EXPORTED_BYTES // 2**20} MiB")
    if run.rows is not None:
        rows = [row for row in run.rows if isinstance(row, Mapping)]
        return Export(rows, warnings=check_rows(kind, rows, system))
    text = read_text(run.output)
    fault = f"{kind}, {text.fault}" if text.fault else ""
    odd_lines = [] if fault else _odd_lines(kind, text)
    return Export(text.rows, fault, [*odd_lines, *check_rows(kind, text.rows, system)])


def read_rows(run: Run) -> list[Mapping[str, Any]]:
    """Read the rows of an export; what is no JSON object is passed over, of a failed one everything is."""
    return list(read_export("", run).rows)


def check_text(kind: str, run: Run) -> list[str]:
    """Say which lines of an export are passed over, as they are no JSON objects; the first few of them."""
    if run.exit != 0 or run.rows is not None:
        return []
    return _odd_lines(kind, read_text(run.output))


def _odd_lines(kind: str, text: TextRows) -> list[str]:
    lines = (f"export {kind}, line {number}: {line!r} is no JSON object" for number, line in text.odd_lines)
    return [*lines, *_more(text.odd_count, "lines")]


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


def _first_of(sentences: Iterable[str], nouns: str) -> list[str]:
    first = list(islice(sentences, MAX_COUNT + 1))
    more = f"and more than {MAX_COUNT - MAX_EXAMPLES:,} more {nouns}"
    return [*first[:MAX_EXAMPLES], *([more] if len(first) > MAX_COUNT else _more(len(first), nouns))]


def _more(count: int, nouns: str) -> list[str]:
    more = count - MAX_EXAMPLES
    noun = nouns.removesuffix("s") if more == 1 else nouns
    return [f"and {more} more {noun}"] if more > 0 else []
