"""What a client may meet, by the words in which the catalogue of faults says when each of them shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from email.utils import formatdate
from time import time

from contract_tests import wants
from contract_tests.consumer.trying import NOW_MS, Fault, Situation

DAY_MS = 86_400_000
SETTLEMENTS, APPROVED, GOODS = "getSettlements", "filterApprovedProducts", "listProducts"
PURCHASE, BATCH, CANCEL = "requestItems", "updateStocks", "cancelItems"
WEB_PAGE: Fault = {"body": "<html>busy</html>", "content_type": "text/html"}


def of(operation: str, status: int, at: int = 2, **more: object) -> tuple[Fault, ...]:
    """Trouble for one operation."""
    return ({"operation": operation, "status": status, "at": at, **more},)


CATALOGUE = Situation("catalog-pull")
FINANCE = Situation("finance")
BUYING = Situation("b2b-purchase", "tr")
SHOP = Situation("pazarsync", "tr")
QUIET: Mapping[str, Situation] = {one.profile: one for one in (CATALOGUE, FINANCE, BUYING, SHOP)}
USED_UP = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOW_MS // 1000 + 60)}
AFTER_THE_CUT_OFF = replace(BUYING, runs=2, pause_ms=2 * DAY_MS, dropped=True, fails=True)


def in_a_minute() -> str:
    """A date for Retry-After."""
    return formatdate(time() + 60, usegmt=True)


SITUATIONS: Mapping[tuple[str, str], Situation] = {
    ("catalog-pull", "more than 100 contents"): CATALOGUE,
    ("catalog-pull", "more than 10,000 contents"): replace(CATALOGUE, world="wall"),
    ("catalog-pull", "two runs"): replace(CATALOGUE, runs=2),
    ("catalog-pull", "two contents of one product main id"): CATALOGUE,
    ("catalog-pull", "a content of several variants"): CATALOGUE,
    ("catalog-pull", "a price with decimals"): CATALOGUE,
    ("catalog-pull", "a title with such letters"): replace(CATALOGUE, edition="tr"),
    ("catalog-pull", "a page that is refused or fails for good"): replace(
        CATALOGUE, faults=of(APPROVED, 503, times=9), runs=2
    ),
    ("catalog-pull", "two refusals in a row with Retry-After"): replace(
        CATALOGUE, faults=of(APPROVED, 429, times=4, retry_after=5)
    ),
    ("catalog-pull", "two refusals in a row with a date in Retry-After"): replace(
        CATALOGUE, faults=of(APPROVED, 429, times=2, headers={"Retry-After": in_a_minute()})
    ),
    ("catalog-pull", "a few refusals in a row"): replace(CATALOGUE, faults=of(APPROVED, 429, times=6)),
    ("finance", "a 429"): replace(FINANCE, faults=of(SETTLEMENTS, 429), runs=2),
    ("finance", "a 5xx, a reset or a truncated body"): replace(FINANCE, faults=of(SETTLEMENTS, 502), runs=2),
    ("finance", "a 401"): replace(FINANCE, faults=of(SETTLEMENTS, 401), runs=2),
    ("finance", "a 403"): replace(FINANCE, faults=of(SETTLEMENTS, 403, **WEB_PAGE), runs=2),
    ("finance", "a 200 without JSON"): replace(FINANCE, faults=of(SETTLEMENTS, 200, **WEB_PAGE), runs=2),
    ("finance", "an error with a JSON body"): replace(FINANCE, faults=of(SETTLEMENTS, 500), runs=2),
    ("finance", "a row of the last three hours"): FINANCE,
    ("finance", "a row of the last day"): replace(FINANCE, runs=2, pause_ms=DAY_MS // 2),
    ("finance", "a payment order or a late booking older than 15 days between two runs"): replace(
        FINANCE, runs=2, pause_ms=8 * DAY_MS
    ),
    ("finance", "a payment order between two runs"): replace(FINANCE, runs=2, pause_ms=8 * DAY_MS),
    ("finance", "a return"): FINANCE,
    ("finance", "two runs"): replace(FINANCE, runs=2),
    ("finance", "two rows of one order"): FINANCE,
    ("finance", "two runs, between which a row leaves the span"): replace(FINANCE, runs=2, pause_ms=DAY_MS),
    ("finance", "a sum that binary fractions miss"): FINANCE,
    ("finance", "amounts of four decimals"): FINANCE,
    ("finance", "a payout"): FINANCE,
    ("b2b-purchase", "a purchase whose answer is lost"): replace(
        BUYING, faults=of(PURCHASE, 504, after=True), runs=2, fails=True
    ),
    ("b2b-purchase", "two runs"): replace(BUYING, runs=2),
    ("b2b-purchase", "a want of several pieces"): BUYING,
    ("b2b-purchase", "fewer in stock than wanted"): replace(BUYING, wants=wants.more_than_there_is),
    ("b2b-purchase", "a refused purchase"): replace(BUYING, faults=of(PURCHASE, 429, retry_after=1), runs=2),
    ("b2b-purchase", "a purchase that is lost before it was done"): replace(
        BUYING, faults=of(PURCHASE, 504), runs=2, fails=True
    ),
    ("b2b-purchase", "a cancellation after the cut-off"): AFTER_THE_CUT_OFF,
    ("b2b-purchase", "a cancellation of a short item"): replace(
        BUYING, wants=wants.more_than_there_is, runs=2, dropped=True
    ),
    ("b2b-purchase", "two refusals of a purchase in a row"): replace(
        BUYING, faults=of(PURCHASE, 503, times=4, retry_after=5)
    ),
    ("pazarsync", "a token that expires"): replace(SHOP, runs=2, pause_ms=3_700_000),
    ("pazarsync", "a token refused before its time"): replace(SHOP, faults=of(GOODS, 401, times=3), runs=2),
    ("pazarsync", "a token refused in the middle"): replace(SHOP, faults=of(GOODS, 401), runs=2),
    ("pazarsync", "a quota that runs out"): replace(
        SHOP, faults=({"operation": GOODS, "at": 2, "after": True, "headers": USED_UP},)
    ),
    ("pazarsync", "two refusals in a row"): replace(SHOP, faults=of(GOODS, 429, times=4, retry_after=5)),
    ("pazarsync", "more than 100 products"): SHOP,
    ("pazarsync", "a page that is refused or fails"): replace(
        SHOP, faults=of(GOODS, 429, retry_after=1), runs=2
    ),
    ("pazarsync", "a batch with one bad sku"): replace(SHOP, wants=wants.one_unknown, fails=True),
    ("pazarsync", "a batch that is lost before it was done"): replace(
        SHOP, faults=of(BATCH, 504, at=1), runs=2
    ),
    ("pazarsync", "more than 20 wants"): SHOP,
}
# What only a marketplace of a few lines can show here.
ELSEWHERE = {
    "a short page in the middle of a token walk",
    "a content removed between two pages",
    "a content removed between runs",
    "a price, stock or title changed between runs",
    "ids beyond 2^31",
    "unusual answers",
    "more than 1000 rows in a window",
    "a product removed between two pages",
}


def situation(profile: str, needs: str, edition: str) -> Situation:
    """The situation in which a client shows its fault."""
    return replace(SITUATIONS[profile, needs] if needs else QUIET[profile], edition=edition)
