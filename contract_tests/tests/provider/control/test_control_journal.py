"""The journal over HTTP: what was asked and answered, in three forms, without the secrets."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from contract_tests.tests.provider.conftest import INT, Ask
from contract_tests.tests.provider.support.control import SALES, SETTLEMENTS, refusal
from emulator import Settings, create_app


def test_journal_shows_vendor_requests_only(ask: Ask) -> None:
    ask(SETTLEMENTS, **SALES)
    ask.control("GET", "/clock")
    body = ask.control("GET", "/requests")
    assert (body["count"], body["requests"][0]["operation"]) == (1, "getSettlements")


def test_journal_filters_and_limits_to_the_newest(ask: Ask) -> None:
    for _ in range(3):
        ask(SETTLEMENTS, **SALES)
    ask(SETTLEMENTS, headers={})
    assert ask.control("GET", "/requests", status=401)["count"] == 1
    body = ask.control("GET", "/requests", operation="getSettlements", status=200, limit=1)
    assert (body["count"], [row["id"] for row in body["requests"]]) == (3, [3])
    assert ask.control("GET", "/requests", limit=0)["requests"] == []
    assert [row["id"] for row in ask.control("GET", "/requests", since=3)["requests"]] == [4]


def test_journal_tells_the_refusal_and_its_source(ask: Ask) -> None:
    ask(SETTLEMENTS, headers={})
    (row,) = ask.control("GET", "/requests")["requests"]
    assert (row["refusal"], row["source"]) == ("credentials-missing", "docs/2-authorization")


def test_source_with_turkish_letters_is_told_too(ask: Ask) -> None:
    answer = ask(f"{SETTLEMENTS}/nothing")
    assert answer.headers["X-Emulator-Source"] == "docs/hata-kodlar%C4%B1"
    assert ask.control("GET", "/requests")["requests"][0]["source"] == "docs/hata-kodları"


def test_journal_names_the_key_and_never_the_secret(ask: Ask) -> None:
    ask(SETTLEMENTS, **SALES)
    exports = [ask.send("GET", f"/_emulator/requests?format={form}").text for form in ("json", "har")]
    assert all("demo-int-key" in export for export in exports)
    assert not any(INT["Authorization"].split()[1] in export for export in exports)


def test_journal_as_har_holds_the_answer_as_sent(ask: Ask) -> None:
    answer = ask(SETTLEMENTS, **SALES)
    (entry,) = ask.control("GET", "/requests", format="har")["log"]["entries"]
    assert entry["response"]["content"]["text"] == answer.text
    assert entry["_emulator"]["operation"] == "getSettlements"
    assert f"{ask.prefix}{SETTLEMENTS}?" in entry["request"]["url"]


def test_journal_as_ndjson_is_a_row_a_line(ask: Ask) -> None:
    for _ in range(2):
        ask(SETTLEMENTS, **SALES)
    answer = ask.send("GET", "/_emulator/requests", query_string={"format": "ndjson"})
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert [orjson.loads(line)["id"] for line in answer.data.splitlines()] == [1, 2]


def test_answer_header_names_the_exchange(ask: Ask) -> None:
    answer = ask(SETTLEMENTS, **SALES)
    body = ask.control("GET", f"/requests/{answer.headers['X-Emulator-Request']}")
    assert body["response_body"] == answer.text


def test_unknown_exchange_is_refused(ask: Ask) -> None:
    assert refusal(ask, "GET", "/requests/99") == (404, "request-unknown")
    assert refusal(ask, "GET", "/requests/0") == (400, "invalid.parameter")


def test_emptied_journal_goes_on_counting(ask: Ask) -> None:
    ask(SETTLEMENTS, **SALES)
    assert ask.control("DELETE", "/requests") == {"cleared": 1}
    ask(SETTLEMENTS, **SALES)
    assert [row["id"] for row in ask.control("GET", "/requests")["requests"]] == [2]


@pytest.mark.parametrize("query", [{"status": "abc"}, {"limit": -1}, {"format": "xml"}, {"since": "1.5"}])
def test_journal_refuses_a_filter_that_cannot_be(ask: Ask, query: Any) -> None:
    assert refusal(ask, "GET", "/requests", **query) == (400, "invalid.parameter")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/requests", "status=400&status=401"),
        ("/truth/products", "seller=2748&seller=2738"),
        ("/openapi.json", "name=control&name=control"),
    ],
)
def test_repeated_parameter_is_refused(ask: Ask, path: str, query: str) -> None:
    answer = ask.send("GET", f"/_emulator{path}", query_string=query)
    assert (answer.status_code, answer.get_json()["error"]) == (400, "repeated.parameter")


def test_findings_name_the_rule_that_was_broken(ask: Ask) -> None:
    ask(SETTLEMENTS, headers={name: value for name, value in INT.items() if name != "User-Agent"}, **SALES)
    assert ask.control("GET", "/findings")["findings"]


def test_rule_of_an_edition_is_silent_where_the_edition_is_a_guess(ask: Ask) -> None:
    for headers in ({"User-Agent": "2738 - SelfIntegration"}, {**INT, "Authorization": "Basic bm9ib2R5Om4="}):
        nameless = {name: value for name, value in headers.items() if name != "storeFrontCode"}
        assert ask("/integration/product/brands", nameless).status_code == 401
    assert {row["edition"] for row in ask.control("GET", "/requests")["requests"]} == {None}
    assert "TY-PLT-005" not in {finding["rule"] for finding in ask.control("GET", "/findings")["findings"]}
    ask("/integration/product/sellers/2748/products/approved", {"User-Agent": "2748 - SelfIntegration"})
    assert "TY-PLT-005" in {finding["rule"] for finding in ask.control("GET", "/findings")["findings"]}


def test_findings_without_the_kit_say_what_is_missing() -> None:
    app = create_app(Settings(world="empty", check_answers=True))
    app.extensions["stages"].find_judge = lambda: None
    assert refusal(Ask(app, ""), "GET", "/findings") == (501, "kit-missing")
    app.extensions["stages"].close_all()
