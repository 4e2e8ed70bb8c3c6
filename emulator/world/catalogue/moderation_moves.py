"""Moves of the moderation: people decide about products by hand, when they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.world.catalogue.content_audits import running_audits
from emulator.world.catalogue.content_updates import review
from emulator.world.catalogue.listings import contents_of
from emulator.world.catalogue.moderation import Case, State, move_product, state_of
from emulator.world.catalogue.unapproved_products import products_of
from emulator.world.core.ids import pick
from emulator.world.core.move import Move

if TYPE_CHECKING:
    from emulator.world.core.world import World


def approve_product(world: World, move: Move) -> str:
    """A product that waits is approved and listed."""
    barcode = _waiting_barcode(world, move)
    move_product(world, Case(move.listing, barcode), "approved", "platform")
    return f"barcode {barcode} on {move.where} was approved"


def reject_product(world: World, move: Move) -> str:
    """A product that waits is rejected, for one of the usual reasons."""
    barcode = _waiting_barcode(world, move)
    reason = pick(move.rng, world.plan.lookups["words"]["reject_reasons"])
    move_product(world, Case(move.listing, barcode, (reason["id"],)), "rejected", "platform")
    return f"barcode {barcode} on {move.where} was rejected: {reason['reason']}"


def blacklist_product(world: World, move: Move) -> str:
    """An approved product may never be sold again."""
    barcode = _barcode_in(world, move, "approved")
    move_product(world, Case(move.listing, barcode), "blacklisted", "platform")
    return f"barcode {barcode} on {move.where} was blacklisted"


def accept_change(world: World, move: Move) -> str:
    """A change of a content that people look at is made."""
    return _review(world, move, is_good=True)


def refuse_change(world: World, move: Move) -> str:
    """A change of a content that people look at is refused."""
    return _review(world, move, is_good=False)


def _review(world: World, move: Move, *, is_good: bool) -> str:
    audit = move.choose(running_audits(world, move.listing), "change that is looked at")
    review(world, audit, is_good=is_good)
    return f"the change of content {audit.content_id} on {move.where} was {'made' if is_good else 'refused'}"


def _waiting_barcode(world: World, move: Move) -> str:
    barcodes = [each.barcode for each in products_of(world, move.listing) if each.state == "pending"]
    return move.choose(barcodes, "product that waits")


def _barcode_in(world: World, move: Move, state: State) -> str:
    barcodes = [
        variant.barcode
        for content in contents_of(world, move.listing)
        for variant in content.variants
        if state_of(variant) == state
    ]
    return move.choose(barcodes, f"{state} product")
