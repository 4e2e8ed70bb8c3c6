"""Seeding questions: drawn ones with what became of them, and one in every status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count, islice
from operator import attrgetter
from random import Random
from typing import TYPE_CHECKING, Any

from emulator.world.catalogue.listings import contents_of
from emulator.world.core.ids import below, between, chance, happens, pick
from emulator.world.core.listing import Listing
from emulator.world.core.plan import DAY_MS
from emulator.world.questions.answers import CHECK_MS, WORD_REJECTION, schedule_check
from emulator.world.questions.deadline import deadline_ms
from emulator.world.questions.draw import draw_question, product_of, texts
from emulator.world.questions.due import (
    REPORT_REASON,
    REPORT_UPHELD,
    REVIEW,
    REVIEW_MS,
    expect_deadline,
)
from emulator.world.questions.model import Answer, Product, Question, Status
from emulator.world.questions.rows import next_answer_id, next_question_id, put_questions

if TYPE_CHECKING:
    from emulator.world.core.world import World

HOUR_MS = 3_600_000
# So many contents at most are asked about.
MOST_CONTENTS = 200
# What becomes of questions, as often as each stands here; those of the last day still wait. I.
FATES: tuple[Status, ...] = (*("answered",) * 16, "unanswered", "unanswered", "rejected", "reported")
REJECTED_FIRST_SHARE = 0.1
WORD_WITH_CONTACT = "Merhaba, bize whatsapp üzerinden ulaşabilirsiniz."
# How long after the world's beginning the answers that wait are looked at.
SLOW_CHECK_MS = 3 * DAY_MS
# How long ago the questions were asked at the most that are to wait.
LATEST_WAITING_MS = 20 * HOUR_MS
# One in every status, how many hours before the world's beginning each was asked, and whether its first
# answer was rejected.
EVERY_STATUS: tuple[tuple[Status, int, bool], ...] = (
    ("waiting", 5, False),
    ("waiting", 7, True),
    ("checking", 9, False),
    ("answered", 30, False),
    ("answered", 54, True),
    ("reported", 12, False),
    ("rejected", 60, False),
    ("unanswered", 144, False),
)


@dataclass(slots=True)
class Draft:
    """A listing whose questions are drawn: what they are made of."""

    world: World
    listing: Listing
    products: list[Product]
    rng: Random
    answer_ids: Iterator[int]


def seed_questions(world: World) -> None:
    """Draw the questions of each part of the recipe's ``questions``, by a chance of their own.

    Nobody asks where nothing is listed.
    """
    for part in world.plan.recipe.get("questions", ()):
        put_questions(world, _seed_part(world, part))


def _seed_part(world: World, part: Mapping[str, Any]) -> list[Question]:
    listing = Listing(part["seller"], part["storefront"])
    products = [product_of(content) for content in islice(contents_of(world, listing), MOST_CONTENTS)]
    if not products:
        return []
    waiting_count = part.get("waiting", 0)
    size = part["count"] + waiting_count + part.get("every_status", False) * len(EVERY_STATUS)
    rng = chance(world.seed, "questions", *listing)
    draft = Draft(world, listing, products, rng, count(next_answer_id(world, 2 * size)))
    questions = [_draw(draft, part["days"]) for _ in range(part["count"])]
    questions += [_draw_waiting(draft) for _ in range(waiting_count)]
    if part.get("every_status"):
        questions += _in_every_status(draft)
    questions.sort(key=attrgetter("created_ms"))
    numbers = count(next_question_id(world, size))
    all_questions = [
        replace(question, id=number) for question, number in zip(questions, numbers, strict=False)
    ]
    for question in all_questions:
        _schedule_onward(world, question)
    return all_questions


def _in_every_status(draft: Draft) -> Iterator[Question]:
    """One question in every status; every second one names its customer."""
    for place, (fate, hours, again) in enumerate(EVERY_STATUS):
        question = _question(draft, fate, hours * HOUR_MS, rejected_first=again)
        yield replace(question, shows_name=place % 2 == 0)


def _draw_waiting(draft: Draft) -> Question:
    ago_ms = between(draft.rng, HOUR_MS, LATEST_WAITING_MS)
    return _question(draft, "waiting", ago_ms, rejected_first=False)


def _draw(draft: Draft, days: int) -> Question:
    ago_ms = HOUR_MS + below(draft.rng, days * DAY_MS - HOUR_MS)
    fate: Status = "waiting" if ago_ms < DAY_MS else pick(draft.rng, FATES)
    return _question(draft, fate, ago_ms, rejected_first=happens(draft.rng, REJECTED_FIRST_SHARE))


def _question(draft: Draft, fate: Status, ago_ms: int, *, rejected_first: bool) -> Question:
    """A question as its fate has left it; one whose deadline lies ahead is not unanswered yet."""
    created_ms = draft.world.anchor_ms - ago_ms
    product = pick(draft.rng, draft.products)
    question = draw_question(draft.world, draft.listing, 0, product, created_ms, draft.rng)
    if rejected_first and fate in ("waiting", "answered"):
        given_ms = created_ms + HOUR_MS // 2
        answer = Answer(next(draft.answer_ids), WORD_WITH_CONTACT, given_ms, rejection=WORD_REJECTION)
        updated_ms = given_ms + CHECK_MS
        question = replace(question, answers=(answer,), hits=1, updated_ms=updated_ms)
    return _finish(draft, question, fate)


def _finish(draft: Draft, question: Question, fate: Status) -> Question:
    """The question after the last steps of its past; one whose time is not over waits on."""
    anchor_ms = draft.world.anchor_ms
    next_ms = min(question.updated_ms + HOUR_MS // 3 + below(draft.rng, HOUR_MS // 2), anchor_ms)
    if fate in ("answered", "checking"):
        text = pick(draft.rng, texts(draft.world, "answers", draft.listing.storefront))
        answers = (*question.answers, Answer(next(draft.answer_ids), text, next_ms))
        updated_ms = next_ms if fate == "checking" else min(next_ms + CHECK_MS, anchor_ms)
        return replace(question, status=fate, answers=answers, updated_ms=updated_ms)
    if fate in ("reported", "rejected"):
        return _report(question, next_ms, anchor_ms)
    limit_ms = deadline_ms(question.created_ms)
    if fate == "unanswered" and limit_ms <= anchor_ms:
        return replace(question, status="unanswered", updated_ms=limit_ms)
    return question


def _report(question: Question, reported_ms: int, anchor_ms: int) -> Question:
    """The question after its seller has reported it, closed once people have looked at it."""
    closed_ms = reported_ms + REVIEW_MS
    report = replace(
        question,
        status="reported",
        updated_ms=reported_ms,
        reported_ms=reported_ms,
        report_reason=REPORT_REASON,
    )
    if closed_ms > anchor_ms:
        return report
    return replace(
        report, status="rejected", updated_ms=closed_ms, rejected_ms=closed_ms, reason=REPORT_UPHELD
    )


def _schedule_onward(world: World, question: Question) -> None:
    """Put what still waits of a question on the calendar."""
    if question.status == "checking":
        schedule_check(world, question, world.anchor_ms + SLOW_CHECK_MS)
    if question.status in ("waiting", "checking"):
        expect_deadline(world, question)
    if question.status == "reported":
        assert question.reported_ms is not None
        world.schedule(question.reported_ms + REVIEW_MS, REVIEW, {"question": question.id})
