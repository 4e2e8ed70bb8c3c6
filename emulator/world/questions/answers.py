"""Answers: a seller gives one, and a check publishes it or gives the question back."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from emulator.world.core.turkish import fold_case
from emulator.world.questions.deadline import deadline_ms
from emulator.world.questions.life import move_question
from emulator.world.questions.model import Answer, Question, Status
from emulator.world.questions.rows import next_answer_id

if TYPE_CHECKING:
    from emulator.world.core.world import World

# Work of the calendar: an answer is looked at.
CHECK = "answer check"
CHECK_MS = 600_000
"""How long the check of an answer takes; no page says it, I."""
MOST_HITS = 3
"""After so many answers with something forbidden a question is closed. Source: that it is closed is D, after
how many is published nowhere, I."""
PHONE = re.compile(r"(?:\d[ ()./-]?){10,}", re.ASCII)
WORD_REJECTION = "Cevabınız yasaklı ifade içerdiği için reddedildi."
PEOPLE_REJECTION = "Cevabınız uygun bulunmadığı için reddedildi."


def give_answer(world: World, question: Question, text: str) -> Answer:
    """Answer a question; the check follows some minutes later, or at once by decision.

    Errors: NoWay when the question cannot be answered.
    """
    answer = Answer(next_answer_id(world), text, world.clock.now_ms(), has_private_info=_has_contact(text))
    question_now = move_question(world, question, "checking", "seller", answers=(*question.answers, answer))
    if world.decisions["question-check"] == "at-once":
        check_answer(world, question_now)
    else:
        schedule_check(world, question_now, world.clock.now_ms() + CHECK_MS)
    return answer


def schedule_check(world: World, question: Question, at_ms: int) -> None:
    """Have the answer of a question looked at at a moment."""
    world.schedule(at_ms, CHECK, {"question": question.id, "answer": question.answers[-1].id})


def check_answer(world: World, question: Question) -> Question:
    """Look at the answer of a question that waits for it: publish it, or give the question back.

    Errors: NoWay when nothing waits to be looked at.
    """
    if not is_forbidden(world, question.answers[-1].text):
        return move_question(world, question, "answered", "platform")
    return reject_answer(world, replace(question, hits=question.hits + 1), WORD_REJECTION)


def reject_answer(world: World, question: Question, reason: str) -> Question:
    """Reject the answer of a question, which then waits for another one, if there is time left.

    Source: it goes back to WAITING_FOR_ANSWER, and is UNANSWERED for good beyond a limit, D.
    Errors: NoWay when nothing waits to be looked at.
    """
    *earlier, last = question.answers
    is_over = question.hits >= MOST_HITS or world.clock.now_ms() >= deadline_ms(question.created_ms)
    status: Status = "unanswered" if is_over else "waiting"
    answers = (*earlier, replace(last, rejection=reason))
    return move_question(world, question, status, "platform", answers=answers, hits=question.hits)


def is_forbidden(world: World, text: str) -> bool:
    """Whether the check finds something in an answer that it may not have."""
    words = world.plan.lookups["question_texts"]["forbidden"]
    folded_text = fold_case(text)
    return any(fold_case(word) in folded_text for word in words) or PHONE.search(text) is not None


def _has_contact(text: str) -> bool:
    """Whether somebody could be reached by what an answer says; what counts there is I."""
    return "@" in text or PHONE.search(text) is not None
