"""Counts of one: whoever writes a number before a noun says 1 request, not 1 requests."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from contract_tests.judge.gaps import describe_gaps
from contract_tests.records.counts import count_of
from contract_tests.reports.evidence import say_evidence
from contract_tests.reports.language import speaking
from contract_tests.tests.places import ROOT

ROOMS = ("cli", "drift", "drivers", "engine", "judge", "records", "reports", "stages")
COUNTS = re.compile(r"\{\} (more )?(answers|entries|lines|requests|rows|scenarios|times)\b")
ALWAYS_SEVERAL = {
    # A story folds no fewer lines than that.
    "... {} more lines",
    # It is printed of several alone.
    " ({} times)", "{} ({} times)",
    # What a page does not hold, or a limit that one alone does not exceed.
    "{} rows match, the row number {} and what follows was never asked for",
    "{} rows match, pages reach {}, and no smaller window was read",
    "{} rows match, reading stopped at {} and no token was used",
    "{} rows match, {} came; the last {} that was offered was never followed",
    "page {} was full with {} rows, the next was never asked for",
    "{} requests to {} within {} s, {} are allowed",
    "{} requests within {} s asked for one {} each",
    "{} with {}, {} requests sent meanwhile",
    "{}, {} requests were sent meanwhile",
    "repeated {} times meanwhile",
    "repeated {} times although each answer was {}",
    "{} more requests with the token that was refused with 401",
    "sent {} more times although the answer said {}",
    "batch {} was asked for {} times after its result had expired",
    "{} of {} was changed more than {} times in {} s",
    "{} of {} rows are not held, though the world has them: {}",
    "after run {} {} is subscribed {} times", "{} is held {} times", "{} was reserved {} times",
    "more than {} requests", "{} answers", "{} entries", "{} rows", "{} lines of no rows",
    # Here it is a verb, and a sign.
    "POST {} answers {}: the address of the integration ends before /sync", "{} times {}",
}  # fmt: skip


def texts_with_counts() -> Iterator[str]:
    """Every text of the kit that has a noun in the plural right behind one of its facts, which are braces."""
    for room in ROOMS:
        for path in sorted((ROOT / "contract_tests" / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.JoinedStr):
                    parts = (str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
                    yield from filter(COUNTS.search, ["".join(parts)])


def test_number_before_a_noun_is_written_by_the_function_for_it() -> None:
    assert set(texts_with_counts()) == ALWAYS_SEVERAL


def test_noun_of_one_has_no_s() -> None:
    assert [count_of(number, "request") for number in (0, 1, 2)] == ["0 requests", "1 request", "2 requests"]
    assert [count_of(number, "entry", "entries") for number in (1, 2)] == ["1 entry", "2 entries"]


@pytest.mark.parametrize(
    ("gap", "sentence"),
    [
        ("body", "the bodies of 1 answer are not in the recording"),
        ("time", "the times of 1 request are not in the recording"),
        ("query size", "the query value size of 1 request is a redactor's mark"),
    ],
)
def test_what_one_request_lacks_is_said_of_one_in_both_languages(gap: str, sentence: str) -> None:
    assert describe_gaps([[gap]]) == sentence
    assert describe_gaps([[gap], [gap]]) == re.sub("1 (request|answer)", r"2 \1s", sentence)
    with speaking("tr"):
        assert say_evidence(sentence) != sentence


@pytest.mark.parametrize(
    ("english", "turkish"),
    [
        ("quiet: exit 0 after 1 s; 1 request", "sakin: 1 sn sonra çıkış 0; 1 istek"),
        ("1 scenario drawn by search", "aramayla çekilen 1 senaryo"),
        ("200, 1 row of 1", "200, 1 satırdan 1 tanesi"),
    ],
)
def test_run_of_one_request_is_said_in_turkish(english: str, turkish: str) -> None:
    with speaking("tr"):
        assert say_evidence(english) == turkish
