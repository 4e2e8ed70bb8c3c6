"""What requests mean: ids, moments, new products, the items of a stock batch."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from emulator.exchange import Call, Refusal
from emulator.pazarsync import wire
from emulator.world.accounts.api_clients import ApiClient
from emulator.world.catalogue.account_products import AccountProduct, Details, Image
from emulator.world.core.istanbul import ISTANBUL

_NUMBER = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_DAY_LENGTH = len("2026-11-22")
_KURUS = 100


@dataclass(slots=True)
class Batch:
    """A stock batch: what is to be set, and what cannot be done.

    Shapes: ``quantities`` holds product and quantity by the product's number, the last item of each;
    ``item_count`` is how many items that were.
    """

    quantities: dict[int, tuple[AccountProduct, int]] = field(default_factory=dict)
    item_count: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)


def client_of(call: Call) -> ApiClient:
    """The client whose token the gate has read."""
    assert call.caller.client is not None
    return call.caller.client


def number_in(text: str, prefix: str) -> int | None:
    """The number in an id such as prod_123456; None when it is no id of ours."""
    digits = text.removeprefix(prefix)
    return int(digits) if text.startswith(prefix) and _NUMBER.fullmatch(digits) else None


def earliest(call: Call, name: str) -> int | None:
    """The first moment a date parameter means, in epoch milliseconds UTC, or None.

    Errors: pazarsync-date-invalid.
    """
    return _moment(call, name, time.min)


def latest(call: Call, name: str) -> int | None:
    """The last moment a date parameter means: a day is taken to its end, a second too.

    Errors: pazarsync-date-invalid.
    """
    return _moment(call, name, time(23, 59, 59), timedelta(milliseconds=999))


def _moment(call: Call, name: str, of_day: time, further: timedelta = timedelta(0)) -> int | None:
    text = call.query.get(name)
    if text is None:
        return None
    try:
        read = _read(text.upper(), of_day)
        whole = read + further if read.microsecond == 0 else read
        return int(whole.timestamp() * 1000)
    except (ValueError, OverflowError) as fault:
        raise Refusal("pazarsync-date-invalid", parameter=name, value=text) from fault


def _read(text: str, of_day: time) -> datetime:
    if len(text) == _DAY_LENGTH:
        return datetime.combine(date.fromisoformat(text), of_day, ISTANBUL)
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=ISTANBUL)


def new_product(call: Call, number: int) -> AccountProduct:
    """The product a request describes, not yet listed anywhere."""
    body, client = call.body, client_of(call)
    return AccountProduct(
        seller_id=client.seller_id,
        storefront=client.storefront,
        number=number,
        content_id=None,
        barcode=None,
        sku=body["sku"],
        name=body["name"],
        description=body.get("description", ""),
        quantity=int(body["stock"]),
        price=int((Decimal(str(body["price"])) * _KURUS).to_integral_value(ROUND_HALF_UP)),
        status=wire.PRODUCT_STATUSES[body.get("status", "active")],
        created_ms=call.now_ms,
        updated_ms=call.now_ms,
    )


def new_details(call: Call, names: Mapping[str, str]) -> Details:
    """What a request says of a product for its detail; ``names`` are those of the known categories."""
    body = call.body
    return Details(
        images=tuple(_image(image, body["name"]) for image in body.get("images", ())),
        categories=tuple((key, names.get(key, key)) for key in body.get("categories", ())),
        attributes=body.get("attributes", {}),
    )


def _image(image: str | Mapping[str, str], name: str) -> Image:
    if isinstance(image, str):
        return Image(image, name)
    return Image(image["url"], image.get("alt_text", name))


def split_items(
    items: Sequence[Mapping[str, Any]],
    by_number: Mapping[int, AccountProduct],
    by_sku: Mapping[str, AccountProduct],
) -> Batch:
    """Tell the items of a batch that can be done from those that cannot."""
    batch = Batch()
    for index, item in enumerate(items):
        match = _product_of(item, by_number, by_sku)
        if isinstance(match, str):
            batch.errors.append(wire.stock_error(index, item, match))
        else:
            batch.quantities[match.number] = (match, int(item["stock"]))
            batch.item_count += 1
    return batch


def _product_of(
    item: Mapping[str, Any], by_number: Mapping[int, AccountProduct], by_sku: Mapping[str, AccountProduct]
) -> AccountProduct | str:
    """The product an item means, or the key of what is wrong with it."""
    product_id, sku = item.get("product_id"), item.get("sku")
    if product_id is None and sku is None:
        return "product_not_named"
    product = by_sku.get(sku or "")
    if product_id is not None:
        product = by_number.get(number_in(product_id, "prod_") or 0)
    if product is None:
        return "product_not_found"
    if sku is not None and sku != product.sku:
        return "product_ambiguous"
    return "stock_negative" if item["stock"] < 0 else product
