"""The stream of packages: cursors, windows, the order of changes."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.orders import (
    DAY_MS,
    INT_LIST,
    INT_STREAM,
    LIST,
    STREAM,
    ids,
    packages,
    stream,
    window_of,
)
from contract_tests.tests.provider.support.packages import every_status, later


def dates(days_ago: int) -> dict[str, Any]:
    """The stream's names for a window of two weeks."""
    window = window_of(days_ago)
    return {"lastModifiedStartDate": window["startDate"], "lastModifiedEndDate": window["endDate"]}


def test_stream_holds_what_the_list_holds(ask: Ask) -> None:
    assert ids(stream(ask, size=40, **dates(0))) == ids(packages(ask, **window_of(0)))


def test_stream_is_ordered_by_the_last_change(ask: Ask) -> None:
    changes = [row["lastModifiedDate"] for row in stream(ask, size=30)]
    assert changes == sorted(changes, reverse=True)
    assert min(changes) >= NOW_MS - 14 * DAY_MS


def test_last_answer_has_no_cursor(ask: Ask) -> None:
    answer = ask(STREAM, TR, size=200, **dates(0)).json
    assert (answer["hasMore"], answer["nextCursor"]) == (False, "") or answer["size"] == 200


def test_answer_counts_its_packages(ask: Ask) -> None:
    answer = ask(STREAM, TR, size=3).json
    assert (answer["size"], len(answer["content"]), answer["hasMore"]) == (3, 3, True)


def test_stream_reaches_back_three_months(ask: Ask) -> None:
    changes = [row["lastModifiedDate"] for row in stream(ask, INT_STREAM, INT, size=200, **dates(80))]
    assert changes
    assert min(changes) >= NOW_MS - 90 * DAY_MS


def test_statuses_select_packages(ask: Ask) -> None:
    rows = stream(ask, packageItemStatuses="Created,Picking")
    assert {row["status"] for row in rows} == {"Created", "Picking"}


def test_package_that_changes_on_the_way_is_not_lost_to_the_next_stream(ask: Ask) -> None:
    first = ask(INT_STREAM, INT, size=2).json
    ask.control("POST", "/clock/advance", {"ms": 1})
    ask.control("POST", "/moves", {"what": "order-moved", "seller": 2748, "status": "picking"})
    rest = ask(INT_STREAM, INT, size=2, nextCursor=first["nextCursor"]).json
    again = stream(ask, INT_STREAM, INT, size=200)
    assert again[0]["status"] == "Picking"
    assert again[0]["lastModifiedDate"] > first["content"][0]["lastModifiedDate"]
    assert len(ids(again)) == len(set(ids(again)))
    assert not set(ids(first["content"])) & set(ids(rest["content"]))


def change_cursor(cursor: str, **members: Any) -> str:
    """A cursor with other members."""
    return base64.b64encode(json.dumps({**json.loads(base64.b64decode(cursor)), **members}).encode()).decode()


@pytest.mark.parametrize(
    "members",
    [{"s": [2738, 1]}, {"s": "x"}, {"w": [0]}, {"e": 1}, {"x": 1}, {"g": 7}, {"s": [2738, 2**70, 1]}],
)
def test_cursor_that_nobody_gave_is_refused(ask: Ask, members: dict[str, Any]) -> None:
    cursor = ask(STREAM, TR, size=1).json["nextCursor"]
    answer = ask(STREAM, TR, size=1, nextCursor=change_cursor(cursor, **members))
    assert (answer.status_code, answer.json["error"]) == (400, "invalid.cursor")


@pytest.mark.parametrize("cursor", ["x", "bnVsbA==", "W10="])
def test_cursor_that_is_no_cursor_is_refused(ask: Ask, cursor: str) -> None:
    assert ask(STREAM, TR, nextCursor=cursor).json["error"] == "invalid.cursor"


@pytest.mark.parametrize("change", [{"packageItemStatuses": "Created"}, dates(0)])
def test_cursor_of_another_filter_is_refused(ask: Ask, change: dict[str, Any]) -> None:
    cursor = ask(STREAM, TR, size=1).json["nextCursor"]
    answer = ask(STREAM, TR, size=1, nextCursor=cursor, **change)
    assert (answer.status_code, answer.json["error"]) == (400, "cursor.filter.changed")


def test_cursor_expires_with_the_tokens_of_the_world(ask: Ask) -> None:
    cursor = ask(STREAM, TR, size=1).json["nextCursor"]
    ask.control("POST", "/faults", {"operation": "*", "at": 1, "expire_tokens": True})
    assert ask(STREAM, TR, size=1, nextCursor=cursor).json["error"] == "invalid.cursor"


def test_window_over_two_weeks_is_refused(ask: Ask) -> None:
    query = {"lastModifiedStartDate": NOW_MS - 14 * DAY_MS - 1, "lastModifiedEndDate": NOW_MS}
    answer = ask(STREAM, TR, **query)
    assert (answer.status_code, answer.json["error"]) == (400, "invalid.date.range")


def test_unusual_world_has_empty_answers_on_the_way_and_loses_nothing(open_world: Opener) -> None:
    odd = open_world(unusual=True)
    odd.control("POST", "/clock/freeze", {"at_ms": NOW_MS})  # what moves on during a walk moves to its front
    cursor, sizes, rows = None, [], []
    while cursor != "":
        answer = odd(STREAM, TR, size=2, **({} if cursor is None else {"nextCursor": cursor})).json
        sizes.append(answer["size"])
        rows += answer["content"]
        cursor = answer["nextCursor"]
    assert len(sizes) > 2
    assert [size == 0 for size in sizes] == [at % 2 == 1 for at in range(len(sizes))]
    assert sorted(ids(rows)) == sorted(ids(stream(open_world(), size=200)))


@pytest.mark.parametrize(
    ("path", "stream_path", "headers", "holds"), [(LIST, STREAM, TR, 30), (INT_LIST, INT_STREAM, INT, 100)]
)
def test_list_has_the_limit_of_the_sellers_tier_and_the_stream_its_own(
    open_world: Opener, path: str, stream_path: str, headers: dict[str, str], holds: int
) -> None:
    ask = open_world(recipe=every_status(), limits="on")
    codes = []
    for place in range(holds + 1):
        if place % 50 == 49:
            later(ask, 10_000)
        codes.append(ask(path, headers).status_code)
    assert codes == [200] * holds + [429]
    assert ask(stream_path, headers).status_code == 200
