"""Judges of answers to customer questions, and what became of the questions that a shop wanted answered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_tests.records.recording import Sync
from contract_tests.tests.kit.support.played import findings, held_by, said, sync
from contract_tests.tests.kit.support.recording import SELLER, Entry, asked, broken

QNA = f"/integration/qna/sellers/{SELLER}/questions"
QUESTION = 453_000_021
TEXT, OTHER_TEXT = "Merhaba, evet, öyledir.", "Merhaba, hayır, değildir."
WAITING, CHECKING = "WAITING_FOR_ANSWER", "WAITING_FOR_APPROVE"
ONLY_WAITING, ONCE, REJECTED_TEXT, LISTED_ID = "TY-QNA-013", "TY-QNA-014", "TY-QNA-015", "TY-QNA-018"
WANTED_ANSWER, NOTHING_ELSE = "TY-QNA-903", "TY-QNA-904"


def listing(status: str = WAITING, **members: Any) -> Entry:
    """A page of the list with one question."""
    row = {"id": QUESTION, "status": status, "text": "?", **members}
    body = {"totalElements": 1, "totalPages": 1, "page": 0, "size": 50, "content": [row]}
    return asked(f"{QNA}/filter", {"page": 0, "size": 50}, body=body)


def answer(text: str = TEXT, number: int = QUESTION, **more: Any) -> Entry:
    """An answer to the question."""
    entry = asked(f"{QNA}/{number}/answers", body={"answerId": 1}, **more)
    entry["request"] |= {"method": "POST", "postData": {"text": json.dumps({"text": text})}}
    return entry


def rejection(text: str = TEXT) -> Entry:
    """The list once an answer has come back."""
    return listing(rejectedAnswer={"id": 1, "text": text, "creationDate": 1})


@pytest.mark.parametrize("status", [CHECKING, "ANSWERED", "REPORTED", "REJECTED", "UNANSWERED"])
def test_answer_to_what_does_not_wait_is_found(status: str) -> None:
    assert ONLY_WAITING in broken(listing(status), answer(status=400))
    assert ONLY_WAITING not in broken(listing(status), listing(), answer())


def test_second_answer_needs_a_list_that_shows_the_question_waiting() -> None:
    assert ONCE in broken(listing(), answer(), answer(OTHER_TEXT, status=400))
    assert ONCE in broken(listing(), answer(), listing(CHECKING), answer(OTHER_TEXT, status=400))
    assert ONCE not in broken(listing(), answer(), rejection(), answer(OTHER_TEXT))
    assert ONCE not in broken(listing(), answer(status=503), answer())


def test_rejected_text_is_not_sent_again_and_another_one_is_right() -> None:
    assert REJECTED_TEXT in broken(rejection(), answer())
    assert REJECTED_TEXT not in broken(rejection(), answer(OTHER_TEXT))
    assert REJECTED_TEXT not in broken(rejection(), answer(number=QUESTION + 1))


def test_number_that_no_list_has_shown_is_found_when_it_is_refused() -> None:
    assert LISTED_ID in broken(listing(), answer(number=7, status=404))
    assert LISTED_ID not in broken(listing(), answer(status=404))
    assert LISTED_ID not in broken(answer(number=7, status=404))


@pytest.mark.parametrize("length", [9, 2001])
def test_answer_beyond_the_documented_lengths_is_found(length: int) -> None:
    assert "TY-QNA-012" in broken(listing(), answer("ş" * length))


@pytest.mark.parametrize("length", [10, 2000])
def test_answer_of_a_documented_length_is_right(length: int) -> None:
    assert "TY-QNA-012" not in broken(listing(), answer("ş\n" * (length // 2)))


def test_answer_is_not_sent_again_unread() -> None:
    assert "TY-QNA-016" in broken(listing(), answer(status=504), answer())
    assert "TY-QNA-016" not in broken(listing(), answer(status=504), listing(), answer())
    assert "TY-QNA-017" in broken(listing(), answer(status=400), answer(status=400))


def row(status: str = WAITING, *texts: str) -> dict[str, Any]:
    """A question of the world."""
    answer_text = texts[-1] if texts and status != WAITING else None
    return {"id": QUESTION, "status": status, "text": "?", "answer": answer_text, "given": list(texts)}


def run(before: dict[str, Any], after: dict[str, Any], exit_code: int = 0, **more: Any) -> Sync:
    """A run that wants one question answered and shows what it makes of it."""
    state = more.pop("state", None)
    export = [{"id": QUESTION} | ({} if state is None else {"state": state})]
    want = {"id": QUESTION, "text": more.pop("text", TEXT)}
    truths = {"questions": held_by([after], [before])}
    return sync(exit_code, wants=[want], truths=truths, exports={"questions": export}, **more)


def sentences(*runs: Sync) -> dict[str, str]:
    """What is said of answers in runs, where exit 1 may be honest throughout."""
    by_rule = said("questions", *runs, may_fail=True)
    return {rule_id: by_rule[rule_id] for rule_id in (WANTED_ANSWER, NOTHING_ELSE) if rule_id in by_rule}


def test_question_that_still_waits_is_found() -> None:
    assert "still waits" in sentences(run(row(), row()))[WANTED_ANSWER]
    assert sentences(run(row(), row(CHECKING, TEXT))) == {}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (row("REPORTED"), row("REPORTED")),
        (row(), row("UNANSWERED")),
        (row(CHECKING, OTHER_TEXT), row(WAITING, OTHER_TEXT)),
        (row(WAITING, TEXT), row(WAITING, TEXT)),
        (row(), row(WAITING, TEXT)),
    ],
)
def test_question_that_could_not_be_answered_is_held_against_nobody(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert sentences(run(before, after)) == {}


def test_text_that_nobody_may_send_is_held_against_nobody() -> None:
    assert sentences(run(row(), row(), text="kısa")) == {}


def test_not_knowing_excuses_a_run_with_faults_alone() -> None:
    assert sentences(run(row(), row(), state="unclear", quiet=False)) == {}
    assert WANTED_ANSWER in sentences(run(row(), row(), state="unclear", quiet=True))


def test_run_that_fails_may_not_show_as_done_what_never_was() -> None:
    assert sentences(run(row(), row(), 1)) == {}
    assert WANTED_ANSWER in sentences(run(row(), row(), 1, state="done"))


def test_answer_that_nobody_wanted_is_found() -> None:
    assert "another text" in sentences(run(row(), row(CHECKING, OTHER_TEXT)))[NOTHING_ELSE]
    other = {**row(CHECKING, TEXT), "id": QUESTION + 1}
    before, after = [row(), {**row(), "id": QUESTION + 1}], [row(CHECKING, TEXT), other]
    want = {"id": QUESTION, "text": TEXT}
    one = sync(0, wants=[want], truths={"questions": held_by(after, before)})
    assert "nobody wanted" in said("questions", one)[NOTHING_ELSE]
    assert all(finding.rule.level == "MUST" for finding in findings("questions", one))
