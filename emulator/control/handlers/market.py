"""Moving the marketplace, and what a copy of it should hold."""

from __future__ import annotations

from emulator.control import wire
from emulator.control.find import find_seller
from emulator.control.truth_rows import export_rows
from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.stage.stage import Stage, Stages
from emulator.world.core.listing import Listing
from emulator.world.truth import truth


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
    return json_reply({"summary": summary, "at_ms": stage.world.clock.now_ms()})


def get_truth(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Tell what a seller's copy should hold.

    Errors: seller-unknown.
    """
    query = call.query
    seller = find_seller(stage, query["seller"])
    storefront = query.get("storefront", seller.storefronts[0])
    stage.world.catch_up()
    listing = Listing(seller.id, storefront)
    rows = truth(stage.world, call.path["kind"], listing, query.get("from"), query.get("to"))
    return json_reply({"kind": call.path["kind"], "rows": export_rows(call.path["kind"], rows)})
