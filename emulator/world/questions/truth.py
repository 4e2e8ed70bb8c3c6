"""What a faithful copy of a seller's questions holds, and every answer that was taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.world.core.listing import Listing
from emulator.world.questions.rows import questions_where

if TYPE_CHECKING:
    from emulator.world.core.world import World


def question_truth(world: World, listing: Listing, from_ms: int, to_ms: int) -> Iterator[dict[str, Any]]:
    """The questions asked in a span of time, by number.

    Shapes: ``answer`` is the text that is published or looked at, None without one; ``given`` are the texts
    of all answers that were taken, rejected ones too.
    """
    condition = "seller_id = ? AND storefront = ? AND created_ms BETWEEN ? AND ? ORDER BY id"
    for question in questions_where(world, condition, (*listing, from_ms, to_ms)):
        yield {
            "id": question.id,
            "status": question.status,
            "text": question.text,
            "answer": None if question.answer is None else question.answer.text,
            "created_ms": question.created_ms,
            "updated_ms": question.updated_ms,
            "given": [each.text for each in question.answers],
        }
