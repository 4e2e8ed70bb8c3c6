"""What every request meets: paths, methods, bodies and heads; each refusal in its envelope."""

from __future__ import annotations

import time
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, Ask
from contract_tests.tests.provider.support.refusals import (
    APPROVED,
    first_error,
    refused,
)
from emulator import Settings, create_app


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
    began = time.thread_time()
    answer = ask.send("POST", "/_emulator/faults", json=faults)
    assert time.thread_time() - began < 2
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

    monkeypatch.setattr("emulator.trendyol.products.handlers.approved.find", broken)
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
