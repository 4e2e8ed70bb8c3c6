"""Small worlds for scenarios: the accounts of every world, and as much of each thing as a scenario needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract_tests.records.scenario import Row

SELLERS = {"int": 2748, "tr": 2738}
MONEY_DAYS, MONEY_AHEAD, ORDER_DAYS, QUESTION_DAYS, CLAIM_DAYS = 80, 30, 29, 50, 10


def recipe(edition: str, storefront: str, part: Mapping[str, Any]) -> Row:
    """Write the recipe of a small world.

    Shapes: ``part`` may give ``contents``, ``money``, ``orders``, ``questions`` and ``claims``, each a number
    or members of the recipe's part; all else in it stands in the recipe as it is.
    """
    parts = {"contents": 0, "money": 0, "orders": 0, "questions": 0, "claims": 0, **part}
    where = {"seller": SELLERS[edition], "storefront": storefront or ("TR" if edition == "tr" else "RO")}
    contents, money, orders, questions, claims = (
        parts.pop(name) for name in ("contents", "money", "orders", "questions", "claims")
    )
    small: dict[str, Any] = {"name": "small", "like": "empty", **parts}
    if contents:
        listing = contents if isinstance(contents, Mapping) else {"contents": contents}
        small["listings"] = [{**where, "variants": [1, 3], "shares": {"sold_out": 0.1}, **listing}]
    if money:
        rows = money if isinstance(money, Mapping) else {"rows": money}
        small["money"] = [{**where, "days": MONEY_DAYS, "ahead": MONEY_AHEAD, **rows}]
    if orders:
        some = orders if isinstance(orders, Mapping) else {"count": orders}
        small["orders"] = [{**where, "days": ORDER_DAYS, "marketplaces": ["trendyol"], **some}]
    if questions:
        members = questions if isinstance(questions, Mapping) else {"count": questions}
        small["questions"] = [{**where, "count": 0, "days": QUESTION_DAYS, **members}]
    if claims:
        members = claims if isinstance(claims, Mapping) else {"count": claims}
        small["claims"] = [{**where, "count": 0, "days": CLAIM_DAYS, **members}]
    return small
