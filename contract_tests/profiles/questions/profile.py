"""Questions read and answered: their scenarios, what the shop wants, what the search may draw."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.profiles.directed import (
    OTHER_ZONES,
    QUIET,
    DirectedScenario,
    with_changes_between,
    with_fault,
)
from contract_tests.profiles.faults import FAULTS, transport_faults_at
from contract_tests.profiles.profile import DesiredRows, Profile, SearchSpace
from contract_tests.profiles.questions.desired import (
    every_question,
    few_questions,
    forbidden_text,
    questions_of_every_status,
    rejected_text,
    texts_of_odd_lengths,
)
from contract_tests.records.scenario import Event, Row

ANSWER, LIST = "answerQuestion", "getQuestions"
FEW, EVERY, STATUSES, WORDS, REJECTED_TEXT, LENGTHS = (
    "few questions", "every question", "questions of every status", "a forbidden text",
    "a text that was rejected", "texts of odd lengths",
)  # fmt: skip
# How many days a client looks back.
SPAN_DAYS = 56
# After so long an answer has been checked.
CHECKED_MS = 11 * 60_000
SMALL = {"contents": 8, "questions": {"waiting": 4, "every_status": True}}
# Two questions that wait, so that whatever happens concerns a wanted one.
PAIR = {"contents": 4, "questions": {"waiting": 2}}
# More questions in two weeks than a page holds.
MANY = {"contents": 20, "questions": {"count": 130, "days": 20, "waiting": 3}}
LONG_IDS = {**SMALL, "long_ids": True}
LOST_REPLY: Event = {"operation": ANSWER, "status": 504, "after": True}
CUT: Event = {"operation": ANSWER, "cut": "reset", "after": True}
STALE: Event = {"operation": LIST, "at": 1, "times": 200, "stale": True}


def before_an_answer(name: str, move: Row) -> DirectedScenario:
    """Let something become of the second question between a client's reading and its answer."""
    event = {"operation": ANSWER, "at": 1, "move": {**move, "pick": 1}}
    return replace(with_fault(name, event, may_fail=True, selection=EVERY), recipe_part=PAIR)


def between_runs(name: str, *moves: Row, pause_ms: int = 60_000) -> DirectedScenario:
    """Let something become of questions between two runs."""
    return with_changes_between(
        name, *moves, pause_ms=pause_ms, selection=EVERY, recipe_part=PAIR, may_fail=True
    )


def in_a_small_world(name: str, selection: str) -> DirectedScenario:
    """The shop wants something that cannot be done, beside what can."""
    return DirectedScenario(name, recipe_part=SMALL, selection=selection, may_fail=True)


def taken_with(reply: str) -> DirectedScenario:
    """An answer that was taken gets another of the printed replies."""
    recipe_part = {**PAIR, "decisions": {"answer-reply": reply}}
    return DirectedScenario(f"an answer is taken with {reply}", recipe_part=recipe_part)


QUESTIONS = Profile(
    "questions",
    frozenset({LIST, ANSWER}),
    (
        QUIET,
        *transport_faults_at(ANSWER),
        with_fault("answer lost after it was taken", LOST_REPLY),
        with_fault("connection lost after an answer was taken", CUT),
        with_fault("answer lost after the first one", {**LOST_REPLY, "at": 1}),
        with_fault("answer lost, questions read late", LOST_REPLY, STALE),
        with_fault("questions read late", STALE),
        with_fault("the list is refused in the middle", {"operation": LIST, "status": 429, "retry_after": 1}),
        with_fault("the list is locked in the middle", {"operation": LIST, "status": 401}),
        with_fault("the list is unavailable in the middle", {"operation": LIST, "status": 503}),
        with_fault("the list is stopped at the edge", {"operation": LIST, **FAULTS["stopped at the edge"]}),
        with_fault(
            "a question comes while they are read", {"operation": LIST, "move": {"what": "question-asked"}}
        ),
        before_an_answer("a question is reported before it is answered", {"what": "question-reported"}),
        before_an_answer("a question is closed before it is answered", {"what": "question-closed"}),
        between_runs("an answer was published since the last run", {"what": "answer-checked"}),
        between_runs("an answer was rejected since the last run", {"what": "answer-rejected"}),
        between_runs("a question came since the last run", {"what": "question-asked"}),
        between_runs("answers were checked since the last run", pause_ms=CHECKED_MS),
        with_changes_between(
            "an answer with a forbidden word",
            pause_ms=CHECKED_MS,
            selection=WORDS,
            recipe_part=PAIR,
            may_fail=True,
        ),
        DirectedScenario(
            "a text that was rejected before", recipe_part=SMALL, selection=REJECTED_TEXT, may_fail=True
        ),
        in_a_small_world("texts of odd lengths", LENGTHS),
        in_a_small_world("questions that do not wait", STATUSES),
        DirectedScenario("several pages in a window", recipe_part=MANY),
        taken_with("sentence"),
        taken_with("empty"),
        DirectedScenario("long ids", recipe_part=LONG_IDS),
        DirectedScenario("legal but unusual answers", unusual=True),
        *OTHER_ZONES,
    ),
    SearchSpace(
        sizes={
            "contents": (6,),
            "questions": ({"waiting": 3}, {"count": 30, "waiting": 2}, {"waiting": 2, "every_status": True}),
        },
        latest=8,
        moves=(
            {"what": "question-asked"},
            {"what": "question-reported"},
            {"what": "answer-checked"},
            {"what": "answer-rejected"},
        ),
        events=(LOST_REPLY, CUT, STALE),
        pauses=(60_000, CHECKED_MS),
    ),
    spanned_kinds=frozenset({"questions"}),
    span_days=SPAN_DAYS,
    desired_rows=DesiredRows(
        "questions",
        {
            FEW: few_questions,
            EVERY: every_question,
            STATUSES: questions_of_every_status,
            WORDS: forbidden_text,
            REJECTED_TEXT: rejected_text,
            LENGTHS: texts_of_odd_lengths,
        },
    ),
    search_may_fail=True,
    quick=(
        "told to wait in the middle",
        "unavailable in the middle",
        "answer lost after it was taken",
        "a question is reported before it is answered",
        "an answer was rejected since the last run",
    ),
)
