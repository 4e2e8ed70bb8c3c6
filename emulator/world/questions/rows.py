"""Questions in the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from emulator.world.core.ids import next_number
from emulator.world.questions.model import Question, question_from

if TYPE_CHECKING:
    from emulator.world.core.world import World

FIRST_QUESTION, FIRST_ANSWER = 453_000_001, 287_000_001
INSERT = (
    "INSERT INTO question (id, seller_id, storefront, content_id, status, created_ms, updated_ms, facts)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
UPDATE = "UPDATE question SET status = ?, updated_ms = ?, facts = ? WHERE id = ?"


def next_question_id(world: World, count: int = 1) -> int:
    """The id the next question takes, the first of ``count`` that are taken at once."""
    return next_number(world.store, "question", world.plan.id_base + FIRST_QUESTION, count)


def next_answer_id(world: World, count: int = 1) -> int:
    """The id the next answer takes, the first of ``count`` that are taken at once."""
    return next_number(world.store, "answer", world.plan.id_base + FIRST_ANSWER, count)


def put_questions(world: World, questions: Iterable[Question]) -> None:
    """Write down questions that are new."""
    rows = [
        (
            each.id, *each.listing, each.product.content_id, each.status, each.created_ms, each.updated_ms,
            orjson.dumps(each),
        )
        for each in questions
    ]  # fmt: skip
    world.store.executemany(INSERT, rows)
    world.forget_rows()


def update_question(world: World, question: Question) -> None:
    """Write down how a question has changed."""
    values = (question.status, question.updated_ms, orjson.dumps(question), question.id)
    world.store.execute(UPDATE, values)
    world.forget_rows()


def questions_where(world: World, condition: str, values: Sequence[Any]) -> list[Question]:
    """The questions that a condition selects, behind which an order and a limit may stand."""
    rows = world.store.rows(f"SELECT facts FROM question WHERE {condition}", values)
    return [question_from(orjson.loads(facts)) for (facts,) in rows]
