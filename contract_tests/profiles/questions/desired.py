"""Which questions a shop wants answered, and with what: the same world, the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from contract_tests.records.scenario import Row

FEW = 4
WAITING = "WAITING_FOR_ANSWER"
FEWEST_CHARACTERS, MOST_CHARACTERS = 10, 2000
FORBIDDEN = "Merhaba, bize WhatsApp üzerinden yazabilirsiniz."


def few_questions(questions: Iterable[Row]) -> list[dict[str, Any]]:
    """Some questions that wait."""
    return _wants(_rows(questions, _waits)[:FEW])


def every_question(questions: Iterable[Row]) -> list[dict[str, Any]]:
    """All questions that wait."""
    return _wants(_rows(questions, _waits))


def questions_of_every_status(questions: Iterable[Row]) -> list[dict[str, Any]]:
    """One question of each status, before some that wait."""
    rows = _rows(questions, lambda row: not _waits(row))
    first = {row["status"]: row for row in reversed(rows)}
    return _wants([*first.values(), *_rows(questions, _waits)[:2]])


def forbidden_text(questions: Iterable[Row]) -> list[dict[str, Any]]:
    """Some questions that wait, the first one with a text that the check will not let pass."""
    first, *others = few_questions(questions)
    return [{**first, "text": FORBIDDEN}, *others]


def rejected_text(questions: Iterable[Row]) -> list[dict[str, Any]]:
    """A question that waits again, with the text that was rejected, and one with another text."""
    rejected_rows = _rows(questions, lambda row: _waits(row) and bool(row["given"]))
    others = _rows(questions, lambda row: _waits(row) and not row["given"])
    return [*({"id": row["id"], "text": row["given"][-1]} for row in rejected_rows[:1]), *_wants(others[:2])]


def texts_of_odd_lengths(questions: Iterable[Row]) -> list[dict[str, Any]]:
    """The shortest and the longest text, and a text beyond each of them."""
    lengths = (FEWEST_CHARACTERS - 1, FEWEST_CHARACTERS, MOST_CHARACTERS, MOST_CHARACTERS + 1)
    rows = _rows(questions, _waits)
    return [{"id": row["id"], "text": "ş" * length} for row, length in zip(rows, lengths, strict=False)]


def _wants(rows: Iterable[Row]) -> list[dict[str, Any]]:
    return [
        {"id": row["id"], "text": f"Merhaba, {row['id']} numaralı sorunuz için: evet, öyledir."}
        for row in rows
    ]


def _waits(row: Row) -> bool:
    return bool(row["status"] == WAITING)


def _rows(questions: Iterable[Row], is_meant: Callable[[Row], bool]) -> list[Row]:
    return sorted((row for row in questions if is_meant(row)), key=lambda row: int(row["id"]))
