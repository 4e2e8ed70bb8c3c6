"""Small recipes for the tests that give a world's recipe themselves."""

from __future__ import annotations

from typing import Any

from emulator.contract.contract import load_contract

EMPTY: dict[str, Any] = load_contract().worlds["empty"]


def small(seller: int = 2738, storefront: str = "TR", **parts: Any) -> dict[str, Any]:
    """Twenty contents, sixty money rows and, where PazarSync looks, ten orders of one seller."""
    place = {"seller": seller, "storefront": storefront}
    made: dict[str, Any] = {
        **EMPTY,
        "name": "small",
        "listings": [{**place, "contents": 20, "variants": [1, 3], "shares": {"same_line": 0.3}}],
        "money": [{**place, "days": 75, "rows": 60, "ahead": 10}],
    }
    if storefront == "TR":
        made["orders"] = [{**place, "count": 10, "days": 30, "marketplaces": ["trendyol", "n11"]}]
    return {**made, **parts}
