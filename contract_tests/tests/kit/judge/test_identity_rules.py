"""Judges of who asks."""

import pytest

from contract_tests.tests.kit.support.recording import APPROVED, asked, broken, contents, findings

PRODUCT = "/integration/product/sellers/2748/product/8690000000001"


def test_well_behaved_request_breaks_nothing() -> None:
    assert broken(asked(PRODUCT)) == set()


def test_missing_user_agent_is_found() -> None:
    assert broken(asked(PRODUCT, drop="User-Agent", status=403)) == {"TY-PLT-001"}


@pytest.mark.parametrize(
    "agent", ["python-requests/2.32", "Mozilla/5.0 (X11)", "dentalpazar - SelfIntegration"]
)
def test_user_agent_of_another_form_is_found(agent: str) -> None:
    assert broken(asked(PRODUCT, User_Agent=agent)) == {"TY-PLT-002"}


@pytest.mark.parametrize(
    "agent", ["2748 - SelfIntegration", "2748 - TrendyolSoft", "2748 - Self Integration"]
)
def test_documented_user_agent_is_right(agent: str) -> None:
    assert broken(asked(PRODUCT, User_Agent=agent)) == set()


def test_user_agents_of_another_form_are_one_finding_that_names_each() -> None:
    agents = ("shop/1", "python-requests/2.32", "shop/1")
    (finding,) = findings(*(asked(PRODUCT, User_Agent=agent) for agent in agents))
    assert finding.evidence == 'User-Agent is "shop/1" and "python-requests/2.32"'


def test_user_agent_of_another_seller_is_found() -> None:
    assert broken(asked(PRODUCT, User_Agent="2738 - SelfIntegration")) == {"TY-PLT-003"}


def test_missing_storefront_is_found() -> None:
    assert broken(asked(PRODUCT, drop="storeFrontCode")) == {"TY-PLT-005"}


def test_missing_storefront_is_right_in_the_turkish_edition() -> None:
    assert broken(asked(PRODUCT, drop="storeFrontCode"), edition="tr") == set()


def test_missing_language_is_advice() -> None:
    assert [finding.blocking for finding in findings(asked(PRODUCT, drop="Accept-Language"))] == [False]


@pytest.mark.parametrize("value", ["Bearer abc", "Basic !!!", "Basic a2V5b25seQ==", "a2V5OnNlY3JldA=="])
def test_authorization_built_wrongly_is_found(value: str) -> None:
    assert broken(asked(PRODUCT, Authorization=value, status=401)) == {"TY-PLT-004"}


def test_missing_authorization_is_found_when_refused() -> None:
    assert broken(asked(PRODUCT, drop="Authorization", status=401)) == {"TY-PLT-004"}


def test_recording_without_authorization_is_not_judged_for_it() -> None:
    assert broken(asked(PRODUCT, drop="Authorization")) == set()


def test_masked_authorization_of_a_journal_is_right() -> None:
    assert broken(asked(PRODUCT, Authorization="Basic ***")) == set()


@pytest.mark.parametrize("query", ["apiKey=k", "api_secret=s", "password=p", "x=demo-secret"])
def test_secret_in_the_query_is_found(query: str) -> None:
    assert broken(asked(PRODUCT, query)) == {"TY-PLT-006", "TY-PLT-019"}


def test_page_token_is_no_secret() -> None:
    assert broken(contents(0, 1), contents(1, 1, token="after-0")) == set()


def test_one_mistake_made_often_is_one_finding() -> None:
    entries = [asked(PRODUCT, drop="User-Agent", status=403) for _ in range(3)]
    assert [finding.count for finding in findings(*entries) if finding.rule.id == "TY-PLT-001"] == [3]


def test_repeat_line_keeps_the_secret_in_the_environment() -> None:
    (finding,) = findings(asked(APPROVED, {"size": 101}))
    assert "demo-secret" not in finding.repeat
    assert finding.repeat.endswith('-u "$TRENDYOL_API_KEY:$TRENDYOL_API_SECRET"')


def test_credentials_sent_when_a_401_asks_for_them_are_right() -> None:
    path, challenge = "/b2bbuyergateway/v1_1/offers", {"WWW-Authenticate": 'Basic realm="B2BbuyerGateway"'}
    refused = asked(path, "Page=1", status=401, drop="Authorization", told=challenge)
    assert "TY-B2B-001" not in broken(refused, asked(path, "Page=1", body=[]))
    assert "TY-B2B-001" in broken(refused, asked(path, "Page=2", body=[]))
    assert "TY-B2B-001" in broken(refused, refused)
    unasked = asked(path, "Page=1", status=401, drop="Authorization")
    assert "TY-B2B-001" in broken(unasked, asked(path, "Page=1", body=[]))
