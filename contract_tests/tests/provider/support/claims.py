"""What the tests of claims share: sellers by edition, claims by the status of their items, decisions."""

from __future__ import annotations

import io
from typing import Any

from contract_tests.tests.provider.conftest import INT, TR, Ask
from emulator.contract.contract import load_contract

EDITIONS = ("tr", "int")
SELLERS = {"tr": (2738, TR), "int": (2748, INT)}
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def recipe() -> dict[str, Any]:
    """A small world in which each seller has a claim in every status."""
    places = [{"seller": seller, "storefront": code} for seller, code in ((2738, "TR"), (2748, "RO"))]
    orders = {"count": 30, "days": 25, "marketplaces": ["trendyol"]}
    return {
        **load_contract().worlds["empty"],
        "listings": [{**place, "contents": 12, "variants": [1, 2]} for place in places],
        "orders": [{**place, **orders} for place in places],
        "claims": [{**place, "count": 0, "days": 10, "every_status": True} for place in places],
    }


def path_of(edition: str, rest: str = "") -> str:
    return f"/integration/order/sellers/{SELLERS[edition][0]}/claims{rest}"


def send(ask: Ask, method: str, rest: str, edition: str = "tr", **more: Any) -> Any:
    """Send a request to a claim service as the seller of an edition."""
    return ask.send(method, path_of(edition, rest), headers=SELLERS[edition][1], **more)


def claims(ask: Ask, edition: str = "tr", **query: Any) -> list[dict[str, Any]]:
    """The claims of a seller."""
    answer = ask(path_of(edition), SELLERS[edition][1], **{"size": 200, **query})
    assert answer.status_code == 200, answer.text
    return list(answer.json["content"])


def items_of(claim: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for line in claim["items"] for item in line["claimItems"]]


def ids_of(claim: dict[str, Any]) -> list[str]:
    return [item["id"] for item in items_of(claim)]


def status_of(ask: Ask, claim: dict[str, Any], edition: str = "tr") -> set[str]:
    """The statuses that the items of a claim have now."""
    (row,) = claims(ask, edition, claimIds=claim["id"])
    return {item["claimItemStatus"]["name"] for item in items_of(row)}


def first(ask: Ask, status: str, edition: str = "tr") -> dict[str, Any]:
    """The first claim of a status."""
    return claims(ask, edition, claimItemStatus=status)[0]


def approve(ask: Ask, claim: dict[str, Any], edition: str = "tr", ids: list[str] | None = None) -> Any:
    body = {"claimLineItemIdList": ids_of(claim) if ids is None else ids, "params": {}}
    return send(ask, "PUT", f"/{claim['id']}/items/approve", edition, json=body)


def issue(
    ask: Ask,
    claim: dict[str, Any],
    reason: object,
    edition: str = "tr",
    *,
    with_file: bool = True,
    in_form: bool = False,
    **values: object,
) -> Any:
    """Do not take the items of a claim back, the values in the query or in the form."""
    fields = {
        "claimIssueReasonId": str(reason),
        "claimItemIdList": ",".join(ids_of(claim)),
        "description": "used",
        **values,
    }
    fields = {name: value for name, value in fields.items() if value is not None}
    data: dict[str, Any] = dict(fields) if in_form else {}
    if with_file:
        data["files[]" if in_form else "file"] = (io.BytesIO(b"%PDF-1.4"), "proof.pdf")
    more: dict[str, Any] = {} if in_form else {"query_string": fields}
    if data:
        more |= {"data": data, "content_type": "multipart/form-data"}
    return send(ask, "POST", f"/{claim['id']}/issue", edition, **more)


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.headers["X-Emulator-Rule"]


def delivered_order(ask: Ask, edition: str = "tr") -> dict[str, Any]:
    """A delivered package that nothing was claimed of, as the list shows it."""
    seller, headers = SELLERS[edition]
    claimed_orders = {row["orderNumber"] for row in claims(ask, edition)}
    rows = ask(f"/integration/order/sellers/{seller}/v2/orders", headers, status="Delivered").json["content"]
    return next(row for row in rows if row["orderNumber"] not in claimed_orders)


def new_claim(package: dict[str, Any], quantity: int = 1, **values: Any) -> dict[str, Any]:
    """The body that opens a claim for units of a package's first line."""
    item = {"barcode": package["lines"][0]["barcode"], "quantity": quantity, "reasonId": 401}
    return {"claimItems": [item | values], "orderNumber": package["orderNumber"], "shipmentCompanyId": 4}


def return_rows(ask: Ask, edition: str = "tr") -> list[dict[str, Any]]:
    """The rows of returns in the account of a seller."""
    rows = ask.control("GET", "/truth/settlements", seller=SELLERS[edition][0])["rows"]
    return [row for row in rows if row["transactionType"] in ("Return", "İade")]
