"""The life of a question: which status leads to which, and who goes that way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emulator.world.core.life import Life, Way, step
from emulator.world.questions.model import Question, Status
from emulator.world.questions.rows import update_question

if TYPE_CHECKING:
    from emulator.world.core.world import World

# Source: müşteri-sorularını-çekme, D: the statuses, what can be answered, three business days; the newest
# guide knows no status between answer and check, the older ones do. A reported question waits for people, D;
# that these close it is I.
LIFE: Life[Status, Question] = {
    "waiting": (
        Way("checking", by="seller"),
        Way("reported", by="seller"),
        Way("unanswered", by="platform"),
        Way("rejected", by="platform"),
    ),
    "checking": (
        Way("answered", by="platform"),
        Way("waiting", by="platform"),
        Way("unanswered", by="platform"),
    ),
    "reported": (Way("rejected", by="platform"),),
    "answered": (),
    "rejected": (),
    "unanswered": (),
}


def move_question(world: World, question: Question, to: Status, by: str, **changes: Any) -> Question:
    """Bring a question to its next status, now, with what else changes of it.

    Errors: NoWay, a ValueError, when no way leads there.
    """
    step(LIFE, question.status, to, by)
    question_now = replace(question, status=to, updated_ms=world.clock.now_ms(), **changes)
    update_question(world, question_now)
    return question_now
