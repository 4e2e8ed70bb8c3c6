"""Claims on the wire: the world's claims in the vendor's spelling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from emulator.world.claims.life import ACTION_MS
from emulator.world.claims.model import Acceptance, Claim, ClaimItem, Parcel, Status
from emulator.world.core.money import number
from emulator.world.orders.carriers import LOCKER_CARRIER

STATUSES: Mapping[Status, str] = {
    "created": "Created",
    "waiting_in_action": "WaitingInAction",
    "waiting_fraud_check": "WaitingFraudCheck",
    "accepted": "Accepted",
    "unresolved": "Unresolved",
    "rejected": "Rejected",
    "cancelled": "Cancelled",
    "in_analysis": "InAnalysis",
}
ACCEPTANCES: Mapping[Acceptance, str | None] = {
    "": None,
    "seller": "SUPPLIER",
    "dispute": "DISPUTE",
    "system": "SYSTEM",
}
# Names by the printed claims, D; of carriers that bring nothing back there, the names of the order list.
CARRIERS: Mapping[str, str] = {
    "trendyol_express": "Trendyol Express Marketplace",
    "yurtici": "Yurtiçi Kargo Marketplace",
    "aras": "Aras Kargo Marketplace",
    "surat": "Sürat Kargo Marketplace",
    "ptt": "PTT Kargo Marketplace",
}
DEPOSIT_STOREFRONTS = ("RO",)
OVER: tuple[Status, ...] = ("accepted", "rejected", "cancelled")
# Istanbul's clock read as UTC, as in the order list.
ORDER_DATE_SHIFT_MS = 3 * 3_600_000


def claim(value: Claim, decisions: Mapping[str, str], reasons: Mapping[str, Any]) -> bytes:
    """One claim as the list has it.

    Shapes: ``reasons`` is the lookup of that name.
    Source: docs/i̇ade-entegrasyonu, D, with types measured on production, C.
    """
    is_live = decisions["claim-keys"] == "live"
    members: dict[str, Any] = {
        "id": value.id,
        "claimId": value.id,
        "orderNumber": value.order_number,
        "orderDate": value.ordered_ms + ORDER_DATE_SHIFT_MS,
        "customerFirstName": value.customer[0],
        "customerLastName": value.customer[1],
        "claimDate": value.claimed_ms,
        "lastModifiedDate": value.updated_ms,
        **_carriage(value.parcel),
        "orderShipmentPackageId": value.parcel.id,
        "orderOutboundPackageId": value.package_id,
        "channelId": 1,
        **(_pick_up(value) if value.storefront != "TR" else {}),
        "replacementOutboundpackageinfo": _sent_parcel(value.replacement, is_live=is_live)
        if value.replacement
        else {},
        "items": list(_lines(value, reasons["names"], old_names=decisions["package-names"] == "old")),
    }
    if value.storefront in DEPOSIT_STOREFRONTS:
        members["totalSgrFee"] = number(sum(item.unit.deposit_e4 for item in value.items))
    if value.rejected is not None:
        key = "rejectedPackageInfo" if is_live else "rejectedpackageinfo"
        parcel = _sent_parcel(value.rejected, is_live=is_live)
        members[key] = {**parcel, "dontShipBack": value.rejected.stays}
    return orjson.dumps(members)


def audits(value: Claim, item: ClaimItem) -> list[dict[str, Any]]:
    """What became of an item, the latest first.

    Source: docs of the audit service, D; the order is none, D, so this one is I.
    """
    words = ["", *(STATUSES[status] for status, _, _ in item.history)]
    rows = [
        {
            "claimId": value.id,
            "claimItemId": item.id,
            "previousStatus": words[place],
            "newStatus": words[place + 1],
            "userInfoDocument": _executor(value, by),
            "date": at_ms,
        }
        for place, (_, at_ms, by) in enumerate(item.history)
    ]
    return rows[::-1]


def _executor(value: Claim, by: str) -> dict[str, Any]:
    """Who moved an item; the names of the customer's and the carrier's programs are I."""
    app, user = {
        "seller": ("SellerIntegrationApi", str(value.seller_id)),
        "customer": ("Storefront", "customer"),
        "carrier": ("Cargo", "carrier"),
        "platform": ("OrderManagement", "system"),
    }[by]
    return {"executorId": user, "executorApp": app, "executorUser": user}


def _carriage(parcel: Parcel) -> dict[str, Any]:
    return {
        "cargoTrackingNumber": parcel.cargo_number,
        "cargoTrackingLink": f"https://tracking.trendyol.com/?id={parcel.cargo_number}",
        "cargoSenderNumber": str(parcel.cargo_number),
        "cargoProviderName": CARRIERS.get(parcel.carrier, parcel.carrier.upper()),
    }


def _sent_parcel(parcel: Parcel, *, is_live: bool) -> dict[str, Any]:
    key = "packageId" if is_live else "packageid"
    return {**_carriage(parcel), key: parcel.id, "items": list(parcel.item_ids)}


def _pick_up(value: Claim) -> dict[str, Any]:
    """How a parcel is picked up from a locker, while it waits there.

    Source: the three names, and that the place is filled while WaitingInAction alone, D; what it says is I.
    """
    is_locker = value.parcel.carrier == LOCKER_CARRIER
    is_waiting = any(item.status == "waiting_in_action" for item in value.items)
    return {
        "sellerDeliveryMethod": "LOCKER" if is_locker else None,
        "sellerOtp": f"{value.parcel.id * 7919 % 1_000_000:06d}" if is_locker else None,
        "sellerCollectionPointDetails": {"collectionPointId": str(value.parcel.id % 10_000)}
        if is_locker and is_waiting
        else None,
    }


def _lines(value: Claim, names: Mapping[str, Any], *, old_names: bool) -> Iterator[dict[str, Any]]:
    language = 0 if value.storefront == "TR" else 1
    by_line: dict[int, list[ClaimItem]] = {}
    for item in value.items:
        by_line.setdefault(item.unit.line_id, []).append(item)
    for items in by_line.values():
        unit = items[0].unit
        yield {
            "orderLine": {
                "id": unit.line_id,
                "productName": unit.name,
                "barcode": unit.barcode,
                "merchantSku": unit.stock_code,
                "productColor": unit.colour,
                # The printed sizes begin with a blank, D.
                "productSize": f" {unit.size}" if unit.size else "",
                "price": number(unit.price_e4),
                "vatBaseAmount" if old_names else "vatRate": unit.vat_rate,
                "salesCampaignId": 11,
                "productCategory": unit.category,
                "lineItems": None,
            },
            "claimItems": [_item(item, names, language) for item in items],
        }


def _item(item: ClaimItem, names: Mapping[str, Any], language: int) -> dict[str, Any]:
    name = names[str(item.reason_id)]
    reason = {
        "id": item.reason_id,
        "name": name[language],
        "externalReasonId": item.reason_id,
        "code": name[2],
    }
    return {
        "id": item.id,
        "orderLineItemId": item.unit.id,
        "customerClaimItemReason": reason,
        "trendyolClaimItemReason": reason,
        "claimItemStatus": {"name": STATUSES[item.status]},
        "note": item.issue.description if item.issue else "",
        "customerNote": item.note,
        "resolved": item.status in OVER,
        "autoAccepted": item.acceptance == "system",
        "acceptedBySeller": item.acceptance == "seller",
        "acceptDetail": ACCEPTANCES[item.acceptance],
        "autoApproveDate": None if item.waiting_ms is None else item.waiting_ms + ACTION_MS,
    }
