"""Puts the house together: law, handlers, world, door and pages."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING

from emulator.adapters.wsgi import wsgi_door
from emulator.contract.contract import Contract, load_contract
from emulator.contract.faults import SpecFault
from emulator.contract.operations import Operation
from emulator.pazarsync import wire as pazarsync
from emulator.pipeline.dispatch import Dispatcher
from emulator.pipeline.gates import dated
from emulator.pipeline.gates.table import GATES
from emulator.pipeline.not_emulated import refuse_unbuilt
from emulator.pipeline.routes import Gate, Handler, Route, Routes
from emulator.settings import Settings
from emulator.stage.stage import DEFAULT, Judge, Stages
from emulator.trendyol.finance import wire as finance
from emulator.trendyol.orders import wire as orders
from emulator.trendyol.products import wire as products
from emulator.trendyol.products import wire_v1 as products_v1
from emulator.world.catalogue import account_product_rows, account_product_search, listings
from emulator.world.core.rendering import Renderers
from emulator.world.money import cargo_invoices, ledger, payouts
from emulator.world.orders import rows

if TYPE_CHECKING:
    from flask import Flask

_SNAKE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
RENDERERS: Renderers = dict(
    (
        listings.CONTENT.by(products.content),
        listings.CONTENT_STOCK.by(products.content_stock),
        listings.VARIANT_ROW.by(products_v1.product_row),
        listings.BASE.by(products.product_base),
        account_product_rows.DETAIL_JSON.by(pazarsync.product_detail_json),
        account_product_search.ROW.by(pazarsync.product_row),
        account_product_search.DETAIL.by(pazarsync.product_detail),
        rows.DOCUMENT.by(orders.package),
        rows.SUMMARY.by(pazarsync.order_summary),
        ledger.ENTRY.by(finance.entry),
        payouts.PAYMENT_ORDER.by(finance.payment_order),
        cargo_invoices.CARGO_ITEM.by(finance.cargo_item),
    )
)


def open_dispatcher(settings: Settings) -> Dispatcher:
    """Open the default stage and the door to it.

    Errors: SpecFault or StoreFault with one sentence when specs, world or database cannot be used.
    """
    contract = load_contract()
    stages = Stages(settings, contract, lambda: time.time_ns() // 1_000_000, RENDERERS, find_judge)
    routes = Routes(bind(contract), contract.retired_paths())
    stages.open(DEFAULT)
    gc.freeze()
    return Dispatcher(stages, routes)


def create_app(settings: Settings | None = None) -> Flask:
    """Make a ready emulator as a WSGI application.

    Shapes: ``app.extensions["stages"]`` holds the open stages; close them with its ``close_all``.
    Errors: SpecFault or StoreFault with one sentence when specs, world or database cannot be used.
    """
    front = open_dispatcher(settings or Settings())
    app = pages_of(front.stages)
    app.wsgi_app = wsgi_door(front, app.wsgi_app)  # type: ignore[method-assign]  # Flask's own advice
    return app


def pages_of(stages: Stages) -> Flask:
    """Make the pages for people; Flask is loaded here, by the first who wants them."""
    from flask import Flask

    from emulator.ui.docs import add_docs

    app = Flask("emulator", static_folder=None)
    app.extensions["stages"] = stages
    add_docs(app, stages)
    return app


def bind(contract: Contract) -> Iterator[Route]:
    """Give each operation its gates and the function of its name in its family's handlers.

    Errors: SpecFault for an operation without handler, or a handler without operation.
    """
    families = dict.fromkeys(operation.family for operation in contract.operations)
    verbs = {family: verbs_of(family) for family in families}
    idle = {family: dict(handlers) for family, handlers in verbs.items()}
    for operation in contract.operations:
        name = verb(operation.id)
        handler = verbs[operation.family].get(name)
        if handler is None:
            place = f"emulator.{operation.family}.handlers.{name}"
            raise SpecFault(operation.document, "", f"{operation.id} has no handler; write {place}")
        idle[operation.family].pop(name, None)
        yield Route(operation, handler, gates_of(operation), reads=operation.method == "GET")
    for operation in contract.unbuilt:
        page = operation.tree["x-source"].get("page", "no public page")
        refuse = partial(refuse_unbuilt, page)
        yield Route(operation, refuse, gates_of(operation), reads=True, is_emulated=False)
    for family, handlers in idle.items():
        if handlers:
            names = ", ".join(sorted(handlers))
            raise SpecFault(f"emulator.{family}.handlers", "", f"{names}: no operation of that name")


def gates_of(operation: Operation) -> tuple[Gate, ...]:
    """Give the gates of an operation; one that comes or goes on a date has the gate for it behind them."""
    gates = tuple(GATES[gate] for gate in operation.gates)
    return gates if operation.span is None else (*gates, dated.check)


def verbs_of(family: str) -> dict[str, Handler]:
    """Give the public functions of a family's handlers by name: one module, or a folder of them."""
    module = importlib.import_module(f"emulator.{family}.handlers")
    files = [
        info.name for info in pkgutil.iter_modules(getattr(module, "__path__", ()), f"{module.__name__}.")
    ]
    modules = [importlib.import_module(name) for name in files] or [module]
    return {name: value for each in modules for name, value in vars(each).items() if is_verb(each, name)}


def verb(operation_id: str) -> str:
    """Name the handler of an operation: filterApprovedProducts is answered by filter_approved_products."""
    return _SNAKE.sub("_", operation_id).lower()


def is_verb(module: ModuleType, name: str) -> bool:
    """Say whether a module's name is a public function of its own."""
    value = getattr(module, name)
    return not name.startswith("_") and callable(value) and value.__module__ == module.__name__


def find_judge() -> Judge | None:
    """Load the judge that an installed kit offers by its entry point; None where there is none."""
    from importlib.metadata import entry_points

    for point in entry_points(group="trendyol_emulator.judge"):
        judge: Judge = point.load()
        return judge
    return None
