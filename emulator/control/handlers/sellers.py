"""The sellers of a world."""

from __future__ import annotations

from dataclasses import replace

from emulator.control import wire
from emulator.control.find import find_seller
from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.stage.stage import Stage
from emulator.stage.stages import Stages
from emulator.world.accounts import sellers


def list_sellers(call: Call, stages: Stages, stage: Stage) -> Reply:
    """List the sellers."""
    return json_reply({"sellers": [wire.seller_view(seller) for seller in sellers.all_sellers(stage.world)]})


def add_seller(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Let a seller in.

    Errors: seller-exists, seller-key-taken.
    """
    seller = wire.new_seller(wire.body_members(call))
    if sellers.seller_by_id(stage.world, seller.id):
        raise Refusal("seller-exists", id=seller.id)
    if sellers.seller_by_key(stage.world, seller.key):
        raise Refusal("seller-key-taken", api_key=seller.key)
    sellers.add_seller(stage.world, seller)
    return wire.created_reply(wire.seller_view(seller), f"{wire.prefix(stage)}/_emulator/sellers/{seller.id}")


def update_seller(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Change from where a seller may ask.

    Errors: seller-unknown.
    """
    seller = find_seller(stage, call.path["seller"])
    addresses = tuple(call.body["allowed_ips"])
    sellers.set_allowed_ips(stage.world, seller.id, addresses)
    return json_reply(wire.seller_view(replace(seller, allowed_ips=addresses)))
