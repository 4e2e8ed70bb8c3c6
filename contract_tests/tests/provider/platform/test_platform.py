"""The platform's own rules: who may ask, how, how often; each refusal in its envelope."""

from __future__ import annotations

import base64
import time
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, NOW_MS, TR, Ask, Opener, basic
from emulator import Settings, create_app
from emulator.contract.contract import load_contract

APPROVED = "/integration/product/sellers/2748/products/approved"
SETTLEMENTS = "/integration/finance/che/sellers/2748/settlements"
OTHERS = "/integration/finance/che/sellers/2748/otherfinancials"
DAY_MS = 86_400_000
SALES: dict[str, Any] = {"transactionType": "Sale", "startDate": NOW_MS - DAY_MS, "endDate": NOW_MS}


def first_error(answer: Any) -> Any:
    return answer.json["errors"][0]


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.headers.get("X-Emulator-Rule", "")


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        (None, "credentials-missing"),
        (basic("demo-int-key", "wrong"), "credentials-invalid"),
        (basic("nobody", "demo-int-secret"), "credentials-invalid"),
        ("Basic ???", "credentials-undecodable"),
        ("Basic " + base64.b64encode(b"\xff\xfe:x").decode(), "credentials-undecodable"),
        ("Basic " + base64.b64encode(b"no colon").decode(), "credentials-undecodable"),
        ("Bearer abc", "credentials-undecodable"),
        ("Basic \xff\xfe", "credentials-undecodable"),
    ],
)
def test_wrong_credentials_are_401_with_the_documented_exception(
    ask: Ask, header: str | None, rule: str
) -> None:
    headers = {name: value for name, value in {**INT, "Authorization": header}.items() if value is not None}
    answer = ask(APPROVED, headers)
    assert refused(answer) == (401, rule)
    assert answer.json["exception"] == "ClientApiAuthenticationException"


def test_key_of_another_seller_is_401_not_403(ask: Ask) -> None:
    answer = ask("/integration/product/sellers/2738/products/approved")
    assert refused(answer) == (401, "seller-mismatch")
    assert answer.json["exception"] == "TrendyolAuthorizationException"
    assert first_error(answer)["key"] == "basic.authorization.failed"


def test_seller_nobody_knows_is_401(ask: Ask) -> None:
    assert refused(ask("/integration/product/sellers/999999/products/approved"))[0] == 401


@pytest.mark.parametrize("agent", ["", "   "])
def test_request_without_user_agent_is_403(ask: Ask, agent: str) -> None:
    assert refused(ask(APPROVED, {**INT, "User-Agent": agent})) == (403, "user-agent-missing")


AGENTS = {
    "2748 - SelfIntegration": 200,
    "2748 - Self Integration": 200,
    "2748 - Entegrator42": 200,
    "2748 - " + "a" * 30: 200,
    "2748 - " + "a" * 31: 403,
    "2748 - Ad Soyad": 403,
    "python-requests/2.32": 403,
    "SelfIntegration": 403,
}


@pytest.mark.parametrize("agent", AGENTS)
def test_form_of_the_user_agent_is_not_judged_by_default(ask: Ask, agent: str) -> None:
    assert ask(APPROVED, {**INT, "User-Agent": agent}).status_code == 200


def test_form_of_the_user_agent_is_judged_in_strict_mode() -> None:
    app = create_app(Settings(world="empty", strict=True, check_answers=True))
    client = app.test_client()
    answers = {agent: client.get(APPROVED, headers={**INT, "User-Agent": agent}) for agent in AGENTS}
    app.extensions["stages"].close_all()
    assert {agent: answer.status_code for agent, answer in answers.items()} == AGENTS
    rules = {answer.headers.get("X-Emulator-Rule") for answer in answers.values()}
    assert rules == {None, "user-agent-malformed"}


@pytest.mark.server_error
def test_allow_list_is_off_until_a_seller_has_one(ask: Ask) -> None:
    assert ask(APPROVED).status_code == 200
    ask.control("PATCH", "/sellers/2748", {"allowed_ips": ["10.1.2.3"]})
    assert refused(ask(APPROVED)) == (503, "ip-not-allowed")
    assert ask("/integration/product/sellers/2738/products/approved", TR).status_code == 200
    ask.control("PATCH", "/sellers/2748", {"allowed_ips": ["10.1.2.3", "127.0.0.1"]})
    assert ask(APPROVED).status_code == 200


def test_allow_list_may_answer_as_the_edge_does(open_world: Opener) -> None:
    ask = open_world("empty", decisions={"ip-refusal": "edge-403-html"})
    ask.control("PATCH", "/sellers/2748", {"allowed_ips": ["10.1.2.3"]})
    answer = ask(APPROVED)
    assert refused(answer) == (403, "ip-not-allowed-edge")
    assert answer.content_type.startswith("text/html")
    assert "<html" in answer.text


def test_unknown_storefront_is_400(ask: Ask) -> None:
    answer = ask(APPROVED, {**INT, "storeFrontCode": "XX"})
    assert refused(answer) == (400, "storefront-invalid")
    assert first_error(answer)["key"] == "invalid.storefrontcode"


def test_absent_storefront_shows_an_international_seller_nothing(ask: Ask) -> None:
    without = {name: value for name, value in INT.items() if name != "storeFrontCode"}
    assert ask(APPROVED, without).json["totalElements"] == 0
    assert ask(APPROVED).json["totalElements"] > 0


def test_absent_storefront_is_refused_where_that_is_decided(open_world: Opener) -> None:
    ask = open_world("empty", decisions={"storefront-missing": "refuse"})
    without = {name: value for name, value in INT.items() if name != "storeFrontCode"}
    assert refused(ask(APPROVED, without)) == (400, "storefront-missing")
    assert ask("/integration/product/sellers/2738/products/approved", TR).status_code == 200


@pytest.mark.parametrize("code", ["TR", "1", ""])
def test_turkish_edition_takes_the_storefront_or_leaves_it(ask: Ask, code: str) -> None:
    answer = ask("/integration/product/sellers/2738/products/approved", {**TR, "storeFrontCode": code})
    assert answer.json["totalElements"] > 0


def test_language_changes_the_words_of_a_product(ask: Ask) -> None:
    def titles(language: str) -> list[str]:
        page = ask(APPROVED, {**INT, "Accept-Language": language}).json
        return [entry["title"] for entry in page["content"]]

    assert titles("ro") != titles("en")
    assert titles("ro-RO,ro;q=0.9,en;q=0.8") == titles("ro")
    assert titles("fr") == titles("en") == titles("") == titles("tr")


def test_language_changes_the_words_of_a_refusal(ask: Ask) -> None:
    def message(language: str) -> str:
        return str(first_error(ask(APPROVED, {**INT, "Accept-Language": language}, size=101))["message"])

    assert message("tr-TR,tr;q=0.9") == message("tr") == "Sayfa boyutu geçersiz: 101"
    assert message("en") == message("ro") == message("") != message("tr")


def bucket(operation_id: str, edition: str, name: str) -> Any:
    operation = next(
        entry for entry in load_contract().operations if (entry.id, entry.edition) == (operation_id, edition)
    )
    return next(entry for entry in operation.buckets if entry.name == name)


def test_request_after_the_last_allowed_one_is_429_until_the_clock_moves(open_world: Opener) -> None:
    ask = open_world("empty", limits="on")
    ask.control("POST", "/clock/freeze", {})
    limit = bucket("filterApprovedProducts", "int", "")
    assert [ask(APPROVED).status_code for _ in range(limit.requests)] == [200] * limit.requests
    answer = ask(APPROVED)
    assert refused(answer) == (429, "too-many-requests")
    assert first_error(answer)["key"] == "too.many.requests"
    assert "Retry-After" not in answer.headers
    ask.control("POST", "/clock/advance", {"ms": limit.per_ms - 1})
    assert ask(APPROVED).status_code == 429
    ask.control("POST", "/clock/advance", {"ms": 1})
    assert ask(APPROVED).status_code == 200


def test_limit_counts_each_endpoint_by_itself(open_world: Opener) -> None:
    ask = open_world("empty", limits="on")
    ask.control("POST", "/clock/freeze", {})
    for _ in range(bucket("filterApprovedProducts", "int", "").requests + 1):
        last = ask(APPROVED)
    assert last.status_code == 429
    assert ask(f"{APPROVED}/inventory-and-price").status_code == 200


def test_group_limit_is_shared_by_the_services_of_the_group(open_world: Opener) -> None:
    ask = open_world("empty", limits="on")
    ask.control("POST", "/clock/freeze", {})
    endpoint, group = bucket("getSettlements", "int", ""), bucket("getSettlements", "int", "finance")
    for index in range(group.requests):
        if index % endpoint.requests == 0:
            ask.control("POST", "/clock/advance", {"ms": endpoint.per_ms})
        path, kind = ((SETTLEMENTS, "Sale"), (OTHERS, "PaymentOrder"))[index % 2]
        assert ask(path, **{**SALES, "transactionType": kind}).status_code == 200, index
    ask.control("POST", "/clock/advance", {"ms": endpoint.per_ms})
    assert refused(ask(SETTLEMENTS, **SALES)) == (429, "too-many-requests")
    assert refused(ask(OTHERS, **{**SALES, "transactionType": "PaymentOrder"})) == (429, "too-many-requests")
    assert ask(APPROVED).status_code == 200


def test_refusal_tells_when_to_come_back_where_that_is_decided(open_world: Opener) -> None:
    ask = open_world("empty", limits="on", decisions={"retry-after": "seconds"})
    ask.control("POST", "/clock/freeze", {})
    for _ in range(bucket("filterApprovedProducts", "int", "").requests + 1):
        answer = ask(APPROVED)
    assert answer.headers["Retry-After"] == "10"


@pytest.mark.parametrize(
    "path", ["/integration/product/nothing", "/integration/x", "/integration/sapigw/x", "/sapigwx", "/x"]
)
def test_unknown_path_is_404_in_json(ask: Ask, path: str) -> None:
    answer = ask(path)
    assert refused(answer) == (404, "path-unknown")
    assert first_error(answer)["key"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize(
    "path", ["/sapigw/suppliers/2748/orders", "/stagesapigw/brands?%7B%22page%22:%200%7D", "/sapigw"]
)
def test_retired_path_is_404_in_json_and_names_the_new_one(ask: Ask, method: str, path: str) -> None:
    answer = ask.send(method, path, data=b"{}" if method != "GET" else b"")
    assert refused(answer) == (404, "path-retired")
    assert "/integration" in first_error(answer)["message"]


@pytest.mark.parametrize("query", ["name=\xc3\x87i\xc3\xa7ek&Co", "name=%FF%FE", '{"page": 0}', "x=\xff"])
def test_odd_query_bytes_on_a_retired_path_are_answered(ask: Ask, query: str) -> None:
    assert refused(ask.send("GET", f"/sapigw/brands/by-name?{query}")) == (404, "path-retired")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_wrong_method_is_405_and_names_the_right_ones(ask: Ask, method: str) -> None:
    answer = ask.send(method, APPROVED, headers=INT)
    assert refused(answer) == (405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET"
    assert first_error(answer)["key"]


def test_world_nobody_opened_is_404(app: Any) -> None:
    answer = app.test_client().get("/w/nowhere" + APPROVED, headers=INT)
    assert refused(answer) == (404, "world-unknown")


@pytest.mark.parametrize(
    "query", ["barcode=\xc3\x87i\xc3\xa7ek&Co", "barcode=%FF%FE", "%7B%22page%22:%200%7D", "x=\xff"]
)
def test_odd_query_bytes_are_answered(ask: Ask, query: str) -> None:
    assert ask.send("GET", f"{APPROVED}?{query}", headers=INT).status_code in {200, 400}


def test_repeated_single_parameter_is_400(ask: Ask) -> None:
    assert refused(ask.send("GET", f"{APPROVED}?page=0&page=1", headers=INT)) == (400, "parameter-repeated")


def test_body_on_a_read_is_ignored_also_in_chunks(ask: Ask) -> None:
    answer = ask.send("GET", APPROVED, headers={**INT, "Transfer-Encoding": "chunked"}, data=b"{}")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("body", "kind", "status", "rule"),
    [
        (b"{", "application/json", 400, "body-malformed"),
        (b"", "application/json", 400, "body-malformed"),
        (b'{"ms": 1}', "text/plain", 415, "media-type-unsupported"),
        (b'{"ms": "1"}', "application/json", 400, "control-body-invalid"),
        (b'{"ms": 1}' + b" " * 10 * 2**20, "application/json", 413, "body-too-large"),
    ],
)
def test_body_that_cannot_be_used_is_refused(
    ask: Ask, body: bytes, kind: str, status: int, rule: str
) -> None:
    answer = ask.send("POST", "/_emulator/clock/advance", data=body, content_type=kind)
    assert answer.status_code == status
    assert rule in {refused(answer)[1], "control-body-invalid"}
    assert answer.json["error"]


@pytest.mark.parametrize("path", ["/_emulator/moves", "/_emulator/clock/advance", "/_emulator/worlds"])
@pytest.mark.parametrize(
    "body", [b'{"a":' * 300 + b"1" + b"}" * 300, b"[" * 3000, b'{"ms": 1' + b"0" * 5000 + b"}"]
)
def test_body_of_a_monstrous_shape_is_refused(ask: Ask, path: str, body: bytes) -> None:
    answer = ask.send("POST", path, data=body, content_type="application/json")
    assert answer.status_code == 400


def test_number_of_endless_digits_in_a_path_is_no_seller(ask: Ask) -> None:
    path = f"/integration/product/sellers/{'9' * 4400}/products/approved"
    assert refused(ask(path)) == (401, "seller-mismatch")


def test_first_breach_of_many_is_enough(ask: Ask) -> None:
    faults = {"operation": "*", "headers": dict.fromkeys(map(str, range(50_000)), 7)}
    began = time.monotonic()
    answer = ask.send("POST", "/_emulator/faults", json=faults)
    assert time.monotonic() - began < 2
    assert answer.status_code == 400
    assert len(answer.text) < 1000


def test_body_shorter_than_its_length_is_refused(ask: Ask) -> None:
    answer = ask.send("GET", APPROVED, headers=INT, data=b"{}", environ_overrides={"CONTENT_LENGTH": "9"})
    assert refused(answer) == (400, "body-incomplete")


@pytest.mark.parametrize(
    ("path", "more", "status", "rule"),
    [
        (f"{APPROVED}?barcode={'a' * 33_000}", {}, 414, "address-too-long"),
        (APPROVED, {"X-Filler": "a" * 66_000}, 431, "head-too-large"),
    ],
)
def test_endless_head_is_refused(ask: Ask, path: str, more: dict[str, str], status: int, rule: str) -> None:
    assert refused(ask.send("GET", path, headers={**INT, **more})) == (status, rule)


@pytest.mark.parametrize(
    ("status", "rule"),
    [
        (429, "too-many-requests"),
        (500, "internal-error"),
        (502, "bad-gateway"),
        (503, "service-unavailable"),
        (504, "gateway-timeout"),
    ],
)
def test_injected_fault_speaks_as_the_platform_does(ask: Ask, status: int, rule: str) -> None:
    ask.control(
        "POST",
        "/faults",
        {"operation": "filterApprovedProducts", "at": 2, "status": status, "retry_after": 3},
    )
    answers = [ask(APPROVED) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, status, 200]
    assert refused(answers[1]) == (status, rule)
    assert answers[1].headers["Retry-After"] == "3"
    assert first_error(answers[1])["key"]


def test_delayed_answer_comes_late_and_whole(ask: Ask) -> None:
    ask.control("POST", "/faults", {"operation": "*", "delay_ms": 30})
    began = time.monotonic()
    assert ask(APPROVED).status_code == 200
    assert time.monotonic() - began >= 0.03


@pytest.mark.server_error
def test_broken_handler_is_a_loud_500_with_the_journal_id(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("emulator.trendyol.products.handlers.find", broken)
    answer = ask(APPROVED)
    assert refused(answer) == (500, "internal-error")
    assert answer.json["exception"] == "TrendyolSystemException"
    assert f"request {answer.headers['X-Emulator-Request']} of stage" in caplog.text


def test_missing_parameter_is_400(ask: Ask) -> None:
    answer = ask("/_emulator/truth/products")
    assert refused(answer) == (400, "parameter-missing")


def test_control_is_for_this_machine_only(ask: Ask) -> None:
    answer = ask.send("GET", "/_emulator/clock", environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert refused(answer)[1] == "control-token-required"


def test_control_token_is_asked_for_once_it_is_set() -> None:
    app = create_app(Settings(world="empty", control_token="s3", check_answers=True))
    client = app.test_client()
    far = {"REMOTE_ADDR": "10.0.0.9"}
    assert client.get("/_emulator/clock").status_code == 401
    bearer = {"Authorization": "Bearer s3"}
    assert client.get("/_emulator/clock", headers=bearer, environ_base=far).status_code == 200
    app.extensions["stages"].close_all()


def test_answers_explain_themselves_unless_told_not_to() -> None:
    app = create_app(Settings(world="empty", emulator_headers=False))
    names = {name for name, _ in app.test_client().get(APPROVED).headers}
    app.extensions["stages"].close_all()
    assert not {name for name in names if name.startswith("X-Emulator")}
