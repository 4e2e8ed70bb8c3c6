"""Finding questions: by number, content, status and date, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from emulator.world.core.listing import Listing
from emulator.world.core.select import Clause, Selection, all_of, bounds, count_rows
from emulator.world.questions.model import Question, Status
from emulator.world.questions.rows import questions_where

if TYPE_CHECKING:
    from emulator.world.core.world import World

SortDate = Literal["created", "updated"]
DATES: Mapping[SortDate, str] = {"created": "created_ms", "updated": "updated_ms"}


@dataclass(frozen=True, slots=True)
class QuestionQuery:
    """Which questions of one listing, and in which order; what is None does not filter.

    Units: the moments it was asked between, epoch milliseconds UTC, both included.
    """

    listing: Listing
    """Whose questions."""
    from_ms: int | None = None
    """The first moment of asking."""
    to_ms: int | None = None
    """The last moment of asking."""
    status: Status | None = None
    """The status they have."""
    content_id: int | None = None
    """The content they are about."""
    sorted_by: SortDate = "created"
    """The date that orders them."""
    newest_first: bool = True
    """Whether the latest comes first."""


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One page: how many questions match in all, and these."""

    total: int
    questions: Sequence[Question]


def find_questions(world: World, query: QuestionQuery, offset: int, size: int) -> QuestionPage:
    """One page of questions."""
    selection = _selection(query)
    direction = "DESC" if query.newest_first else "ASC"
    column = DATES[query.sorted_by]
    condition = f"{selection.where} ORDER BY {column} {direction}, id {direction} LIMIT ? OFFSET ?"
    questions = questions_where(world, condition, (*selection.values, size, offset))
    return QuestionPage(count_rows(world, query, _selection), questions)


def question_of_listing(world: World, listing: Listing, number: int) -> Question | None:
    """The question of that number, or None when it is none of this listing's."""
    questions = questions_where(world, "id = ? AND seller_id = ? AND storefront = ?", (number, *listing))
    return questions[0] if questions else None


def question_by_id(world: World, number: int) -> Question | None:
    """The question of that number, or None."""
    questions = questions_where(world, "id = ?", (number,))
    return questions[0] if questions else None


def _selection(query: QuestionQuery) -> Selection:
    clauses: list[Clause] = [
        ("seller_id = ? AND storefront = ?", query.listing),
        *bounds("created_ms", query.from_ms, query.to_ms),
    ]
    if query.status is not None:
        clauses.append(("status = ?", (query.status,)))
    if query.content_id is not None:
        clauses.append(("content_id = ?", (query.content_id,)))
    where, values = all_of(clauses)
    return Selection("question", where, values)
