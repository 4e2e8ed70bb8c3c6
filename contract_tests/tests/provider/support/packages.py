"""What the tests of the package writes share: a world of written orders, and the packages in it."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from contract_tests.tests.provider.conftest import INT, NOW_MS, TR, Ask
from emulator.contract.contract import load_contract

DAY_MS = 86_400_000
SPLIT_MS = 3_000
SELLERS = {"tr": (2738, "TR", TR), "int": (2748, "RO", INT)}
EDITIONS = tuple(SELLERS)
JEWELLERY, DIGITAL = 1229, "Digital Goods"
STATUSES = (
    "awaiting", "created", "picking", "invoiced", "shipped", "at_collection_point", "delivered",
    "undelivered", "returned", "cancelled", "unsupplied",
)  # fmt: skip
CUSTOMER = {"first_name": "Ada", "last_name": "Demir", "email": "a@example.com", "phone": "+905550000000"}
ADDRESS = {"line1": "Yol 1", "line2": "", "district": "Kadıköy", "city": "İstanbul", "postal_code": "34000"}
BEFORE_SHIPPING = ("created", "picking", "invoiced")


def order(number: int, status: str, edition: str = "tr", **parts: Any) -> dict[str, Any]:
    """An order of three lines, of one, two and four units, as a recipe writes it out."""
    seller, storefront, _ = SELLERS[edition]
    line = parts.pop("line", {})
    lines = [
        {"id": number * 10 + place, "variant_id": place, "barcode": f"W{place}", "stock_code": f"S{place}"}
        | {"name": f"Thing {place}", "quantity": quantity, "unit_price": 10_000 + 33 * place, "vat_rate": 20}
        | line
        for place, quantity in enumerate((1, 2, 4))
    ]
    placed_ms = NOW_MS - DAY_MS
    return {
        "id": number,
        "order_number": str(number),
        "package_id": number * 10**6 + 3_000_000_000,
        "marketplace": "trendyol",
        "seller_id": seller,
        "storefront": storefront,
        "status": status,
        "placed_ms": placed_ms,
        "updated_ms": placed_ms + 1000,
        "customer": {
            "first_name": "Ada",
            "last_name": "Demir",
            "email": "a@example.com",
            "phone": "+905550000000",
        },
        "address": {
            "line1": "Yol 1",
            "line2": "",
            "district": "Kadıköy",
            "city": "İstanbul",
            "postal_code": "34000",
        },
        "lines": lines,
        "shipping_fee": 0,
        "discount": 1_001,
        "tax": 0,
        **parts,
    }


def world_of(*orders: dict[str, Any]) -> dict[str, Any]:
    """The recipe of a world with these orders."""
    return {**load_contract().worlds["empty"], "name": "packages", "orders": list(orders)}


def every_status() -> dict[str, Any]:
    """The recipe of a world with an order in each status, in both editions."""
    return world_of(
        *(order(100 + place, status) for place, status in enumerate(STATUSES)),
        *(order(200 + place, status, "int") for place, status in enumerate(STATUSES)),
    )


def number_in(status: str, edition: str = "tr") -> int:
    """The number of the package in a status, in the world of every status."""
    return ((100 if edition == "tr" else 200) + STATUSES.index(status)) * 10**6 + 3_000_000_000


def packages_of(ask: Ask, order_number: str) -> list[dict[str, Any]]:
    """All packages of an order as they are listed, the first one first."""
    return sorted(_rows(ask, orderNumber=order_number), key=itemgetter("shipmentPackageId"))


def package(ask: Ask, number: int) -> dict[str, Any]:
    """One package as it is listed, whether it is paid for or not."""
    paid_rows = _rows(ask, shipmentPackageIds=number)
    (document,) = paid_rows or _rows(ask, shipmentPackageIds=number, status="Awaiting")
    return document


def _rows(ask: Ask, **query: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for seller, _, headers in SELLERS.values():
        rows += ask(f"/integration/order/sellers/{seller}/v2/orders", headers, **query).json["content"]
    return rows


def write(
    ask: Ask, number: int | str, rest: str = "", body: Any = None, edition: str = "tr", method: str = "PUT"
) -> Any:
    """Send a write about a package; without a body none is sent."""
    seller, _, headers = SELLERS[edition]
    path = f"/integration/order/sellers/{seller}/shipment-packages/{number}{rest}"
    words = {} if body is None else {"json": body}
    return ask.send(method, path, headers=headers, **words)


def lines_of(document: dict[str, Any]) -> list[dict[str, int]]:
    """All lines of a package, as the writes name them."""
    return [{"lineId": line["lineId"], "quantity": line["quantity"]} for line in document["lines"]]


def later(ask: Ask, ms: int = SPLIT_MS) -> None:
    """Let some time pass."""
    ask.control("POST", "/clock/advance", {"ms": ms})


def refusal(answer: Any) -> tuple[int, str]:
    """Status and rule of a refusal."""
    return answer.status_code, answer.headers.get("X-Emulator-Rule", "")


def statuses(document: dict[str, Any]) -> list[str]:
    """What the history of a package says, in its order."""
    return [step["status"] for step in document["packageHistories"]]


def units(document: dict[str, Any]) -> dict[int, int]:
    """How many units of which line a package holds."""
    return {line["lineId"]: line["quantity"] for line in document["lines"]}
