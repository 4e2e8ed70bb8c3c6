"""Where products stand: the list of those that wait or were rejected, and that of the approved ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.patience import endpoint
from contract_tests.clients.protocol import Row

# docs/ürün-filtreleme-onaylı-ürün-v2, D.
MOST_BARCODES = 50
SIZE = 100
APPROVED_LIST, UNAPPROVED_LIST = "approved", "unapproved"
STATES = {"pendingApproval": "pending", "rejected": "rejected"}


def read_listing(market: Marketplace, barcodes: Iterable[str]) -> dict[str, Row]:
    """Where each product stands, by barcode; one that is in neither list is not there.

    The list of what waits comes first: a product that is approved in between is in both then, not in neither.
    """
    codes = list(barcodes)
    rows: dict[str, Row] = {}
    for start in range(0, len(codes), MOST_BARCODES):
        some = codes[start : start + MOST_BARCODES]
        rows |= {row["barcode"]: unapproved_row(row) for row in read_rows(market, UNAPPROVED_LIST, some)}
        for content in read_rows(market, APPROVED_LIST, some):
            rows |= {each["barcode"]: approved_row(content, each) for each in content["variants"]}
    return {code: rows[code] for code in codes if code in rows}


def read_rows(market: Marketplace, name: str, barcodes: list[str]) -> Iterator[Row]:
    """The rows of a list that have these barcodes, page by page."""
    path = f"/product/sellers/{market.account.seller_id}/products/{name}"
    query: dict[str, str | int] = {"barcodes": ",".join(barcodes), "size": SIZE}
    page = market.page([endpoint(name)], path, {**query, "page": 0})
    yield from page.rows
    while page.token and page.rows:
        page = market.page([endpoint(name)], path, {**query, "nextPageToken": page.token})
        yield from page.rows


def unapproved_row(row: Row) -> Row:
    """A product that is not approved."""
    return {"state": STATES[row["status"]], "contentId": None, "title": row["title"], "archived_ms": None}


def approved_row(content: Row, variant: Row) -> Row:
    """A product that is approved; of several states the gravest."""
    state = next((name for name in ("blacklisted", "archived", "locked") if variant[name]), APPROVED_LIST)
    return {
        "state": state,
        "contentId": content["contentId"],
        "title": content["title"],
        "archived_ms": variant.get("archivedDate"),
    }


def title_failed(market: Marketplace, content_id: int, title: str) -> bool:
    """Whether people have refused the newest change of a title."""
    path = f"/integration/product/sellers/{market.account.seller_id}/products/{content_id}/update-audits"
    audits: Row = market.service.read(
        path, before=lambda: market.pace.take([endpoint("audits")], market.service.clock)
    )
    updates = [
        update for audit in audits["content"] for update in audit["updates"] if update["type"] == "TITLE"
    ]
    newest = next((each for each in updates if each.get("changedTitle") == title), None)
    return newest is not None and newest["status"] == "FAIL"
