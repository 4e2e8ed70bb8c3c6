"""What the tests of documents share: packages by their orders, and how a document is sent."""

from __future__ import annotations

from typing import Any

from contract_tests.tests.provider.conftest import NOW_MS, Ask
from contract_tests.tests.provider.support.packages import SELLERS

PDF, PNG, JPEG = b"%PDF-1.4 invoice", b"\x89PNG\r\n\x1a\n....", b"\xff\xd8\xff\xe0...."
NUMBER, DATED_MS = "ABC2026000000001", NOW_MS - 3_600_000
CHECK_MS = 60_000
BOUNDARY = "parts-of-a-form"


def number_of(order: int) -> int:
    """The number of the one package of an order of the world of documents."""
    return order * 10**6 + 3_000_000_000


def edition_of(order: int) -> str:
    return "int" if order >= 200 else "tr"


def post(ask: Ask, path: str, edition: str = "tr", **rest: Any) -> Any:
    """Send something to a service of the edition's seller."""
    seller, _, headers = SELLERS[edition]
    return ask.send("POST", f"/integration/sellers/{seller}/{path}", headers=headers, **rest)


def send_link(ask: Ask, order: int, link: str = "", **members: Any) -> Any:
    body = {"invoiceLink": link or f"https://shop.example/{order}.pdf", "shipmentPackageId": number_of(order)}
    return post(ask, "seller-invoice-links", edition_of(order), json={**body, **members})


def send_file(
    ask: Ask, order: int, content: bytes | None = PDF, path: str = "seller-invoice-file", **fields: Any
) -> Any:
    """Send a form with a file, without one where there is no content."""
    parts = [_part(name, str(value).encode()) for name, value in fields.items()]
    parts.append(_part("shipmentPackageId", str(number_of(order)).encode()))
    if content is not None:
        parts.append(_part('file"; filename="invoice.pdf', content))
    body = b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return post(ask, path, edition_of(order), data=body, content_type=kind)


def _part(name: str, content: bytes) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return head.encode() + content + b"\r\n"


def delete(ask: Ask, order: int, customer_id: int, **members: Any) -> Any:
    body = {"serviceSourceId": number_of(order), "channelId": 1, "customerId": customer_id}
    return post(ask, "seller-invoice-links/delete", edition_of(order), json={**body, **members})
