"""The control API refuses and tells in the language that its reader prefers."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.patience import wait_until
from contract_tests.tests.provider.conftest import Ask
from contract_tests.tests.provider.pages.page_list import fill

SELLER = {"seller": 2738, "storefront": "TR"}


@pytest.mark.parametrize(
    ("method", "path", "body", "sentence"),
    [
        ("GET", "/requests/99999", None, "Günlükte 99999 numaralı bir istek yok."),
        ("POST", "/worlds", {"name": "default"}, "default adında bir dünya zaten var."),
        (
            "POST",
            "/faults",
            {"operation": "*", "at": 0},
            "İstek gövdesi şemaya uymuyor (at): 0, en az 1 olmalı",
        ),
        ("POST", "/worlds", {"name": "sync", "world": "x"}, "x adında bir başlangıç dünyası yok; olanlar: "),
        (
            "POST",
            "/moves",
            {"what": "export-received", "seller": 2748, "storefront": "RO"},
            "Bu hamle yapılamaz: RO (satıcı 2748): deponun beklediği kalem yok.",
        ),
    ],
)
def test_refusal_is_said_in_turkish(ask: Ask, method: str, path: str, body: Any, sentence: str) -> None:
    for language in ("tr", "tr-TR,tr;q=0.9,en;q=0.5"):
        answer = ask.send(method, f"/_emulator{path}", json=body, headers={"Accept-Language": language})
        assert answer.status_code >= 400
        assert answer.json["message"].startswith(sentence)
    english = ask.send(method, f"/_emulator{path}", json=body)
    assert not english.json["message"].startswith(sentence)


def test_move_is_told_in_turkish(ask: Ask) -> None:
    move = {"what": "order-placed", **SELLER}
    answer = ask.send("POST", "/_emulator/moves", json=move, headers={"Accept-Language": "tr"})
    assert " siparişi (" in answer.json["summary"]
    assert answer.json["summary"].startswith("TR (satıcı 2738): trendyol üzerinden 1 x ")
    assert " was placed on " in ask.control("POST", "/moves", move)["summary"]


def test_call_to_a_webhook_is_told_in_turkish(ask: Ask) -> None:
    fill(ask)
    ask.control("POST", "/moves", {"what": "order-placed", **SELLER})
    wait_until(lambda: ask.control("GET", "/webhooks/attempts")["attempts"])
    answer = ask.send("GET", "/_emulator/webhooks/attempts", headers={"Accept-Language": "tr"})
    assert {row["note"] for row in answer.json["attempts"]} == {"127.0.0.1:9 adresinde dinleyen yok"}
