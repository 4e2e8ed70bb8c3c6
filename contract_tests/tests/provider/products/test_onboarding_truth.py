"""What the world says of products that a seller brings in: where each stands, and which batches named it."""

from __future__ import annotations

from typing import Any

from contract_tests.tests.provider.conftest import Ask, Opener
from contract_tests.tests.provider.support.new_products import (
    DAY_MS,
    SELLERS,
    approve,
    finish,
    item,
    recipe,
    write,
)


def rows(ask: Ask, edition: str = "tr") -> dict[str, Any]:
    body = ask.control("GET", "/truth/onboarding", seller=SELLERS[edition][0])["rows"]
    return {row["barcode"]: row for row in body}


def test_product_is_told_in_the_words_that_a_shop_sends(open_world: Opener) -> None:
    ask = open_world(recipe=recipe(delay_ms=DAY_MS))
    finish(ask, "create", [item(barcode="a 1"), item(barcode="b", vatRate=18)])
    truth = rows(ask)
    assert truth["a1"]["category"] == ["Giyim", "Üst Giyim", "T-Shirt"]
    assert truth["a1"]["attributes"]["Renk"] == "Siyah"
    assert (truth["a1"]["state"], truth["a1"]["contentId"]) == ("pending", None)
    assert [(one["kind"], one["state"]) for one in truth["a1"]["writes"]] == [("create", "done")]
    assert (truth["b"]["state"], truth["b"]["writes"][0]["state"]) == (None, "failed")


def test_titles_that_are_asked_for_stand_beside_the_one_there_is(open_world: Opener) -> None:
    ask = open_world("empty")
    approve(ask, [item()])
    number = rows(ask)["smoketest-1"]["contentId"]
    title = rows(ask)["smoketest-1"]["title"]
    finish(ask, "content", [{"contentId": number, "title": "Yeni"}])
    assert rows(ask)["smoketest-1"]["titles"] == [title, "Yeni"]


def test_title_of_an_update_that_waits_is_one_that_is_asked_for(open_world: Opener) -> None:
    ask = open_world(recipe=recipe(delay_ms=DAY_MS))
    finish(ask, "create", [item()])
    title = rows(ask)["smoketest-1"]["title"]
    write(ask, "unapproved", [item(title="Yeni")])
    assert rows(ask)["smoketest-1"]["titles"] == [title, "Yeni"]
    ask.control("POST", "/clock/advance", {"ms": DAY_MS})
    assert rows(ask)["smoketest-1"]["titles"] == ["Yeni"]
