"""What a long history costs: as much more as it is longer, and the same verdict as by asking each of each."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest

from contract_tests.judge.rules.window_index import Stretch, index_of, is_covered
from contract_tests.judge.verdict import findings_of
from contract_tests.tests.effort import is_nightly
from emulator.stage.journal import Exchange
from emulator.stage.judge_rows import judge_rows
from emulator.world.core.collector import collector_at_rest

AGENT = [("Host", "localhost"), ("User-Agent", "2738 - SelfIntegration"), ("Authorization", "Basic YTpi")]
PAGE = b'{"page":0,"size":50,"totalPages":%d,"totalElements":%d,"content":[]}'
LIST, STREAM = "/integration/order/sellers/2738/v2/orders", "/integration/order/sellers/2738/orders/stream"
SETTLEMENTS, TOKEN = "/integration/finance/che/sellers/2738/settlements", "/api/auth/token"
NOW_MS, HOUR_MS, DAY_MS = 1_795_305_600_000, 3_600_000, 86_400_000
ROWS = b",".join([b'{"id": 1, "variants": []}'] * 900)
LONG, TIMES, MOST_TIMES, FULL, LONGEST_S = 500, 5, 12, 20_000, 12


def exchange(number: int, target: str, status: int = 200, body: bytes = b"", wait: str = "") -> Exchange:
    """One exchange of a client that asks fifty times a second."""
    answer = [("content-type", "application/json"), *([("retry-after", wait)] if wait else [])]
    at_s, ms = 1_795_000_000 + number / 50, 3_000_000
    return Exchange(
        number, None, None, "tr", 2738, "a", "GET", target, AGENT, b"", at_s, NOW_MS + number * 20, ms,
        status, answer, [body] if body else [],
    )  # fmt: skip


def polls(count: int) -> Iterator[Exchange]:
    """The last hour of the list, every minute, of which the first page alone is read."""
    for number in range(count):
        end_ms = NOW_MS + number * 60_000
        dates = f"startDate={end_ms - HOUR_MS}&endDate={end_ms}&size=50&page=0"
        yield exchange(number, f"{LIST}?{dates}", body=PAGE % (2, 70))


def refusals(count: int) -> Iterator[Exchange]:
    """A client that is told to wait and does not, always with another window."""
    for number in range(count):
        dates = f"startDate={NOW_MS - DAY_MS}&endDate={NOW_MS + number}"
        yield exchange(number, f"{LIST}?{dates}", 429, wait="9")


def same_refusal(count: int) -> Iterator[Exchange]:
    """A client that has got nowhere since its first answers."""
    for number in range(count):
        is_refusal = number > count / 2
        target = f"{LIST}?startDate={NOW_MS - DAY_MS}&endDate={NOW_MS if is_refusal else NOW_MS - number}"
        yield exchange(number, target, 429 if is_refusal else 200, wait="9" if is_refusal else "")


def filters(count: int) -> Iterator[Exchange]:
    """Each order by its number, and each window of settlements by its type."""
    for number in range(count):
        dates = f"startDate={NOW_MS - DAY_MS - number}&endDate={NOW_MS}&transactionType=Sale&size=50&page=0"
        target = f"{SETTLEMENTS}?{dates}" if number % 2 else f"{LIST}?orderNumber={number}"
        yield exchange(number, target, body=PAGE % (1, 1))


def cursors(count: int) -> Iterator[Exchange]:
    """A stream whose cursors are never followed."""
    for number in range(count):
        dates = f"lastModifiedStartDate={NOW_MS - number}&lastModifiedEndDate={NOW_MS}"
        yield exchange(number, f"{STREAM}?{dates}", body=b'{"hasMore":true,"nextCursor":"%d"}' % number)


KINDS = {one.__name__: one for one in (polls, refusals, same_refusal, filters, cursors)}


LONG_PAGES = {
    "/integration/product/sellers/2738/products/approved": "content",
    "/integration/product/sellers/2738/products/unapproved": "content",
    "/integration/product/categories/411/attributes": "categoryAttributes",
    "/integration/product/product-categories": "categories",
    LIST: "content",
    SETTLEMENTS: "content",
    "/integration/qna/sellers/2738/questions/filter": "content",
    "/integration/order/sellers/2738/claims": "content",
}


def test_long_pages_whose_rows_were_left_out_break_no_judge() -> None:
    pages = [
        exchange(number, target, body=b'{"totalElements": 900, "%s": [%s]}' % (name.encode(), ROWS))
        for number, (target, name) in enumerate(LONG_PAGES.items())
    ]
    assert findings_of(judge_rows(pages))


def judging_s(exchanges: list[Exchange]) -> float:
    """How much of the processor a verdict takes."""
    with collector_at_rest():
        began_s = time.process_time()
        findings_of(judge_rows(exchanges))
        return time.process_time() - began_s


@pytest.mark.parametrize("kind", KINDS if is_nightly() else ["polls"])
def test_longer_history_costs_as_much_more_as_it_is_longer(kind: str) -> None:
    judging_s([*KINDS[kind](10)])
    short_s = min(judging_s([*KINDS[kind](LONG)]) for _ in "12")
    long_s = judging_s([*KINDS[kind](LONG * TIMES)])
    assert long_s < MOST_TIMES * max(short_s, 0.01), f"{short_s:.2f} s, {TIMES} times as long {long_s:.2f} s"


@pytest.mark.nightly
@pytest.mark.parametrize("kind", KINDS)
def test_full_journal_is_judged_in_seconds(kind: str) -> None:
    assert judging_s([*KINDS[kind](FULL)]) < LONGEST_S


@pytest.mark.parametrize("seed", range(200 if is_nightly() else 40))
def test_index_of_windows_says_what_asking_each_of_them_says(seed: int) -> None:
    chance = random.Random(seed)
    stretches = {_stretch(chance) for _ in range(chance.randint(1, 8))}
    index, (start, end) = index_of(stretches), _stretch(chance)
    other = chance.choice([*stretches, None])
    others = stretches - {other} if other else stretches
    covered_ms = {ms for one in others for ms in range(one[0], one[1] + 1)}
    assert is_covered([(index, other)], start, end) == (set(range(start, end + 1)) <= covered_ms)
    within = {one for one in stretches if start <= one[0] and one[1] <= end}
    assert index.holds_one_within((start, end), is_smaller=False) == bool(within)
    assert index.holds_one_within((start, end), is_smaller=True) == bool(within - {(start, end)})
    beyond = [one[0] for one in others if one[1] > end]
    assert index.first_start_beyond(end, other) == min(beyond, default=float("inf"))


def _stretch(chance: random.Random) -> Stretch:
    start = chance.randint(0, 20)
    return start, start + chance.randint(0, 8)
