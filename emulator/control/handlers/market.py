"""Moving the marketplace, and what a copy of it should hold."""

from __future__ import annotations

from typing import Any

from emulator.control import wire
from emulator.control.find import find_seller
from emulator.control.market_views import package_view, payout_view
from emulator.control.truth_rows import export_rows
from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.stage.stage import Stage
from emulator.stage.stages import Stages
from emulator.world.core.listing import Listing
from emulator.world.core.memo import Memo
from emulator.world.core.money import CURRENCY_OF
from emulator.world.money.payout_parts import payouts_of
from emulator.world.orders.listing_packages import packages_of_listing
from emulator.world.truth import last_change_by_time_ms, truth

TRUTHS: Memo[tuple[Any, ...], Reply] = Memo(8)


def make_move(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Move the marketplace.

    Errors: move-impossible.
    """
    from emulator.world.moves import perform

    stage.world.catch_up()
    try:
        summary = perform(stage.world, wire.body_members(call))
    except ValueError as impossible:
        raise Refusal("move-impossible", why=impossible) from impossible
    say = stages.translator_into(call.caller.language)
    return json_reply({"summary": say(summary), "at_ms": stage.world.clock.now_ms()})


def get_truth(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Tell what a seller's copy should hold.

    Errors: seller-unknown.
    """
    query, listing = call.query, _listing(call, stage)
    world, kind = stage.world, call.path["kind"]
    # Most who ask compare the world before and after something that has only read it.
    answers = world.recall(TRUTHS)
    changes = (world.store.changes(), last_change_by_time_ms(world, kind, listing))
    key = (kind, listing, query.get("from"), query.get("to"), *changes)
    if key not in answers:
        rows = truth(world, kind, listing, query.get("from"), query.get("to"))
        answers[key] = json_reply({"kind": kind, "rows": export_rows(kind, rows)})
    return answers[key]


def list_packages(call: Call, stages: Stages, stage: Stage) -> Reply:
    """List packages with their life.

    Errors: seller-unknown.
    """
    query = call.query
    listing = _listing(call, stage)
    count, packages = packages_of_listing(
        stage.world, listing, query.get("status"), query.get("text"), query["offset"], query["limit"]
    )
    return json_reply({"count": count, "packages": [package_view(package) for package in packages]})


def list_payouts(call: Call, stages: Stages, stage: Stage) -> Reply:
    """List payouts with what they are made of.

    Errors: seller-unknown.
    """
    listing = _listing(call, stage)
    views = [payout_view(each) for each in payouts_of(stage.world, listing, call.query["limit"])]
    return json_reply({"currency": CURRENCY_OF.get(listing.storefront, ""), "payouts": views})


def _listing(call: Call, stage: Stage) -> Listing:
    """Give the listing that a query names, and bring the world up to its time.

    Errors: seller-unknown.
    """
    seller = find_seller(stage, call.query["seller"])
    stage.world.catch_up()
    return Listing(seller.id, call.query.get("storefront", seller.storefronts[0]))
