"""Broken clients of the catalogue that read Product V1 beside it: after it closed, and by other words."""

from __future__ import annotations

from contract_tests.clients.marketplace import Marketplace
from contract_tests.profiles.catalog_pull.product_v1 import ReadV1, request_v1, v1_pages, with_v1
from contract_tests.profiles.variants import Broken

PROFILE = "catalog-pull"
DAY_MS = 86_400_000


def v1_first_page(market: Marketplace) -> None:
    """The first page of fifty rows."""
    request_v1(market, page=0)


def v1_changes_since_yesterday(market: Marketplace, unit_ms: int, date: str) -> None:
    """What changed since yesterday, by a date and in a unit of time."""
    now_ms = market.account.now_ms
    span = {"startDate": (now_ms - DAY_MS) // unit_ms, "endDate": now_ms // unit_ms}
    request_v1(market, page=0, dateQueryType=date, **span)


def reads_v1(
    name: str,
    description: str,
    field_note: str,
    judge: str,
    read: ReadV1,
    needs: str = "",
    *,
    advice: bool = False,
) -> Broken:
    """A client that reads V1 too, in the edition that has it."""
    return Broken(
        name, PROFILE, description, field_note, (judge,), with_v1(read),
        edition="tr", needs=needs, advice=advice,
    )  # fmt: skip


V1_CLIENTS = (
    reads_v1("still_reads_v1", "reads Product V1 after the day it closed", "retired paths: several",
             "address_open", lambda market: v1_pages(market, 0), advice=True),
    reads_v1("v1_from_page_one", "counts the pages of V1 from 1 and never sees page 0",
             "starts at page 1: 2 of 26", "starts_at_page_zero", lambda market: v1_pages(market, 1),
             "V1 that still answers"),
    reads_v1("v1_first_page_only", "takes the first fifty rows of V1 for all of them",
             "only the first page read: 3 of 26", "reads_every_page", v1_first_page,
             "V1 that still answers, with more than 50 rows"),
    reads_v1("v1_dates_in_seconds", "writes the dates of V1 in seconds", "local time instead of epoch",
             "epoch_ms", lambda market: v1_changes_since_yesterday(market, 1000, "LAST_MODIFIED_DATE")),
    reads_v1("v1_date_of_its_own", "asks V1 by a date that it does not know", "V2's words on V1",
             "one_of", lambda market: v1_changes_since_yesterday(market, 1, "VARIANT_MODIFIED_DATE")),
)  # fmt: skip
