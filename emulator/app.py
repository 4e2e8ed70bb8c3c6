"""Joins law, handlers, world, dispatcher and pages into one application."""

from __future__ import annotations

import gc
import time
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emulator.contract.addresses import Address
from emulator.contract.contract import Contract, contract_with
from emulator.contract.operations import Operation
from emulator.exchange import Reply, Request
from emulator.outbox.worker import Outbox
from emulator.pipeline.dispatch import Dispatcher
from emulator.pipeline.gates import dated
from emulator.pipeline.gates.table import GATES
from emulator.pipeline.not_emulated import refuse_unbuilt
from emulator.pipeline.routes import Gate, Route, Routes
from emulator.pipeline.verbs import check_handlers, find_handler
from emulator.settings import Settings
from emulator.stage.stages import DEFAULT, Stages
from emulator.world.core.rendering import Renderers

if TYPE_CHECKING:
    from flask import Flask

RENDERING_FILES = tuple(sorted(Path(__file__).parent.rglob("wire*.py")))
"""What the code below renders with; a change of it makes worlds anew."""


@cache
def renderers() -> Renderers:
    """Bring the kinds of JSON that a world keeps together with the families' functions that make them.

    Loaded when the first row is rendered: a world from the cache is full of ready ones.
    """
    from emulator.pazarsync import wire as pazarsync
    from emulator.trendyol.claims import wire as claims
    from emulator.trendyol.finance import wire as finance
    from emulator.trendyol.orders import wire as orders
    from emulator.trendyol.products import wire as products
    from emulator.trendyol.products import wire_v1 as products_v1
    from emulator.world.catalogue import account_product_rows, account_product_search, listings
    from emulator.world.claims import rows as claim_rows
    from emulator.world.money import cargo_invoices, ledger, payouts
    from emulator.world.orders import rows

    return dict(
        (
            listings.CONTENT.by(products.content),
            listings.CONTENT_STOCK.by(products.content_stock),
            listings.VARIANT_ROW.by(products_v1.product_row),
            listings.BASE.by(products.product_base),
            account_product_rows.DETAIL_JSON.by(pazarsync.product_detail_json),
            account_product_search.ROW.by(pazarsync.product_row),
            account_product_search.DETAIL.by(pazarsync.product_detail),
            rows.DOCUMENT.by(orders.package),
            claim_rows.DOCUMENT.by(claims.claim),
            rows.SUMMARY.by(pazarsync.order_summary),
            ledger.ENTRY.by(finance.entry),
            payouts.PAYMENT_ORDER.by(finance.payment_order),
            cargo_invoices.CARGO_ITEM.by(finance.cargo_item),
        )
    )


def open_dispatcher(settings: Settings) -> Dispatcher:
    """Open the default stage and what dispatches requests to it.

    Errors: SpecFault or StoreFault with one sentence when specs, world or database cannot be used.
    """
    contract = contract_with(settings.recipes)
    stages = Stages(
        settings,
        contract,
        lambda: time.time_ns() // 1_000_000,
        renderers,
        RENDERING_FILES,
        partial(find_of_kit, "judge"),
        partial(find_of_kit, "translate"),
    )
    stages.outgoing = Outbox(stages)
    check_handlers(contract.addresses)
    routes = Routes(contract.addresses, partial(bind, contract), contract.retired_paths, contract.old_paths)
    stages.open(DEFAULT)
    gc.freeze()
    return Dispatcher(stages, routes)


def create_app(settings: Settings | None = None) -> Flask:
    """Make a ready emulator as a WSGI application.

    Shapes: ``app.extensions["stages"]`` holds the open stages; close them with its ``close_all``.
    Errors: SpecFault or StoreFault with one sentence when specs, world or database cannot be used.
    """
    from emulator.adapters.wsgi import wsgi_application  # which `serve` has no use for

    dispatcher = open_dispatcher(settings or Settings())
    app = pages_of(dispatcher)
    app.wsgi_app = wsgi_application(dispatcher, app.wsgi_app)  # type: ignore[method-assign]  # Flask's own advice
    return app


def pages_of(dispatcher: Dispatcher) -> Flask:
    """Make the pages for people; Flask is loaded here, by the first who wants them."""
    from flask import Flask

    from emulator.ui.docs import add_docs
    from emulator.ui.site import add_pages

    app = Flask("emulator", static_folder=None)
    app.extensions["stages"] = dispatcher.stages
    add_docs(app, dispatcher.stages)
    add_pages(app, partial(answer_within, dispatcher))
    return app


def answer_within(dispatcher: Dispatcher, name: str, request: Request) -> Reply:
    """Answer a request that comes from within: a page asks like anybody else."""
    return dispatcher.dispatch(name, request).answer()


def bind(contract: Contract, address: Address) -> Route:
    """Give the operation of an address with its gates and the function that answers it."""
    operation = contract.operation_at(address)
    if address.listed_in:
        page = operation.tree["x-source"].get("page", "no public page")
        refuse = partial(refuse_unbuilt, page)
        return Route(operation, refuse, gates_of(operation), reads=True, is_emulated=False)
    return Route(operation, find_handler(address), gates_of(operation), reads=operation.method == "GET")


def gates_of(operation: Operation) -> tuple[Gate, ...]:
    """Give the gates of an operation; one that comes or goes on a date has the gate for it behind them."""
    gates = tuple(GATES[gate] for gate in operation.gates)
    return gates if operation.span is None else (*gates, dated.check)


def find_of_kit(name: str) -> Any:
    """Load what an installed kit offers by its entry point of a name; None where there is none."""
    from importlib.metadata import entry_points

    return next((point.load() for point in entry_points(group=f"trendyol_emulator.{name}")), None)
