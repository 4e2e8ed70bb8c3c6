"""What waits of questions: the check of an answer, the last moment to answer, a question not yet shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from emulator.world.core.calendar import Job
from emulator.world.questions.answers import CHECK, check_answer
from emulator.world.questions.deadline import deadline_ms
from emulator.world.questions.life import move_question
from emulator.world.questions.model import Question, question_from
from emulator.world.questions.rows import put_questions
from emulator.world.questions.search import question_by_id

if TYPE_CHECKING:
    from emulator.world.core.world import World

DEADLINE, ARRIVAL, REVIEW = "question deadline", "question arrival", "question review"
MODERATION_MS = 5_000
"""How long people look at a test question before it is shown. Source: that they do is D, how long is I."""

REVIEW_MS = 24 * 3_600_000
"""How long people look at a question that was reported, I."""
REPORT_REASON = "Ürünle ilgili olmayan soru"
REPORT_UPHELD = "Soru, bildiriminiz üzerine kapatıldı."


def show_question(world: World, question: Question) -> None:
    """Show a question to its seller, who has until its deadline to answer it."""
    put_questions(world, [question])
    expect_deadline(world, question)


def expect_deadline(world: World, question: Question) -> None:
    """Put the last moment to answer a question on the calendar."""
    world.schedule(deadline_ms(question.created_ms), DEADLINE, {"question": question.id})


def schedule_arrival(world: World, question: Question) -> None:
    """Have a question shown once people have looked at it."""
    world.schedule(world.clock.now_ms() + MODERATION_MS, ARRIVAL, {"question": asdict(question)})


def arrival_due(world: World, at_ms: int, payload: Mapping[str, Any]) -> None:
    """A question has been looked at, and counts from now on."""
    question = question_from(payload["question"])
    show_question(world, replace(question, created_ms=at_ms, updated_ms=at_ms))


def check_due(world: World, at_ms: int, payload: Mapping[str, Any]) -> None:
    """An answer is looked at, unless somebody has done so before."""
    question = question_by_id(world, payload["question"])
    if question is None or question.status != "checking" or question.answers[-1].id != payload["answer"]:
        return
    check_answer(world, question)


def deadline_due(world: World, at_ms: int, payload: Mapping[str, Any]) -> None:
    """The time to answer is over; a question that was given back later ends there, too."""
    question = question_by_id(world, payload["question"])
    if question is not None and question.status == "waiting":
        move_question(world, question, "unanswered", "platform")


def report_question(world: World, question: Question, reason: str) -> Question:
    """The seller reports a question, in the panel alone; people close it a day later.

    Source: reporting is not possible by the services, D.
    Errors: NoWay when the question does not wait for an answer.
    """
    now_ms = world.clock.now_ms()
    world.schedule(now_ms + REVIEW_MS, REVIEW, {"question": question.id})
    return move_question(world, question, "reported", "seller", reported_ms=now_ms, report_reason=reason)


def reject_question(world: World, question: Question, reason: str) -> Question:
    """People close a question.

    Errors: NoWay when it was answered, or is closed.
    """
    now_ms = world.clock.now_ms()
    return move_question(world, question, "rejected", "platform", rejected_ms=now_ms, reason=reason)


def review_due(world: World, at_ms: int, payload: Mapping[str, Any]) -> None:
    """People have looked at a question that was reported."""
    question = question_by_id(world, payload["question"])
    if question is not None and question.status == "reported":
        reject_question(world, question, REPORT_UPHELD)


JOBS: Mapping[str, Job[World]] = {
    CHECK: Job(check_due),
    DEADLINE: Job(deadline_due),
    ARRIVAL: Job(arrival_due),
    REVIEW: Job(review_due),
}
