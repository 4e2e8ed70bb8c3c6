"""Results of batches: looked at every few seconds, for a while; what has expired is read back instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from contract_tests.clients.batches import LOOKS, is_gone, result_of, wait_for_look
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.protocol import Row
from contract_tests.profiles.stock_price_push.pushes import (
    FAILED_STATE,
    FIELDS,
    PUSHED_STATE,
    UNCLEAR,
    item_of,
    number_of,
)

SIZE = 50


@dataclass(frozen=True, slots=True)
class Reading:
    """How results are read; a broken client does some of it its own way."""

    pause_s: float | None = None
    """Seconds between two looks; None for those of the environment."""

    looks: int = LOOKS
    """How often a batch is looked at in one run."""

    outcomes: Callable[[Any], dict[str, bool] | None] = lambda result: outcomes(result)
    """Reads which items were done; None while one is in progress."""

    is_gone: Callable[[Any], bool] = is_gone
    """Reads whether a result has expired."""


READING = Reading()


def outcomes(result: Any) -> dict[str, bool] | None:
    """Which items were done, by barcode; None while one is in progress, for a batch may have no status."""
    items = result["items"]
    if any(item["status"] == "IN_PROGRESS" for item in items):
        return None
    return {item["requestItem"]["barcode"]: item["status"] == "SUCCESS" for item in items}


def follow_batch(market: Marketplace, batch_id: str, rows: list[Row], reading: Reading) -> list[Row]:
    """Look at a batch until it is done or patience ends; give its rows with what became of them."""
    for look in range(reading.looks):
        if look:
            wait_for_look(market, reading.pause_s)
        result = result_of(market, batch_id)
        if reading.is_gone(result):
            return [{**row, "state": UNCLEAR, "batch": None} for row in rows]
        by_barcode = reading.outcomes(result)
        if by_barcode is not None:
            return [settled_row(row, is_done=by_barcode.get(row["barcode"], False)) for row in rows]
    return rows


def settled_row(row: Row, *, is_done: bool) -> Row:
    """A row whose batch is done."""
    if not is_done:
        return {**row, "state": FAILED_STATE, "batch": None, "sent": {}}
    new_row = {**row, "set": {**row["set"], **row["sent"]}, "state": PUSHED_STATE, "batch": None, "sent": {}}
    return {**new_row, "state": "due"} if item_of(new_row) else new_row


def read_back(market: Marketplace, rows: Iterable[Row]) -> list[Row]:
    """Look up what products have whose push nobody can tell; what is not as it was sent is due again."""
    waiting = list(rows)
    values = {
        variant["barcode"]: variant
        for start in range(0, len(waiting), SIZE)
        for variant in current_variants(market, [row["barcode"] for row in waiting[start : start + SIZE]])
    }
    return [row_read_back(row, values.get(row["barcode"], {})) for row in waiting]


def row_read_back(row: Row, variant: Row) -> Row:
    """A row whose push is clear now: it was set, or it is to be sent again."""
    item = row["sent"]
    was_set = all(number_of(variant.get(name)) == number_of(value) for name, value in item.items())
    values = {**row["set"], **(item if was_set else {})}
    new_row = {**row, "set": values, "sent": {}, "batch": None, "state": PUSHED_STATE}
    return {**new_row, "state": "due"} if item_of(new_row) else new_row


def current_variants(market: Marketplace, barcodes: list[str]) -> list[Row]:
    """What some products have now."""
    path = f"/integration/product/sellers/{market.account.seller_id}/products/approved/inventory-and-price"
    query = {"barcodes": ",".join(barcodes), "size": SIZE}
    page = market.service.read(path, query, parse=market.service.protocol.read_page)
    return [
        variant for content in page.rows for variant in content["variants"] if variant["barcode"] in barcodes
    ]


__all__ = ["FIELDS", "READING", "Reading", "follow_batch", "outcomes", "read_back"]
