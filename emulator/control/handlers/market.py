"""Moving the marketplace, and what a copy of it should hold."""

from __future__ import annotations

from typing import Any

from emulator.control import wire
from emulator.control.find import find_seller
from emulator.control.truth_rows import export_rows
from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.stage.stage import Stage, Stages
from emulator.world.core.listing import Listing
from emulator.world.core.memo import Memo
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
    return json_reply({"summary": summary, "at_ms": stage.world.clock.now_ms()})


def get_truth(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Tell what a seller's copy should hold.

    Errors: seller-unknown.
    """
    query = call.query
    seller = find_seller(stage, query["seller"])
    storefront = query.get("storefront", seller.storefronts[0])
    stage.world.catch_up()
    world, kind, listing = stage.world, call.path["kind"], Listing(seller.id, storefront)
    # Most who ask compare the world before and after something that has only read it.
    answers = world.recall(TRUTHS)
    changes = (world.store.changes(), last_change_by_time_ms(world, kind, listing))
    key = (kind, listing, query.get("from"), query.get("to"), *changes)
    if key not in answers:
        rows = truth(world, kind, listing, query.get("from"), query.get("to"))
        answers[key] = json_reply({"kind": kind, "rows": export_rows(kind, rows)})
    return answers[key]
