"""The words of a query for questions, and what a text of an answer is held to."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.exchange import Call, Refusal
from emulator.trendyol.questions.wire import STATUSES
from emulator.world.core.plan import DAY_MS
from emulator.world.questions.model import Question, Status
from emulator.world.questions.search import SortDate

# Source: docs/müşteri-sorularını-çekme, D.
DEFAULT_WINDOW_MS, LONGEST_WINDOW_MS = 7 * DAY_MS, 14 * DAY_MS
FEWEST_CHARACTERS, MOST_CHARACTERS = 10, 2000
LARGEST_GUIDE_SIZE = 50
# The largest number that a parameter of 64 bits holds.
LAST_MOMENT_MS = 2**63 - 1
STATUS_OF: Mapping[str, Status] = {word: status for status, word in STATUSES.items()}
SORT_FIELDS: Mapping[str, SortDate] = {"CreatedDate": "created", "LastModifiedDate": "updated"}
# Why a question cannot be answered. Source: docs/müşteri-sorularını-çekme, D.
ERRORS: Mapping[Status, str] = {
    "checking": "question-already-answered",
    "answered": "question-already-answered",
    "reported": "question-reported",
    "rejected": "question-rejected",
    "unanswered": "question-time-limit",
}


def window(call: Call) -> tuple[int, int | None]:
    """The span that is read: two weeks at most, the last one without dates.

    Errors: question-window-too-long by decision.
    """
    start_ms, end_ms = call.query.get("startDate"), call.query.get("endDate")
    if start_ms is None and end_ms is None:
        return call.now_ms - DEFAULT_WINDOW_MS, None
    if start_ms is None:
        return int(call.query["endDate"]) - LONGEST_WINDOW_MS, end_ms
    last_ms = min(start_ms + LONGEST_WINDOW_MS, LAST_MOMENT_MS)
    if end_ms is not None and end_ms > last_ms and call.decide("question-window") == "refuse":
        raise Refusal("question-window-too-long", days=LONGEST_WINDOW_MS // DAY_MS)
    return start_ms, last_ms if end_ms is None else min(end_ms, last_ms)


def size(call: Call) -> int:
    """How many questions stand on a page.

    Errors: question-size-invalid by decision.
    """
    number: int = call.query["size"]
    if number > LARGEST_GUIDE_SIZE and call.decide("question-size") == "guide":
        raise Refusal("question-size-invalid", value=number)
    return number


def answer_text(call: Call) -> str:
    """The text of an answer.

    Errors: answer-empty, answer-too-short, answer-too-long.
    """
    text: str = call.body["text"]
    if not text.strip():
        raise Refusal("answer-empty")
    if len(text) < FEWEST_CHARACTERS:
        raise Refusal("answer-too-short", least=FEWEST_CHARACTERS)
    if len(text) > MOST_CHARACTERS:
        raise Refusal("answer-too-long", most=MOST_CHARACTERS)
    return text


def refusal(question: Question, most_hits: int) -> Refusal:
    """Why a question cannot be answered."""
    if question.status == "unanswered" and question.hits >= most_hits:
        return Refusal("question-word-limit")
    return Refusal(ERRORS[question.status])
