"""Broken clients of stock and price: how they read results, and what they take for done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contract_tests.clients.client import Client
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.patience import NO_PATIENCE
from contract_tests.clients.problems import Lost, Passing, Refused
from contract_tests.clients.protocol import Row
from contract_tests.profiles.foreign import NODE, foreign_client
from contract_tests.profiles.stock_price_push.batches import (
    READING,
    Reading,
    follow_batch,
    settled_row,
)
from contract_tests.profiles.stock_price_push.reference import STEPS, client, push
from contract_tests.profiles.variants import Broken

PROFILE = "stock-price-push"
NO_BATCH = "done"


def pushes(
    name: str,
    description: str,
    field_note: str,
    caught_by: tuple[str, ...],
    broken_client: Client,
    needs: str = "",
    **more: Any,
) -> Broken:
    """A client of stock and price."""
    return Broken(name, PROFILE, description, field_note, caught_by, broken_client, needs=needs, **more)


def in_node(name: str, description: str, field_note: str, caught_by: tuple[str, ...], needs: str) -> Broken:
    """A client of stock and price in Node."""
    return foreign_client(NODE, name, PROFILE, description, field_note, caught_by, needs)


def steps(**changes: Any) -> Client:
    """The reference, except for some of its steps."""
    return client(replace(STEPS, **changes))


def reads(**changes: Any) -> Client:
    """The reference, except for how it reads results."""
    return steps(reading=replace(READING, **changes))


def all_done(result: Any) -> dict[str, bool] | None:
    """A batch that is done has done everything."""
    items = result["items"]
    if any(item["status"] == "IN_PROGRESS" for item in items):
        return None
    return {item["requestItem"]["barcode"]: True for item in items}


def done_while_in_progress(result: Any) -> dict[str, bool] | None:
    """An item that has not failed has been done."""
    return {item["requestItem"]["barcode"]: item["status"] != "FAILED" for item in result["items"]}


def never_gone(_result: Any) -> bool:
    """A batch that nobody knows is still being processed."""
    return False


def in_progress_without_items(result: Any) -> dict[str, bool] | None:
    """A batch without items is in progress."""
    return READING.outcomes(result) if result.get("items") else None


def done_by_the_answer(market: Marketplace, batch_id: str, rows: list[Row], reading: Reading) -> list[Row]:
    """Ask for nothing; a 200 has done what it was asked for."""
    return [settled_row(row, is_done=True) for row in rows]


def done_without_batch(market: Marketplace, batch_id: str, rows: list[Row], reading: Reading) -> list[Row]:
    """Look at a batch, where there is one."""
    if batch_id == NO_BATCH:
        return done_by_the_answer(market, batch_id, rows, reading)
    return follow_batch(market, batch_id, rows, reading)


def pushed_though_lost(market: Marketplace, items: list[Row]) -> str:
    """Send items; what was sent was done."""
    try:
        return push(market, items)
    except Lost:
        return NO_BATCH


def pushed_though_refused(market: Marketplace, items: list[Row]) -> str:
    """Send items; a refusal is an answer too."""
    try:
        return push(market, items)
    except (Refused, Passing):
        return NO_BATCH


def done_when_refused(market: Marketplace, batch_id: str, rows: list[Row], reading: Reading) -> list[Row]:
    """Look at a batch; where the look is refused, it is done."""
    try:
        return follow_batch(market, batch_id, rows, reading)
    except Passing:
        return done_by_the_answer(market, batch_id, rows, reading)


NOT_SET = ("wanted_pushed:wrong", "wanted_pushed:missing")
UNREAD = ("failed_items_read", *NOT_SET)

BROKEN = (
    pushes("never_reads_results", "takes the 200 of a push for done, and asks for no result",
           "batch result never read", ("results_read", *NOT_SET), steps(follow_batch=done_by_the_answer),
           "two runs"),
    pushes("takes_a_finished_batch_for_done", "takes a batch that is done for one in which all was done",
           "COMPLETED taken for success", UNREAD, reads(outcomes=all_done), "a row that cannot be"),
    pushes("takes_no_failure_for_done", "takes an item that has not failed yet for done",
           "COMPLETED taken for success", UNREAD, reads(outcomes=done_while_in_progress),
           "a row that fails, and a batch in progress"),
    pushes("takes_a_lost_push_for_done", "takes a push without an answer for done",
           "a write whose answer is lost", NOT_SET,
           steps(push=pushed_though_lost, follow_batch=done_without_batch),
           "a push that is lost before it was queued"),
    pushes("takes_a_refused_push_for_done", "takes a refused push for done", "429 dropped, exit 0: several",
           NOT_SET,
           replace(steps(push=pushed_though_refused, follow_batch=done_without_batch), patience=NO_PATIENCE),
           "a refused push"),
    pushes("skips_a_refused_result", "asks for a result no more once a look was refused",
           "429 on one page dropped, exit 0: several", ("refused_read_repeated",),
           replace(steps(follow_batch=done_when_refused, items_at_once=1), patience=NO_PATIENCE),
           "a refused look at a batch"),
    replace(
        pushes("looks_without_a_pause", "asks for a batch again and again without a pause",
               "polling more often than the poll advice", ("asked_apart",), reads(pause_s=0.0, looks=40)),
        advice=True,
    ),
    replace(
        pushes("asks_for_an_expired_batch", "asks for an expired batch for ever",
               "batch result expired", ("not_asked_when_expired",),
               reads(is_gone=never_gone, outcomes=in_progress_without_items), "a result that has expired"),
        advice=True,
    ),
    in_node("never-reads-results", "takes the 200 of a push for done, and asks for no result",
            "batch result never read", ("results_read", *NOT_SET), "two runs"),
    in_node("takes-a-finished-batch-for-done", "takes a finished batch for one in which all was done",
            "COMPLETED taken for success", UNREAD, "a row that cannot be"),
)  # fmt: skip
