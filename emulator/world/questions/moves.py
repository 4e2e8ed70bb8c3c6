"""Moves of questions: one is asked, reported or closed, and an answer is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.world.catalogue.listings import contents_of
from emulator.world.core.move import Move
from emulator.world.questions.answers import PEOPLE_REJECTION, check_answer, reject_answer
from emulator.world.questions.draw import draw_question, product_of
from emulator.world.questions.due import REPORT_REASON, report_question, show_question
from emulator.world.questions.life import move_question
from emulator.world.questions.model import Question, Status
from emulator.world.questions.rows import next_question_id, questions_where

if TYPE_CHECKING:
    from emulator.world.core.world import World


def ask_question(world: World, move: Move) -> str:
    """A customer asks about a content, ``ago_ms`` ago.

    Errors: ValueError when nothing is listed.
    """
    content = move.choose(list(contents_of(world, move.listing)), "content")
    number = next_question_id(world)
    question = draw_question(world, move.listing, number, product_of(content), move.at_ms, move.rng)
    show_question(world, question)
    return f"question {number} about content {content.id} was asked on {move.where}"


def publish_answer(world: World, move: Move) -> str:
    """The answer that waits for it is looked at now; with something forbidden in it it is rejected.

    Errors: ValueError when none waits.
    """
    question = check_answer(world, _question(world, move, "checking"))
    return _summary(move, question)


def refuse_answer(world: World, move: Move) -> str:
    """People reject the answer that waits to be looked at, whatever it says.

    Errors: ValueError when none waits.
    """
    question = reject_answer(world, _question(world, move, "checking"), PEOPLE_REJECTION)
    return _summary(move, question)


def report(world: World, move: Move) -> str:
    """The seller reports a question that waits, in the panel.

    Errors: ValueError when none waits.
    """
    return _summary(move, report_question(world, _question(world, move, "waiting"), REPORT_REASON))


def close_question(world: World, move: Move) -> str:
    """The time to answer a question that waits is over now.

    Errors: ValueError when none waits.
    """
    question = move_question(world, _question(world, move, "waiting"), "unanswered", "platform")
    return _summary(move, question)


def _question(world: World, move: Move, status: Status) -> Question:
    condition = "seller_id = ? AND storefront = ? AND status = ? ORDER BY id"
    return move.choose(questions_where(world, condition, (*move.listing, status)), f"question {status}")


def _summary(move: Move, question: Question) -> str:
    return f"question {question.id} on {move.where} is {question.status}"
