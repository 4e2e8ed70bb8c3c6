"""Writes to a package and the list that shows it, as entries of a recording."""

from __future__ import annotations

import json
from typing import Any

from contract_tests.tests.kit.support.recording import SELLER, Entry, asked

PACKAGES = f"/integration/order/sellers/{SELLER}/shipment-packages"
ORDERS = f"/integration/order/sellers/{SELLER}/v2/orders"
PACKAGE, LINE = 2722331586, 3001357
WHOLE = [{"lineId": LINE, "quantity": 2}]


def listing(status: str = "Created", *, package: int = PACKAGE, **more: Any) -> Entry:
    """A page of the list with one package of two pieces."""
    row = {"shipmentPackageId": package, "orderNumber": "1", "status": status, "lines": WHOLE}
    body = {"totalElements": 1, "totalPages": 1, "page": 0, "size": 200, "content": [row]}
    return asked(ORDERS, {"orderNumber": "1"}, body=body, **more)


def put(service: str, body: Any, *, package: int = PACKAGE, method: str = "PUT", **more: Any) -> Entry:
    """A write to a service of a package."""
    entry = asked(f"{PACKAGES}/{package}{service}", **more)
    entry["request"] |= {"method": method, "postData": {"text": json.dumps(body)}}
    return entry


def status(word: str, *, lines: Any = WHOLE, **more: Any) -> Entry:
    """A write of a status, with every line unless it says otherwise."""
    return put("", {"lines": lines, "params": {}, "status": word}, **more)


def cancellation(reason: int = 500, **more: Any) -> Entry:
    """A write that cancels a piece."""
    return put("/items/unsupplied", {"lines": [WHOLE[0] | {"quantity": 1}], "reasonId": reason}, **more)
