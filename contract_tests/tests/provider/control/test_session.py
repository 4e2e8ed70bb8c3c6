"""The session of a browser: a cookie for the token, good for pages of this very origin alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from emulator import Settings, create_app

OWN, SECURE = "http://localhost", "https://localhost"


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    app = create_app(Settings(world="empty", control_token="right", check_answers=True))
    yield app.test_client(use_cookies=False)
    app.extensions["stages"].close_all()


@pytest.fixture(scope="module")
def cookie(client: FlaskClient) -> str:
    answer = client.post("/_emulator/session", json={"token": "right"})
    assert answer.json == {"open": True}
    header = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict"} <= {part.strip() for part in header.split(";")}
    assert "right" not in header
    return header.partition(";")[0]


@pytest.mark.parametrize(
    ("base_url", "headers"),
    [(SECURE, {}), (OWN, {"X-Forwarded-Proto": "https"})],
)
def test_session_given_by_tls_is_never_sent_in_the_clear(
    client: FlaskClient, base_url: str, headers: dict[str, str]
) -> None:
    body = {"token": "right"}
    opening = client.post("/_emulator/session", json=body, base_url=base_url, headers=headers)
    ending = client.delete("/_emulator/session", json={}, base_url=base_url, headers=headers)
    for answer in (opening, ending):
        pair, *attributes = answer.headers["Set-Cookie"].split("; ")
        assert pair.startswith("__Host-emulator-session-")
        assert {"Secure", "Path=/", "HttpOnly", "SameSite=Strict"} <= set(attributes)
    cookie = opening.headers["Set-Cookie"].partition(";")[0]
    assert client.get("/_emulator/requests", headers={"Cookie": cookie}).status_code == 200


def test_session_given_in_the_clear_is_not_secure(client: FlaskClient) -> None:
    header = client.post("/_emulator/session", json={"token": "right"}).headers["Set-Cookie"]
    assert "Secure" not in header.split("; ")


def test_wrong_token_gets_no_session(client: FlaskClient) -> None:
    answer = client.post("/_emulator/session", json={"token": "wrong"})
    assert (answer.status_code, answer.headers["X-Emulator-Rule"]) == (401, "control-token-required")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://localhost:9090"}, 403),
        ({"Host": "evil.example"}, 403),
    ],
)
def test_session_reads_for_this_origin_alone(
    client: FlaskClient, cookie: str, headers: dict[str, str], status: int
) -> None:
    answer = client.get("/_emulator/requests", headers={"Cookie": cookie, **headers})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": OWN}, 200),
        ({}, 401),
        ({"Origin": "http://localhost:9090"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": SECURE, "X-Forwarded-Proto": "https"}, 200),
        ({"Origin": SECURE, "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": SECURE, "Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": SECURE}, 403),
        ({"Origin": OWN, "X-Forwarded-Proto": "https"}, 403),
        ({"Origin": "https://evil.example", "X-Forwarded-Proto": "https"}, 403),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": OWN, "Content-Type": "text/plain"}, 415),
    ],
)
def test_session_acts_where_the_origin_is_named(
    client: FlaskClient, cookie: str, headers: dict[str, str], status: int
) -> None:
    all_headers = {"Cookie": cookie, "Content-Type": "application/json", **headers}
    assert client.post("/_emulator/clock/run", headers=all_headers).status_code == status


@pytest.mark.parametrize("value", ["", "right", "0" * 64])
def test_made_up_session_is_none(client: FlaskClient, cookie: str, value: str) -> None:
    headers = {"Cookie": f"{cookie.partition('=')[0]}={value}"}
    assert client.get("/_emulator/requests", headers=headers).status_code == 401


def test_allowed_origin_may_not_use_the_session() -> None:
    settings = Settings(world="empty", control_token="right", allowed_origins=("http://localhost:3000",))
    app = create_app(settings)
    client = app.test_client(use_cookies=False)
    header = client.post("/_emulator/session", json={"token": "right"}).headers["Set-Cookie"]
    headers = {"Cookie": header.partition(";")[0], "Origin": "http://localhost:3000"}
    assert client.get("/_emulator/requests", headers=headers).status_code == 401
    app.extensions["stages"].close_all()


def test_session_ends(client: FlaskClient) -> None:
    answer = client.delete("/_emulator/session", headers={"Content-Type": "application/json"})
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
