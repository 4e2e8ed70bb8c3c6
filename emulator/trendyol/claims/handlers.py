"""Claims: listed, opened, approved, not taken back, audited."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.exchange import Call, Refusal, Reply, json_reply, page_reply
from emulator.trendyol.claims import parse, wire
from emulator.world.claims.decisions import TooEarly, approve, refuse_to_take_back
from emulator.world.claims.due import bring_back
from emulator.world.claims.model import Claim, Unit
from emulator.world.claims.opening import (
    OWN_CARRIER,
    ClaimedUnit,
    NoSuchUnits,
    choose_units,
    delivered_packages,
    free_units,
    open_accepted_claim,
    open_claim,
)
from emulator.world.claims.reasons import customer_reasons, issue_reasons
from emulator.world.claims.rows import claim_by_id, claim_of_item, claims_where
from emulator.world.claims.search import count_claims, find_claims
from emulator.world.core.life import NoWay
from emulator.world.core.listing import Listing
from emulator.world.orders.model import Package

EMPTY_REPLY = Reply((), content_type="text/plain")
OK_REPLY = Reply((b"200 OK",), content_type="text/plain")
# The largest number that a column of 64 bits holds.
LARGEST = 2**63 - 1
DAY_HOURS = 24


def get_claims(call: Call) -> Reply:
    """A page of the seller's claims, the latest change first.

    Errors: claim-window-too-long, claim-none, both by decision.
    """
    query, number, size = parse.claim_query(call), call.query["page"], call.query["size"]
    total = count_claims(call.world, query)
    if not total and call.decide("claim-none") == "404":
        raise Refusal("claim-none")
    head = {"totalElements": total, "totalPages": -(-total // size), "page": number, "size": size}
    return page_reply(head, find_claims(call.world, query, size, number * size))


def create_claim(call: Call) -> Reply:
    """Open a claim for a parcel that came back without a code.

    Errors: claim-order-unknown, claim-units-invalid, claim-reason-invalid.
    """
    package, items = _claimed_items(call)
    claim = open_claim(call.world, package, items, "seller", carrier=OWN_CARRIER)
    return _created_reply(claim)


def create_claim_as_accepted(call: Call) -> Reply:
    """Open a claim that is accepted at once.

    Errors: those of create_claim.
    """
    package, items = _claimed_items(call)
    return _created_reply(open_accepted_claim(call.world, package, items, "seller"))


def approve_claim_line_items(call: Call) -> Reply:
    """Take items back that wait for it; some are checked for fraud first.

    Errors: claim-unknown, claim-item-unknown, claim-items-not-waiting.
    """
    claim = _claim(call)
    item_ids = parse.item_ids_of(call.body["claimLineItemIdList"])
    _check_items(claim, item_ids)
    try:
        approve(call.world, claim, item_ids, call.decide("claim-fraud-check"))
    except NoWay as fault:
        raise Refusal("claim-items-not-waiting") from fault
    return EMPTY_REPLY


def create_claim_issue(call: Call) -> Reply:
    """Do not take items back, for a reason.

    Errors: claim-unknown, claim-item-unknown, claim-items-not-waiting, claim-issue-too-early and those of
    ``parse.issue_fields``.
    """
    claim = _claim(call)
    issue, item_ids = parse.issue_fields(call)
    _check_items(claim, item_ids)
    if issue.reason_id not in {each.id for each in issue_reasons(call.world, parse.listing_of(call))}:
        raise Refusal("claim-issue-reason-invalid", value=issue.reason_id)
    try:
        refuse_to_take_back(call.world, claim, item_ids, issue)
    except TooEarly as fault:
        raise Refusal("claim-issue-too-early", hours=DAY_HOURS) from fault
    except NoWay as fault:
        raise Refusal("claim-items-not-waiting") from fault
    return EMPTY_REPLY


def get_claim_issue_reasons(call: Call) -> Reply:
    """The reasons for not taking something back, in Turkish whatever the language.

    Source: Turkish whatever was asked for, C.
    """
    seller = call.caller.seller
    assert seller is not None
    listing = Listing(seller.id, call.caller.storefront)
    return json_reply([{"id": each.id, "name": each.name} for each in issue_reasons(call.world, listing)])


def get_claim_item_audits(call: Call) -> Reply:
    """What became of an item, step by step.

    Errors: claim-item-not-found.
    """
    item_id = call.path["claimItemsId"]
    claim = claim_of_item(call.world, item_id)
    if claim is None or (claim.seller_id, claim.storefront) != parse.listing_of(call):
        raise Refusal("claim-item-not-found", value=item_id)
    (item,) = [each for each in claim.items if each.id == item_id]
    return json_reply(wire.audits(claim, item))


def update_test_claim_to_waiting_in_action(call: Call) -> Reply:
    """Bring what a customer sends back to its seller, as if a carrier had it.

    Errors: claim-package-unknown, claim-not-on-way.
    """
    number = call.body["shipmentPackageId"]
    condition = "return_package_id = ? AND seller_id = ? AND storefront = ?"
    claims = claims_where(call.world, condition, (min(number, LARGEST), *parse.listing_of(call)))
    if not claims:
        raise Refusal("claim-package-unknown", value=number)
    if all(item.status != "created" for item in claims[0].items):
        raise Refusal("claim-not-on-way", value=number)
    bring_back(call.world, claims[0])
    return OK_REPLY


def _claim(call: Call) -> Claim:
    """The claim that the path names.

    Errors: claim-unknown for one that is not there or is another seller's.
    """
    claim = claim_by_id(call.world, call.path["claimId"])
    if claim is None or (claim.seller_id, claim.storefront) != parse.listing_of(call):
        raise Refusal("claim-unknown", value=call.path["claimId"])
    return claim


def _check_items(claim: Claim, item_ids: tuple[str, ...]) -> None:
    known_ids = {item.id for item in claim.items}
    for item_id in item_ids:
        if item_id not in known_ids:
            raise Refusal("claim-item-unknown", value=item_id)


def _claimed_items(call: Call) -> tuple[Package, list[ClaimedUnit]]:
    """The package that a body speaks of, and which of its units come back, each with reason and note.

    Errors: claim-order-unknown, claim-units-invalid, claim-reason-invalid.
    """
    listing = parse.listing_of(call)
    packages = delivered_packages(call.world, listing, call.body["orderNumber"])
    if not packages:
        raise Refusal("claim-order-unknown", value=call.body["orderNumber"])
    reasons = customer_reasons(call.world, listing)
    for row in call.body["claimItems"]:
        if row["reasonId"] not in reasons:
            raise Refusal("claim-reason-invalid", value=row["reasonId"])
    fault: NoSuchUnits | None = None
    for package in packages:
        units = free_units(call.world, package)
        try:
            return package, list(_chosen_items(call, units))
        except NoSuchUnits as shortage:
            fault = shortage
    raise Refusal("claim-units-invalid", value=str(fault))


def _chosen_items(call: Call, units: Sequence[Unit]) -> list[ClaimedUnit]:
    """The units that a body asks for, taken from those that are free.

    Errors: NoSuchUnits.
    """
    items: list[ClaimedUnit] = []
    for row in call.body["claimItems"]:
        chosen_units = choose_units(units, row["barcode"], row["quantity"])
        units = [unit for unit in units if unit not in chosen_units]
        items += [(unit, row["reasonId"], row.get("customerNote") or "") for unit in chosen_units]
    return items


def _created_reply(claim: Claim) -> Reply:
    return json_reply(
        {
            "claimId": claim.id,
            "cargoTrackingNumber": claim.parcel.cargo_number,
            "claimItemIds": [item.id for item in claim.items],
        }
    )
