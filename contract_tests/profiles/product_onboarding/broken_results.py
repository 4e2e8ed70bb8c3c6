"""Broken clients of onboarding: how they read results and lists, and what they take for done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from contract_tests.clients.client import Client
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.patience import NO_PATIENCE
from contract_tests.clients.problems import Lost, Passing, Refused
from contract_tests.clients.protocol import Row
from contract_tests.profiles.foreign import NODE, foreign_client
from contract_tests.profiles.product_onboarding.listing import read_listing, read_rows
from contract_tests.profiles.product_onboarding.reference import (
    STEPS,
    Steps,
    client,
    code_of,
    follow_batch,
    outcomes,
    push,
)
from contract_tests.profiles.variants import Broken

PROFILE = "product-onboarding"
NO_BATCH = "done"


def onboards(
    name: str,
    description: str,
    field_note: str,
    caught_by: tuple[str, ...],
    broken_client: Client,
    needs: str = "",
    **more: Any,
) -> Broken:
    """A client of onboarding."""
    return Broken(name, PROFILE, description, field_note, caught_by, broken_client, needs=needs, **more)


def in_node(
    name: str, description: str, field_note: str, caught_by: tuple[str, ...], needs: str = ""
) -> Broken:
    """A client of onboarding in Node; others have clients of the same names."""
    one = foreign_client(NODE, name, PROFILE, description, field_note, caught_by, needs)
    return replace(one, name=f"{NODE}_onboarding_{name}")


def steps(**changes: Any) -> Client:
    """The reference, except for some of its steps."""
    return client(replace(STEPS, **changes))


def all_done(result: Any) -> dict[str, bool] | None:
    """A batch that is done has done everything."""
    by_code = outcomes(result)
    return None if by_code is None else dict.fromkeys(by_code, True)


def done_while_in_progress(result: Any) -> dict[str, bool] | None:
    """An item that has not failed has been done."""
    return {code_of(item["requestItem"]): item["status"] != "FAILED" for item in result["items"]}


def never_gone(_result: Any) -> bool:
    """A batch that nobody knows is still being processed."""
    return False


def in_progress_without_items(result: Any) -> dict[str, bool] | None:
    """A batch without items is in progress."""
    return outcomes(result) if result.get("items") else None


def done_by_the_answer(_market: Marketplace, _batch_id: str, rows: list[Row], _steps: Steps) -> list[Row]:
    """Ask for nothing; a 200 has done what it was asked for."""
    return [{**row, "batch": None, "unclear": False, "created": row["write"] == "create"} for row in rows]


def done_without_batch(market: Marketplace, batch_id: str, rows: list[Row], steps: Steps) -> list[Row]:
    """Look at a batch, where there is one."""
    follow = done_by_the_answer if batch_id == NO_BATCH else follow_batch
    return follow(market, batch_id, rows, steps)


def created_though_lost(market: Marketplace, write: str, items: list[Row]) -> str:
    """Send items; what was sent was done."""
    try:
        return push(market, write, items)
    except Lost:
        return NO_BATCH


def created_though_refused(market: Marketplace, write: str, items: list[Row]) -> str:
    """Send items; a refusal is an answer too."""
    try:
        return push(market, write, items)
    except (Refused, Passing):
        return NO_BATCH


def done_when_refused(market: Marketplace, batch_id: str, rows: list[Row], steps: Steps) -> list[Row]:
    """Look at a batch; where the look is refused, it is done."""
    try:
        return follow_batch(market, batch_id, rows, steps)
    except Passing:
        return done_by_the_answer(market, batch_id, rows, steps)


def waiting_for_ever(market: Marketplace, barcodes: Iterable[str]) -> dict[str, Row]:
    """Read the lists; what is not approved waits."""
    rows = read_listing(market, barcodes)
    return {code: {**row, "state": row["state"].replace("rejected", "pending")} for code, row in rows.items()}


def approved_at_once(market: Marketplace, barcodes: Iterable[str]) -> dict[str, Row]:
    """Read the lists; what is there is approved."""
    rows = read_listing(market, barcodes)
    return {code: {**row, "state": row["state"].replace("pending", "approved")} for code, row in rows.items()}


def variant_for_content(market: Marketplace, barcodes: Iterable[str]) -> dict[str, Row]:
    """Read the lists; the number of a variant is that of its content."""
    rows = read_listing(market, codes := list(barcodes))
    numbers = {
        variant["barcode"]: variant["variantId"]
        for content in read_rows(market, "approved", codes[:50])
        for variant in content["variants"]
    }
    return {code: {**row, "contentId": numbers.get(code)} for code, row in rows.items()}


NOT_THERE = ("wanted_onboarded:wrong", "wanted_onboarded:missing")
UNREAD = ("failed_items_read", *NOT_THERE)
CANNOT_BE = "some of the products cannot be"

BROKEN = (
    onboards("never_asks_for_results", "takes the 200 of a creation for done, and asks for no result",
             "batch result never read", ("results_read",), steps(follow_batch=done_by_the_answer),
             "two runs"),
    onboards("takes_a_finished_creation_for_done", "takes a batch that is done for one in which all was done",
             "COMPLETED taken for success", UNREAD, steps(outcomes=all_done), CANNOT_BE),
    onboards("takes_a_waiting_creation_for_done", "takes an item that has not failed yet for done",
             "COMPLETED taken for success", NOT_THERE, steps(outcomes=done_while_in_progress),
             "a batch in progress"),
    onboards("takes_a_lost_creation_for_done", "takes a creation without an answer for done",
             "a write whose answer is lost", NOT_THERE,
             steps(push=created_though_lost, follow_batch=done_without_batch),
             "a creation that is lost before it was queued"),
    onboards("takes_a_refused_creation_for_done", "takes a refused creation for done",
             "429 dropped, exit 0: several", NOT_THERE,
             replace(
                 steps(push=created_though_refused, follow_batch=done_without_batch), patience=NO_PATIENCE
             ), "a refused creation"),
    onboards("skips_a_refused_batch", "asks for a result no more once a look was refused",
             "429 on one page dropped, exit 0: several", ("refused_read_repeated",),
             replace(steps(follow_batch=done_when_refused), patience=NO_PATIENCE),
             "a refused look at a batch"),
    onboards("waits_for_rejected_products", "takes products that were rejected for ones that wait",
             "a refusal that is not read", ("wanted_onboarded:missing",),
             steps(read_listing=waiting_for_ever), "products that are rejected"),
    onboards("takes_created_for_approved", "shows what was created as approved",
             "COMPLETED taken for success", ("wanted_onboarded:wrong",),
             steps(read_listing=approved_at_once)),
    onboards("variant_for_content", "shows the number of the variant as that of the content",
             "fields taken for each other", ("wanted_onboarded:wrong",),
             steps(read_listing=variant_for_content)),
    *(
        replace(one, advice=True)
        for one in (
            onboards("looks_at_creations_without_a_pause", "asks for a batch again and again without a pause",
                     "polling more often than the poll advice", ("asked_apart",),
                     steps(pause_s=0.0, looks=40)),
            onboards("asks_for_an_expired_creation", "asks for an expired batch for ever",
                     "batch result expired", ("not_asked_when_expired",),
                     steps(is_gone=never_gone, outcomes=in_progress_without_items),
                     "a result that has expired"),
        )
    ),
    in_node("never-reads-results", "takes the 200 of a creation for done, and asks for no result",
            "batch result never read", ("results_read",), "two runs"),
    in_node("takes-a-finished-batch-for-done", "takes a finished batch for one in which all was done",
            "COMPLETED taken for success", UNREAD, CANNOT_BE),
    in_node("waits-for-rejected", "takes products that were rejected for ones that wait",
            "a refusal that is not read", ("wanted_onboarded:missing",), "products that are rejected"),
)  # fmt: skip
