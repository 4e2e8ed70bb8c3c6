"""Writes a comparison for people, for machines and for a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from contract_tests.drift.values import Comparison, Confirmation, Difference, SpecLine
from contract_tests.records.counts import count_of
from contract_tests.records.printable import printable, printable_json

CONFIDENCES = {"D": "documented", "C": "seen by a client", "I": "inferred", "": "no source of its own"}


def headline(comparison: Comparison) -> str:
    """Say the outcome in one sentence."""
    count = len(comparison.differences)
    what = (
        f"{count_of(count, 'difference')} from what is documented or emulated" if count else "no difference"
    )
    return f"{what} in {count_of(comparison.exchange_count, 'exchange')}"


def as_text(comparison: Comparison) -> str:
    """Write a comparison for a terminal."""
    return printable("\n".join(_text_lines(comparison))) + "\n"


def _text_lines(comparison: Comparison) -> Iterator[str]:
    for one in comparison.differences:
        yield f"{one.kind}: {_where(one)}{_times(one.count)}"
        yield from (f"  {name:<10} {text}" for name, text in _rows(one))
        yield ""
    if comparison.confirmations:
        yield "borne out by what was answered:"
        for confirmation in comparison.confirmations:
            yield f"  {confirmation.line.place} {confirmation.sentence}{_times(confirmation.count)}"
        yield ""
    slowest = sorted(comparison.latencies, key=lambda one: -one.median_ms)[:5]
    for latency in slowest:
        yield (
            f"time: {latency.operation} {latency.median_ms:.0f} ms, at most {latency.slowest_ms:.0f} ms"
            f" in {count_of(latency.count, 'answer')}"
        )
    yield from (f"note: {note}" for note in comparison.notes)
    yield headline(comparison)


def _rows(one: Difference) -> Iterator[tuple[str, str]]:
    yield "documents", one.documents
    yield "emulator", one.emulator
    yield "reality", one.reality
    if one.line is not None:
        yield "line", _line(one.line)
    if one.request:
        yield "request", one.request
    if one.edits:
        yield "patch", "proposed"


def _line(line: SpecLine) -> str:
    return f"{line.place} ({CONFIDENCES[line.confidence]}; loses confidence): {line.text[:120]}"


def _where(one: Difference) -> str:
    return f"{one.operation} {one.place}".strip()


def _times(count: int) -> str:
    return f" ({count} times)" if count > 1 else ""


def as_json(comparison: Comparison) -> bytes:
    """Write a comparison as JSON; these keys are stable."""
    document = {
        "exchanges": comparison.exchange_count,
        "differences": [_difference_row(one) for one in comparison.differences],
        "confirmations": [_confirmation_row(one) for one in comparison.confirmations],
        "latencies": [
            {
                "operation": one.operation,
                "count": one.count,
                "median_ms": one.median_ms,
                "slowest_ms": one.slowest_ms,
            }
            for one in comparison.latencies
        ],
        "notes": list(comparison.notes),
        "patch": patch_of(comparison),
    }
    return printable_json(orjson.dumps(document, option=orjson.OPT_INDENT_2)) + b"\n"


def _difference_row(one: Difference) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "operation": one.operation,
        "place": one.place,
        "documents": one.documents,
        "emulator": one.emulator,
        "reality": one.reality,
        "count": one.count,
        "request": one.request,
        **_line_row(one.line),
        "confidence_change": "lost",
        "has_patch": bool(one.edits),
    }


def _confirmation_row(one: Confirmation) -> dict[str, Any]:
    words = {"sentence": one.sentence, "count": one.count}
    return {**words, **_line_row(one.line), "confidence_change": "gained", "has_patch": bool(one.edits)}


def _line_row(line: SpecLine | None) -> dict[str, Any]:
    if line is None:
        return {"file": None, "line": None, "confidence": None}
    return {"file": f"specs/{line.file}", "line": line.line, "confidence": line.confidence or None}


def as_markdown(comparison: Comparison) -> bytes:
    """Write a comparison as Markdown, with the patch."""
    return printable("\n".join(_markdown_lines(comparison)).strip() + "\n").encode()


def _markdown_lines(comparison: Comparison) -> Iterator[str]:
    yield f"## Drift: {headline(comparison)}\n"
    if comparison.differences:
        yield "| What | Where | Documents | Emulator | Reality | Line | Confidence |"
        yield "|---|---|---|---|---|---|---|"
    for one in comparison.differences:
        place, confidence = (
            ("", "") if one.line is None else (one.line.place, CONFIDENCES[one.line.confidence])
        )
        cells = (
            one.kind,
            _where(one) + _times(one.count),
            one.documents,
            one.emulator,
            one.reality,
            place,
            confidence,
        )
        yield f"| {' | '.join(map(_cell, cells))} |"
    yield ""
    yield from (f"- borne out: `{one.line.place}` {_cell(one.sentence)}" for one in comparison.confirmations)
    yield from (f"- {_cell(note)}" for note in comparison.notes)
    patch = patch_of(comparison)
    if patch:
        summary = "<details><summary>Proposed patch of the specs</summary>"
        yield f"\n{summary}\n\n```diff\n{patch}```\n\n</details>"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())


def patch_of(comparison: Comparison) -> str:
    """Give the proposed patch of all files."""
    return "".join(comparison.patches.values())
