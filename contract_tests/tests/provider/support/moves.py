"""What the tests of moves share: making one, and what its sentence and the truth say."""

from __future__ import annotations

import re
from typing import Any

from contract_tests.tests.provider.conftest import Ask


def move(ask: Ask, what: str, seller: int = 2738, **rest: Any) -> str:
    """Make a move and give the sentence that tells it."""
    body = ask.control("POST", "/moves", {"what": what, "seller": seller, **rest})
    assert re.fullmatch(r"[^\n]+[^.]", body["summary"])
    return str(body["summary"])


def number_in(summary: str, noun: str) -> int:
    entries = re.search(rf"{noun} (\d+)", summary)
    assert entries, summary
    return int(entries[1])


def truth(ask: Ask, kind: str, seller: int = 2738) -> list[dict[str, Any]]:
    return list(ask.control("GET", f"/truth/{kind}", seller=seller)["rows"])
