"""Odd clients of stock and price that are right: one habit each that nobody may blame them for."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.clients.habits import twice_as_long
from contract_tests.clients.patience import NO_PATIENCE
from contract_tests.clients.protocol import Row
from contract_tests.profiles.stock_price_push.batches import READING
from contract_tests.profiles.stock_price_push.pushes import FIELDS, item_of, json_number
from contract_tests.profiles.stock_price_push.reference import REFERENCE, STEPS, client
from contract_tests.profiles.variants import Odd

PROFILE = "stock-price-push"


def whole_item(row: Row) -> Row:
    """All that is wanted of a row, as soon as a part of it changes."""
    return (
        {name: json_number(row["wanted"][name]) for name in FIELDS if name in row["wanted"]}
        if item_of(row)
        else {}
    )


ODD = (
    Odd("pushes_stay_with_a_later_run", PROFILE, "gives a push up at the first refusal, for a later run",
        replace(REFERENCE, patience=NO_PATIENCE), gives_up=True),
    Odd("pushes_whole_rows", PROFILE, "sends stock and prices of a row as soon as one of them changes",
        client(replace(STEPS, item_of=whole_item))),
    Odd("pushes_a_few_at_once", PROFILE, "sends thirty rows a request",
        client(replace(STEPS, items_at_once=30)), edition="tr"),
    Odd("looks_seldom", PROFILE, "looks at a batch twice in a run, a quarter of a minute apart",
        client(replace(STEPS, reading=replace(READING, pause_s=15.0, looks=2)))),
    Odd("pushes_slowly", PROFILE, "waits longer than an answer asks for", twice_as_long(REFERENCE)),
)  # fmt: skip
