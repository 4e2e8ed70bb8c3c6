"""The law as data, who may ask for it, and the page that shows it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from contract_tests.tests.provider.conftest import Ask
from contract_tests.tests.provider.support.control import refusal
from emulator import Settings, create_app


def test_every_document_is_handed_out_whole(ask: Ask) -> None:
    body = ask.control("GET", "/openapi.json")["documents"]
    assert {"control", "trendyol/products/int", "trendyol/finance/tr"} <= {entry["name"] for entry in body}
    for entry in body:
        document = ask.send("GET", entry["path"]).get_json()
        assert document["info"]["title"] == entry["title"]
        assert ".yaml#" not in str(document)


def test_unknown_document_is_refused(ask: Ask) -> None:
    assert refusal(ask, "GET", "/openapi.json", name="nothing") == (404, "document-unknown")


def test_document_answers_to_its_name_of_before(ask: Ask) -> None:
    document = ask.control("GET", "/openapi.json", name="trendyol/tr/finance")
    assert document == ask.control("GET", "/openapi.json", name="trendyol/finance/tr")
    assert document["x-edition"] == "tr"


def test_every_rule_has_a_source(ask: Ask) -> None:
    rules = ask.control("GET", "/rules")["rules"]
    assert rules
    assert all(rule["x-source"]["confidence"] in "DCIP" for rule in rules)


def test_operation_is_explained_in_both_editions(ask: Ask) -> None:
    body = ask.control("GET", "/operations/getSettlements")["editions"]
    assert {entry["edition"] for entry in body} == {"int", "tr"}
    assert all(entry["gates"] and entry["limits"] and entry["errors"] for entry in body)


def test_unknown_operation_is_refused(ask: Ask) -> None:
    assert refusal(ask, "GET", "/operations/getNothing") == (404, "operation-unknown")


def test_control_answers_in_its_own_envelope_where_nothing_is(ask: Ask) -> None:
    assert refusal(ask, "GET", "/nothing")[0] == 404
    assert refusal(ask, "PUT", "/clock")[0] == 405


@pytest.mark.parametrize(
    ("sent", "status", "error"),
    [
        ({"data": b"{", "content_type": "application/json"}, 400, "invalid.request.body"),
        ({"data": b"", "content_type": "application/json"}, 400, "invalid.request.body"),
        (
            {"data": b"ms=1", "content_type": "application/x-www-form-urlencoded"},
            415,
            "media.type.unsupported",
        ),
        ({"data": b" " * (11 * 2**20), "content_type": "application/json"}, 413, "payload.too.large"),
    ],
)
def test_body_that_cannot_be_read_is_refused(ask: Ask, sent: Any, status: int, error: str) -> None:
    answer = ask.send("POST", "/_emulator/clock/advance", **sent)
    assert (answer.status_code, answer.get_json()["error"]) == (status, error)


def test_member_nobody_knows_is_answered_with_those_that_are_known(ask: Ask) -> None:
    answer = ask.send("POST", "/_emulator/clock/advance", json={"hours": 1})
    assert answer.get_json()["message"].endswith("('hours' was unexpected); known are ms")


@pytest.mark.parametrize(
    ("token", "client", "sent", "status"),
    [
        (None, "127.0.0.1", {}, 200),
        (None, "10.0.0.7", {}, 401),
        ("let-me-in", "127.0.0.1", {}, 401),
        ("let-me-in", "10.0.0.7", {"Authorization": "Bearer wrong"}, 401),
        ("let-me-in", "10.0.0.7", {"Authorization": "Bearer let-me-in"}, 200),
    ],
)
def test_control_is_for_this_machine_or_the_bearer_of_the_token(
    token: str | None, client: str, sent: dict[str, str], status: int
) -> None:
    app = create_app(Settings(world="empty", control_token=token, check_answers=True))
    answer = app.test_client().get(
        "/_emulator/clock", headers=sent, environ_overrides={"REMOTE_ADDR": client}
    )
    app.extensions["stages"].close_all()
    assert answer.status_code == status
    if status == 401:
        assert answer.get_json()["error"] == "control-token-required"


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/_emulator/ready", "/_emulator/rules", "/_emulator/openapi.json"]
)
def test_health_and_law_are_open_to_everyone(path: str) -> None:
    app = create_app(Settings(world="empty", control_token="let-me-in", check_answers=True))
    answer = app.test_client().get(path, environ_overrides={"REMOTE_ADDR": "10.0.0.7"})
    app.extensions["stages"].close_all()
    assert answer.status_code == 200


def test_docs_page_lists_every_document(app: Flask) -> None:
    page = app.test_client().get("/_emulator/docs/").text
    assert all(f"name={name}" in page for name in ("control", "trendyol/products/int", "trendyol/finance/tr"))


def test_docs_page_brings_its_assets(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/_emulator/docs/").text
    assert "//cdn" not in page
    for asset in ("swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js"):
        with client.get(f"/_emulator/docs/{asset}") as answer:
            assert answer.status_code == 200
