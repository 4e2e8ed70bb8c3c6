"""Who may ask: credentials, User-Agent, allow-list, storefront, language."""

from __future__ import annotations

import base64

import pytest

from contract_tests.tests.provider.conftest import INT, TR, Ask, Opener, basic
from contract_tests.tests.provider.support.refusals import (
    APPROVED,
    first_error,
    refused,
)
from emulator import Settings, create_app


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
