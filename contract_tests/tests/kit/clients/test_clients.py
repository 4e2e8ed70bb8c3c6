"""What the reference client does, and the one thing each broken client does otherwise."""

from __future__ import annotations

from decimal import Decimal
from email.utils import formatdate
from itertools import pairwise

import pytest
import requests

from contract_tests.clients.client import Client, export, sync
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.main import main, run_verb
from contract_tests.clients.patience import Clock
from contract_tests.clients.problems import Moved, Refused, TooManyRequests, Unreachable
from contract_tests.profiles.every import broken_client, reference_client
from contract_tests.profiles.finance.reference import DAY_MS, INTERNATIONAL, TURKISH
from contract_tests.tests.kit.support.market import (
    ENVIRONMENT,
    NOW_MS,
    Answer,
    Asked,
    Market,
    contents,
    entries,
)

CATALOGUE, FINANCE = reference_client("catalog-pull"), reference_client("finance")
AT_HOME = {**ENVIRONMENT, "TRENDYOL_SELLER_ID": "2738", "TRENDYOL_STOREFRONT": ""}


def run(market: Market, client: Client, copy: LocalCopy | None = None) -> LocalCopy:
    copy = copy or LocalCopy()
    sync(client, ENVIRONMENT, copy, market.session, market.clock)
    return copy


def named(name: str) -> Client:
    client = broken_client(name).client
    assert client
    return client


def spans(asked: list[Asked]) -> set[tuple[int, int]]:
    return {(int(one.query["startDate"]), int(one.query["endDate"])) for one in asked}


@pytest.mark.parametrize("tokens", ["until-last", "every-page"])
def test_reference_reads_by_token_from_the_first_answer_on(tokens: str) -> None:
    market = Market(contents(10_250), tokens=tokens)
    copy = run(market, CATALOGUE)
    assert len(export(CATALOGUE, "products", copy)) == 10_250
    assert [one.query.get("page") for one in market.asked if "nextPageToken" not in one.query] == ["0"]
    assert len(market.asked) == 103 + (tokens == "every-page")


def test_reference_reads_by_number_where_no_token_is_given() -> None:
    market = Market(contents(250), tokens="none")
    copy = run(market, CATALOGUE)
    assert len(export(CATALOGUE, "products", copy)) == 250


def test_reference_says_who_it_is() -> None:
    market = Market(contents(1))
    run(market, CATALOGUE)
    headers = market.asked[0].headers
    assert headers["User-Agent"] == "2748 - SelfIntegration"
    assert headers["storeFrontCode"] == "RO"
    assert headers["Authorization"].startswith("Basic ")


def test_reference_stays_below_50_requests_in_10_seconds() -> None:
    market = Market(contents(12_345))
    copy = run(market, CATALOGUE)
    run(market, CATALOGUE, copy=copy)
    values = [one.at for one in market.asked]
    assert all(later - earlier >= 10 for earlier, later in zip(values, values[49:], strict=False))


def test_reference_stays_below_100_finance_requests_a_minute() -> None:
    market = Market(entries(2_500))
    copy = LocalCopy()
    for _ in range(2):
        run(market, FINANCE, copy=copy)
    values = [one.at for one in market.asked]
    assert len(values) == 2 * 5 * 6 * 3
    assert all(later - earlier >= 60 for earlier, later in zip(values, values[99:], strict=False))


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("headers", "waited"), [({"Retry-After": "7"}, 7.0), ({}, 1.0)])
def test_reference_waits_and_asks_the_same_page_again(
    status: int, headers: dict[str, str], waited: float
) -> None:
    def refuse_third(number: int) -> Answer | None:
        return (status, headers, b"{}") if number == 3 else None

    market = Market(contents(500), refuse_third)
    copy = run(market, CATALOGUE)
    refused, again = market.asked[2:4]
    assert again.query == refused.query
    assert again.at - refused.at == waited
    assert len(export(CATALOGUE, "products", copy)) == 500


@pytest.mark.parametrize(
    "broken", [(502, {}, b"<html>"), (200, {}, b'{"totalElem'), (200, {}, b'{"errors": []}')]
)
def test_reference_gives_up_on_a_page_that_never_comes_and_stores_nothing(broken: Answer) -> None:
    market = Market(contents(500), lambda number: broken if number > 2 else None)
    copy = LocalCopy()
    with pytest.raises(Unreachable):
        run(market, CATALOGUE, copy=copy)
    assert len(market.asked) == 2 + 5
    assert export(CATALOGUE, "products", copy) == []


def test_reference_survives_a_connection_that_breaks() -> None:
    def break_second(number: int) -> Answer | None:
        if number == 2:
            raise requests.ConnectionError
        return None

    market = Market(contents(500), break_second)
    copy = run(market, CATALOGUE)
    assert len(export(CATALOGUE, "products", copy)) == 500


def test_reference_does_not_repeat_what_was_refused() -> None:
    market = Market(contents(500), lambda _: (403, {}, b"<html>"))
    with pytest.raises(Refused):
        run(market, CATALOGUE)
    assert len(market.asked) == 1


def test_reference_reads_again_when_a_content_left_between_two_pages() -> None:
    market = Market(contents(250))

    def leave(number: int) -> Answer | None:
        if number == 2:
            market.rows.pop(0)
        return None

    market.trouble = leave
    copy = run(market, CATALOGUE)
    assert len(export(CATALOGUE, "products", copy)) == 249


def test_reference_stores_nothing_when_the_data_never_rests() -> None:
    market = Market(contents(250))

    def leave(_number: int) -> Answer | None:
        market.rows.pop()
        return None

    market.trouble = leave
    copy = LocalCopy()
    with pytest.raises(Moved):
        run(market, CATALOGUE, copy=copy)
    assert export(CATALOGUE, "products", copy) == []


@pytest.mark.parametrize("times", [1, 2])
def test_reference_begins_again_when_its_token_is_refused(times: int) -> None:
    refused = {2, 4} if times == 2 else {2}
    market = Market(contents(250), lambda number: (400, {}, b"{}") if number in refused else None)
    copy = run(market, CATALOGUE)
    assert len(export(CATALOGUE, "products", copy)) == 250
    assert len(market.asked) == 3 + 2 * times


def test_reference_gives_up_when_every_token_is_refused() -> None:
    market = Market(contents(250), lambda number: (400, {}, b"{}") if number % 2 == 0 else None)
    with pytest.raises(Moved):
        run(market, CATALOGUE)
    assert len(market.asked) == 2 * 3


@pytest.mark.parametrize("status", [401, 403])
def test_reference_holds_nothing_of_a_run_that_was_locked_out(status: int) -> None:
    market = Market(entries(3), lambda number: (status, {}, b"<html>") if number == 12 else None)
    copy = LocalCopy()
    with pytest.raises(Refused):
        run(market, FINANCE, copy=copy)
    assert export(FINANCE, "settlements", copy) == []
    assert len(market.asked) == 12


@pytest.mark.parametrize("broken", [requests.ConnectionError, requests.exceptions.ChunkedEncodingError])
def test_reference_reads_a_window_again_that_broke_off(broken: type[Exception]) -> None:
    def break_third(number: int) -> Answer | None:
        if number == 3:
            raise broken
        return None

    market = Market(entries(3), break_third)
    run(market, FINANCE)
    assert market.asked[2].query == market.asked[3].query


def test_reference_keeps_a_date_in_retry_after() -> None:
    market = Market(contents(1))
    date = formatdate(market.now + 42, usegmt=True)
    market.trouble = lambda number: (429, {"Retry-After": date}, b"{}") if number == 1 else None
    run(market, CATALOGUE)
    assert market.asked[1].at - market.asked[0].at == 42


def test_reference_does_not_wait_for_an_hour() -> None:
    market = Market(contents(1), lambda _: (429, {"Retry-After": "3600"}, b"{}"))
    with pytest.raises(TooManyRequests):
        run(market, CATALOGUE)
    assert len(market.asked) == 1


def test_reference_shows_the_rows_of_its_span_alone() -> None:
    market = Market([entries(1)[0] | {"transactionDate": NOW_MS - 75 * DAY_MS}])
    copy = run(market, FINANCE)
    assert len(export(FINANCE, "settlements", copy)) == 1
    later = {**ENVIRONMENT, "TRENDYOL_NOW_MS": str(NOW_MS + 1)}
    sync(FINANCE, later, copy, market.session, market.clock)
    assert export(FINANCE, "totals", copy) == []


def test_reference_reads_the_clock_when_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 5.0)
    monkeypatch.setattr("time.sleep", lambda seconds: slept.append(seconds))
    slept: list[float] = []
    clock = Clock()
    clock.sleep(3.0)
    assert (clock.now(), slept) == (5.0, [3.0])


def test_reference_runs_in_process_with_an_environment_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    copy = LocalCopy()
    copy.replace("products", "contentId", contents(1))
    assert run_verb(CATALOGUE, ["sync"], {}, copy) == 1
    assert run_verb(CATALOGUE, ["export", "products"], {}, copy) == 0
    assert run_verb(CATALOGUE, ["reset"], {}, copy) == 0
    printed = capsys.readouterr()
    assert (printed.out.count("B0"), "TRENDYOL_BASE_URL" in printed.err) == (1, True)
    assert export(CATALOGUE, "products", copy) == []


def test_reference_forgets_what_is_no_longer_listed() -> None:
    market = Market(contents(3))
    copy = run(market, CATALOGUE)
    market.rows.pop()
    run(market, CATALOGUE, copy=copy)
    assert [row["barcode"] for row in export(CATALOGUE, "products", copy)] == ["B0", "B1"]


def test_reference_joins_windows_of_exactly_15_days() -> None:
    market = Market(entries(1))
    run(market, FINANCE)
    spans_in_order = sorted(spans(market.asked))
    assert spans_in_order[0][0] == NOW_MS - 75 * DAY_MS
    assert spans_in_order[-1][1] == NOW_MS
    assert {end - start for start, end in spans_in_order} == {15 * DAY_MS}
    assert all(earlier[1] == later[0] for earlier, later in pairwise(spans_in_order))


def test_reference_asks_for_every_international_type_by_itself() -> None:
    market = Market(entries(1))
    run(market, FINANCE)
    values = [one.query["transactionType"] for one in market.asked]
    assert set(values) == {name for types in INTERNATIONAL.values() for name in types}
    assert len(values) == 5 * 6


def test_reference_asks_for_all_turkish_types_at_once() -> None:
    market = Market(entries(1))
    sync(FINANCE, AT_HOME, LocalCopy(), market.session, market.clock)
    values = {one.query["transactionTypes"] for one in market.asked}
    assert values == {",".join(types) for types in TURKISH.values()}
    assert [len(types) for types in TURKISH.values()] == [25, 9]
    assert "storeFrontCode" not in market.asked[0].headers


def test_reference_reads_every_finance_page() -> None:
    market = Market(entries(2_500))
    copy = run(market, FINANCE)
    assert {one.query["page"] for one in market.asked} == {"0", "1", "2"}
    assert len(export(FINANCE, "settlements", copy)) == 2_500


def test_reference_counts_money_exactly_and_no_payout_as_income() -> None:
    copy = LocalCopy()
    taken_back = {"id": "3", "credit": 0, "debt": Decimal("449.99")}
    unpaid = {"id": "4", "paymentOrderId": None, "sellerRevenue": Decimal("0.10")}
    sale = entries(1)[0]
    copy.merge("settlements", "id", [*entries(3), sale | taken_back, sale | unpaid])
    payout = {"id": "7", "transactionType": "Ödeme", "paymentOrderId": 112360, "debt": 764.983, "credit": 0}
    copy.merge("otherfinancials", "id", [payout])
    no_parts = dict.fromkeys(("discounts", "corrections", "other"), "0")
    assert export(FINANCE, "totals", copy) == [
        {"paymentOrderId": 112360, "net": "764.9830", **no_parts},
        {"paymentOrderId": None, "net": "0.10", **no_parts},
    ]


def test_export_of_an_unknown_kind_shows_nothing() -> None:
    assert export(FINANCE, "claims", LocalCopy()) == []


def test_command_line_names_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TRENDYOL_BASE_URL", raising=False)
    assert main(CATALOGUE, ["sync"]) == 1
    assert "TRENDYOL_BASE_URL" in capsys.readouterr().err


def test_stops_at_the_wall_stores_the_first_10000_contents() -> None:
    market = Market(contents(10_250))
    copy = run(market, named("stops_at_the_wall"))
    assert len(export(CATALOGUE, "products", copy)) == 10_000
    assert len(market.asked) == 100


def test_drops_429_window_goes_on_without_the_refused_window() -> None:
    market = Market(entries(1), lambda number: (429, {}, b"{}") if number == 2 else None)
    run(market, named("drops_429_window"))
    refused = market.asked[1].query
    assert [one.query for one in market.asked].count(refused) == 1
    assert len(market.asked) == 5 * 6


def test_sixteen_day_windows_are_wider_than_15_days() -> None:
    market = Market(entries(1))
    run(market, named("sixteen_day_windows"))
    spans_in_order = sorted(spans(market.asked))
    assert max(end - start for start, end in spans_in_order) == 16 * DAY_MS - 1
    assert all(later[0] - earlier[1] == 1 for earlier, later in pairwise(spans_in_order))
