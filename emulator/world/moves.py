"""Moving the marketplace by hand: what sellers, customers and the back office do, one move at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from emulator.world.accounts.sellers import seller_by_id
from emulator.world.catalogue import account_product_moves as account_products
from emulator.world.catalogue import cross_country
from emulator.world.catalogue import moderation_moves as moderation
from emulator.world.catalogue import moves as catalogue
from emulator.world.claims import moves as claims
from emulator.world.claims.search import returned_parcels
from emulator.world.core import ids
from emulator.world.core.move import Move
from emulator.world.exports import moves as exports
from emulator.world.invoices import moves as invoices
from emulator.world.money import moves as money
from emulator.world.money import statements
from emulator.world.orders import moves as orders
from emulator.world.questions import moves as questions

if TYPE_CHECKING:
    from emulator.world.core.world import World

MOVES: Mapping[str, Callable[[World, Move], str]] = {
    "content-added": catalogue.add_content,
    "content-removed": catalogue.remove_content,
    "content-changed": catalogue.change_content,
    "price-changed": catalogue.change_price,
    "stock-changed": catalogue.change_stock,
    "entry-booked": claims.with_claims(orders.book_entry_with(returned_parcels)),
    "return-booked": claims.with_claims(money.book_return),
    "correction-booked": money.book_correction,
    "statements-rekeyed": statements.rekey_statements,
    "statements-corrected": statements.correct_statements,
    "order-placed": orders.place_order,
    "order-moved": orders.move_on,
    "package-split": orders.split_package,
    "unit-cancelled": orders.cancel_unit,
    "account-product-added": account_products.add_product,
    "account-product-changed": account_products.change_product,
    "product-locked": catalogue.lock_product,
    "product-archived": catalogue.archive_product,
    "product-approved": moderation.approve_product,
    "product-rejected": moderation.reject_product,
    "product-blacklisted": moderation.blacklist_product,
    "content-change-accepted": moderation.accept_change,
    "content-change-refused": moderation.refuse_change,
    "sync-switched": cross_country.switch_sync,
    "claim-opened": claims.open_by_customer,
    "claim-brought": claims.bring,
    "claim-cancelled": claims.cancel,
    "claim-decided": claims.decide,
    "export-ordered": exports.order_abroad,
    "export-cancelled": exports.cancel_abroad,
    "export-received": exports.receive_abroad,
    "question-asked": questions.ask_question,
    "question-reported": questions.report,
    "question-closed": questions.close_question,
    "answer-checked": questions.publish_answer,
    "answer-rejected": questions.refuse_answer,
    "invoice-accepted": invoices.accept_invoice,
    "invoice-rejected": invoices.reject_invoice,
}
CHOICES = ("pick", "place", "sale_price", "quantity", "ago_ms", "type", "status")


def perform(world: World, move: Mapping[str, Any]) -> str:
    """Do one move in a transaction, and tell it in one sentence that names what was moved.

    Shapes: ``move`` names ``what`` (one of MOVES), ``seller``, a ``storefront`` (the seller's first unless
    given) and what CHOICES says. All chance comes from the world's seed and the number of moves so far, so
    that equal histories give equal worlds.
    Errors: ValueError with one sentence when it cannot be done; then nothing has moved.
    """
    unknown = move.keys() - {"what", "seller", "storefront", *CHOICES}
    if unknown:
        raise ValueError(f"a move has no {', '.join(sorted(unknown))}")
    if move.get("what") not in MOVES:
        raise ValueError(f"there is no move {move.get('what')}; there are {', '.join(MOVES)}")
    with world.transaction():
        summary = MOVES[move["what"]](world, _move_of(world, move))
        world.forget_rows()
        return summary


def _move_of(world: World, move: Mapping[str, Any]) -> Move:
    seller = seller_by_id(world, move.get("seller", 0))
    if seller is None:
        raise ValueError(f"there is no seller {move.get('seller')}")
    storefront = move.get("storefront") or seller.storefronts[0]
    if storefront not in seller.storefronts:
        raise ValueError(f"seller {seller.id} does not sell on {storefront}")
    number = ids.next_number(world.store, "move")
    return Move(
        what=move["what"],
        seller_id=seller.id,
        storefront=storefront,
        number=number,
        rng=ids.chance(world.seed, "move", number),
        now_ms=world.clock.now_ms(),
        **{name: move[name] for name in CHOICES if move.get(name) is not None},
    )
