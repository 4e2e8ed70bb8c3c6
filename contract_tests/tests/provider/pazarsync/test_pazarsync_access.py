"""Who may use the PazarSync API: credentials, tokens and their hour, plans and their quotas."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest
from joserfc import jws
from joserfc.jwk import OctKey

from contract_tests.tests.provider.conftest import NOW_MS, Ask, Opener, basic
from contract_tests.tests.provider.support.pazarsync import (
    BATCH,
    HOUR_MS,
    ISLETME,
    KURUMSAL,
    ORDERS,
    PRINTED,
    PRODUCTS,
    TEMEL,
    TOKEN,
    Account,
    bearer,
    credentials,
    refused,
    token,
)
from emulator.contract.contract import load_contract

MINUTE_MS, DAY_MS = 60_000, 86_400_000
PLANS = {"temel": TEMEL, "isletme": ISLETME, "kurumsal": KURUMSAL}
MINUTE, DAY = next(entry for entry in load_contract().operations if entry.id == "listProducts").buckets
HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def with_token(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def part(value: Any) -> str:
    """Write one part of a token by hand."""
    return base64.urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


def claims(text: str) -> Any:
    body = text.split(".")[1]
    return orjson.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def standing(answer: Any) -> tuple[int, ...]:
    return tuple(int(answer.headers[name]) for name in HEADERS)


def frozen(open_world: Opener, **options: Any) -> Ask:
    ask = open_world("empty", **options)
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    return ask


def test_token_is_a_signed_jwt_with_the_printed_head(open_world: Opener) -> None:
    answer = frozen(open_world).send("POST", TOKEN, json=credentials())
    assert answer.status_code == 200
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("bearer", 3600)
    assert answer.json["access_token"].startswith("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.")
    said = claims(answer.json["access_token"])
    assert said["sub"] == TEMEL[0]
    assert (said["iat"], said["exp"]) == (NOW_MS // 1000, NOW_MS // 1000 + 3600)


@pytest.mark.parametrize(
    "world",
    [
        "empty",
        "demo",
        "samples",
        *(
            pytest.param(name, marks=pytest.mark.nightly)
            for name in ("wall", "wall-orders", "wall-orders-tr", "wall-tr")
        ),
    ],
)
def test_clients_are_there_in_every_world(open_world: Opener, world: str) -> None:
    ask = open_world(world)
    for pair in (*PLANS.values(), PRINTED):
        assert Account(ask, pair).get(PRODUCTS).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "rule", "key"),
    [
        (credentials(("nobody", TEMEL[1])), 401, "pazarsync-client-unknown", "invalid_client"),
        (credentials((TEMEL[0], "wrong")), 401, "pazarsync-client-secret-wrong", "invalid_client"),
        (credentials(grant_type="password"), 400, "pazarsync-grant-unsupported", "unsupported_grant_type"),
        (credentials(grant_type=7), 400, "pazarsync-grant-unsupported", "unsupported_grant_type"),
        ({**credentials(), "client_id": 7}, 400, "pazarsync-body-invalid", "invalid_request"),
        ([], 400, "pazarsync-body-invalid", "invalid_request"),
    ],
)
def test_each_wrong_token_request_has_its_own_refusal(
    ask: Ask, body: Any, status: int, rule: str, key: str
) -> None:
    answer = ask.send("POST", TOKEN, json=body)
    assert refused(answer) == (status, rule)
    assert answer.json["error"] == key
    assert answer.json["message"]
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


@pytest.mark.parametrize("field", ["client_id", "client_secret", "grant_type"])
def test_missing_field_is_named(ask: Ask, field: str) -> None:
    body = {name: value for name, value in credentials().items() if name != field}
    answer = ask.send("POST", TOKEN, json=body)
    assert refused(answer) == (400, "pazarsync-field-missing")
    assert field in answer.json["message"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "rule"),
    [
        (b"{", "application/json", 400, "body-malformed"),
        (b"", "application/json", 400, "body-malformed"),
        (
            b"grant_type=client_credentials",
            "application/x-www-form-urlencoded",
            415,
            "media-type-unsupported",
        ),
    ],
)
def test_body_that_is_no_json_is_refused_in_the_same_shape(
    ask: Ask, body: bytes, kind: str, status: int, rule: str
) -> None:
    answer = ask.send("POST", TOKEN, data=body, content_type=kind)
    assert refused(answer) == (status, rule)
    assert set(answer.json) == {"error", "message"}


def test_unknown_path_and_method_are_refused_in_the_same_shape(ask: Ask) -> None:
    for answer in (ask("/api/v1/nothing", {}), ask.send("DELETE", PRODUCTS)):
        assert answer.status_code in {404, 405}
        assert set(answer.json) == {"error", "message"}


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", basic(*TEMEL), "Token abc"])
def test_request_without_token_is_401(ask: Ask, header: str | None) -> None:
    answer = ask(PRODUCTS, {} if header is None else {"Authorization": header})
    assert refused(answer) == (401, "pazarsync-token-missing")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "text", ["x", "a.b.c", "a.b.c.d.e", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...", "\xff\xfe.\xff.\xff"]
)
def test_unreadable_token_is_401(ask: Ask, text: str) -> None:
    answer = ask(PRODUCTS, with_token(text))
    assert answer.status_code == 401
    assert answer.json["error"] == "invalid_token"
    assert "invalid_token" in answer.headers["WWW-Authenticate"]


def test_token_in_pieces_is_malformed(ask: Ask) -> None:
    assert refused(ask(PRODUCTS, with_token("a.b.c"))) == (401, "pazarsync-token-malformed")


def test_token_with_another_signature_is_forged(ask: Ask) -> None:
    head, body, _ = token(ask).split(".")
    mine = jws.serialize_compact(
        {"alg": "HS256"}, orjson.dumps(claims(f"{head}.{body}.")), OctKey.import_key(b"k" * 32)
    )
    longer = {**claims(f"{head}.{body}."), "exp": 2**40}
    for text in (mine, f"{head}.{body}.", f"{head}.{part(longer)}.{mine.rsplit('.')[-1]}"):
        assert refused(ask(PRODUCTS, with_token(text))) == (401, "pazarsync-token-forged")


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "RS256", "HS512"])
@pytest.mark.parametrize("signature", ["", "AAAA"])
def test_token_of_another_algorithm_is_refused(ask: Ask, algorithm: str, signature: str) -> None:
    body = token(ask).split(".")[1]
    text = f"{part({'alg': algorithm, 'typ': 'JWT'})}.{body}.{signature}"
    assert refused(ask(PRODUCTS, with_token(text))) == (401, "pazarsync-token-forged")


@pytest.mark.parametrize("options", [{}, {"seed": 99}, {"world": "empty"}])
def test_token_of_another_world_is_refused(ask: Ask, open_world: Opener, options: dict[str, Any]) -> None:
    answer = ask(PRODUCTS, bearer(open_world(**options)))
    assert refused(answer) == (401, "pazarsync-token-foreign")


def test_foreign_token_is_told_from_a_forged_one(ask: Ask, open_world: Opener) -> None:
    assert refused(ask(PRODUCTS, bearer(open_world()))) == (401, "pazarsync-token-foreign")


def test_token_holds_for_an_hour_of_the_worlds_time(open_world: Opener) -> None:
    ask = frozen(open_world)
    headers = bearer(ask)
    ask.control("POST", "/clock/advance", {"ms": HOUR_MS - 1})
    assert ask(PRODUCTS, headers).status_code == 200
    ask.control("POST", "/clock/advance", {"ms": 1})
    answer = ask(PRODUCTS, headers)
    assert refused(answer) == (401, "pazarsync-token-expired")
    assert "expired" in answer.headers["WWW-Authenticate"]
    assert ask(PRODUCTS, bearer(ask)).status_code == 200


def test_client_may_hold_several_tokens(ask: Ask) -> None:
    first = bearer(ask)
    bearer(ask)
    assert ask(PRODUCTS, first).status_code == 200


def test_sellers_key_opens_nothing_here_and_a_token_nothing_there(ask: Ask) -> None:
    assert ask(PRODUCTS).status_code == 401
    answer = ask("/integration/product/sellers/2738/products/approved", {"User-Agent": "x", **bearer(ask)})
    assert answer.status_code == 401


@pytest.mark.parametrize("plan", PLANS)
def test_minute_of_each_plan_is_counted_to_the_unit(open_world: Opener, plan: str) -> None:
    ask = frozen(open_world, limits="on")
    allowed, resets_s = MINUTE.tiers[plan], (NOW_MS + MINUTE_MS) // 1000
    answer = ask.send("POST", TOKEN, json=credentials(PLANS[plan]))
    assert standing(answer) == (allowed, allowed - 1, resets_s)
    headers = with_token(answer.json["access_token"])
    for left in range(allowed - 2, -1, -1):
        assert standing(ask(PRODUCTS, headers)) == (allowed, left, resets_s)
    answer = ask(PRODUCTS, headers)
    assert refused(answer) == (429, "pazarsync-quota-minute")
    assert standing(answer) == (allowed, 0, resets_s)
    assert answer.headers["Retry-After"] == "60"
    ask.control("POST", "/clock/advance", {"ms": MINUTE_MS - 1})
    assert ask(ORDERS, headers).headers["Retry-After"] == "1"
    ask.control("POST", "/clock/advance", {"ms": 1})
    assert standing(ask(ORDERS, headers)) == (allowed, allowed - 1, resets_s + 60)


def test_plans_are_those_of_the_page() -> None:
    assert dict(MINUTE.tiers) == {"temel": 60, "isletme": 300, "kurumsal": 1000}
    assert dict(DAY.tiers) == {"temel": 10_000, "isletme": 50_000}


def test_day_of_the_plan_is_counted_beside_its_minutes(open_world: Opener, app: Any) -> None:
    ask = frozen(open_world, limits="on")
    headers = bearer(ask)
    counters = app.extensions["stages"].get(ask.prefix.removeprefix("/w/")).counters
    (day,) = [window for (_, _, per_ms), window in counters.items() if int(per_ms) == DAY_MS]
    assert day == [NOW_MS, 1]
    day[1] = DAY.tiers["temel"] - 1
    assert ask(PRODUCTS, headers).status_code == 200
    answer = ask(PRODUCTS, headers)
    assert refused(answer) == (429, "pazarsync-quota-day")
    assert standing(answer) == (DAY.tiers["temel"], 0, (NOW_MS + DAY_MS) // 1000)
    assert answer.headers["Retry-After"] == str(DAY_MS // 1000)
    ask.control("POST", "/clock/advance", {"ms": DAY_MS})
    assert ask.send("POST", TOKEN, json=credentials()).status_code == 200


def test_quota_is_told_on_refusals_too(open_world: Opener) -> None:
    ask = frozen(open_world, limits="on")
    headers = bearer(ask)
    refusals = [
        ask(f"{PRODUCTS}/prod_1", headers),
        ask(PRODUCTS, headers, limit=0),
        ask.send("POST", PRODUCTS, headers=headers, data=b"{", content_type="application/json"),
        ask.send("POST", TOKEN, json=credentials(grant_type="password")),
    ]
    assert [answer.status_code for answer in refusals] == [404, 400, 400, 400]
    assert [standing(answer)[1] for answer in refusals] == [58, 57, 56, 55]


def test_stranger_is_told_the_smallest_plan_and_uses_up_none(open_world: Opener) -> None:
    ask = frozen(open_world, limits="on")
    headers = bearer(ask)
    whole_minute = (60, 60, (NOW_MS + MINUTE_MS) // 1000)
    for answer, status in (
        (ask.send("POST", TOKEN, json=credentials((TEMEL[0], "wrong"))), 401),
        (ask(PRODUCTS, with_token("a.b.c")), 401),
        (ask(PRODUCTS, {}), 401),
        (ask.send("DELETE", PRODUCTS), 405),
        (ask.send("POST", TOKEN, data=b"{}", content_type="text/plain"), 415),
        (ask("/api/v1/nowhere", {}), 404),
    ):
        assert (answer.status_code, standing(answer)) == (status, whole_minute)
    assert standing(ask(PRODUCTS, headers))[1] == 58


def test_refusals_before_any_operation_count_for_a_known_client(open_world: Opener) -> None:
    ask = frozen(open_world, limits="on")
    headers = bearer(ask)
    answers = [
        ask.send("DELETE", PRODUCTS, headers=headers),
        ask("/api/v1/nowhere", headers),
        ask.send("POST", BATCH, headers=headers, data=b"x", content_type="text/plain"),
    ]
    assert [(answer.status_code, standing(answer)[1]) for answer in answers] == [
        (405, 58),
        (404, 57),
        (415, 56),
    ]
    last = [ask.send("DELETE", PRODUCTS, headers=headers) for _ in range(57)][-1]
    assert refused(last) == (429, "pazarsync-quota-minute")
    assert last.headers["Retry-After"] == "60"


def test_clients_have_a_quota_each(open_world: Opener) -> None:
    ask = frozen(open_world, limits="on")
    headers = bearer(ask)
    assert standing(ask(PRODUCTS, bearer(ask, PRINTED)))[1] == 58
    assert standing(ask(PRODUCTS, headers))[1] == 58


@pytest.mark.parametrize("limits", ["off", "count"])
def test_quota_is_told_but_refuses_nobody_without_limits(open_world: Opener, limits: str) -> None:
    ask = frozen(open_world, limits=limits)
    headers = bearer(ask)
    answers = [ask(PRODUCTS, headers) for _ in range(MINUTE.tiers["temel"] + 1)]
    assert {answer.status_code for answer in answers} == {200}
    assert [standing(answer)[1] for answer in answers[-3:]] == [0, 0, 0]


def test_journal_names_the_client_and_keeps_its_secrets(ask: Ask) -> None:
    text = token(ask)
    ask(PRODUCTS, with_token(text))
    answer = ask.send("GET", "/_emulator/requests?format=har").text
    assert text not in answer
    assert TEMEL[1] not in answer
    rows = ask.control("GET", "/requests")["requests"]
    assert [(row["key"], row["seller"]) for row in rows] == [(TEMEL[0], 2738)] * 2
