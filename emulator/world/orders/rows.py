"""Orders and packages in the store: written once, a package again when it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from emulator.world.accounts.api_clients import has_account
from emulator.world.core.calendar import NEVER
from emulator.world.core.ids import next_number
from emulator.world.core.listing import Listing
from emulator.world.core.plan import DAY_MS
from emulator.world.core.rendering import Rendering
from emulator.world.core.select import marks
from emulator.world.orders.facts import order_bytes, package_bytes, package_from
from emulator.world.orders.model import OWN_MARKETPLACE, Order, Package
from emulator.world.orders.whole import whole_order

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Row

# The order before the first one is that of the printed settlements, whose receipt has its number.
FIRST_ORDER, FIRST_LINE = 700_002, 3_000_001
INSERT_ORDER = (
    "INSERT INTO customer_order (id, seller_id, storefront, marketplace, order_number, placed_ms, facts)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
INSERT_PACKAGE = (
    "INSERT INTO package (id, order_id, seller_id, storefront, marketplace, order_number, status, placed_ms,"
    " updated_ms, cargo_number, facts, document, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
UPDATE_PACKAGE = (
    "UPDATE package SET status = ?, updated_ms = ?, cargo_number = ?, facts = ?, document = ? WHERE id = ?"
)
UPDATE_SUMMARY = "UPDATE package SET summary = ? WHERE id = ?"
SELECT_PACKAGE = (
    "SELECT p.id, p.status, p.updated_ms, p.cargo_number, p.facts, o.id, o.seller_id, o.storefront,"
    " o.marketplace, o.order_number, o.placed_ms, o.facts"
    " FROM package p JOIN customer_order o ON o.id = p.order_id"
)
# A package as the seller's own services list it, and an order as the list of PazarSync has it.
DOCUMENT: Rendering[[Package, Mapping[str, str]]] = Rendering("package")
SUMMARY: Rendering[[Package]] = Rendering("order_summary")
# The numbers of packages that were made of others lie beyond those of the orders' own.
FIRST_REPACKED, STRIDE = 3_900_000_001, 53
# How far back from its beginning a world has the documents of packages ready: as far as the order list goes.
RENDERED_MS = 31 * DAY_MS


def next_order_id(world: World, count: int = 1) -> int:
    """The id the next order takes, the first of ``count`` that are taken at once."""
    return next_number(world.store, "order", world.plan.id_base + FIRST_ORDER, count)


def next_line_id(world: World, count: int = 1) -> int:
    """The id the next line of an order takes, the first of ``count`` that are taken at once."""
    return next_number(world.store, "order line", world.plan.id_base + FIRST_LINE, count)


def next_package_id(world: World, count: int = 1) -> int:
    """The id that a package made of another one takes, the first of ``count`` that are taken at once."""
    return next_number(world.store, "package", world.plan.id_base * STRIDE + FIRST_REPACKED, count)


def put_packages(world: World, packages: Sequence[Package], *, with_documents: bool = True) -> None:
    """Write down packages that are new, each the only one of its order.

    Without documents, whoever reads a package draws its own. So it is with one that had not changed for a
    month when the world began: it is on no list, and hardly ever read.
    """
    oldest_ms = world.anchor_ms - RENDERED_MS if with_documents else NEVER
    world.store.executemany(INSERT_ORDER, [_order_row(package.order) for package in packages])
    rows = [(*_package_row(world, package, oldest_ms), _summary(world, package)) for package in packages]
    world.store.executemany(INSERT_PACKAGE, rows)
    world.forget_rows()


def update_packages(world: World, packages: Sequence[Package], new_packages: Sequence[Package] = ()) -> None:
    """Write down how packages of one order have changed, and which were made of them."""
    for package in packages:
        values = (package.status, package.updated_ms, package.cargo_number, package_bytes(package))
        world.store.execute(UPDATE_PACKAGE, (*values, _document(world, package), package.id))
    if new_packages:
        rows = [(*_package_row(world, package), None) for package in new_packages]
        world.store.executemany(INSERT_PACKAGE, rows)
    _update_summary(world, packages[0].order)
    world.forget_rows()


def packages_where(world: World, condition: str, values: Sequence[Any]) -> list[Package]:
    """The packages that a condition selects, behind which an order and a limit may stand."""
    return [_package(row) for row in world.store.rows(f"{SELECT_PACKAGE} WHERE {condition}", values)]


def packages_of_order(world: World, order_id: int) -> list[Package]:
    """All packages that an order has had, the first one first."""
    return packages_where(world, "p.order_id = ? ORDER BY p.id", (order_id,))


def _order_row(order: Order) -> Row:
    return (
        order.id, order.seller_id, order.storefront, order.marketplace, order.order_number, order.placed_ms,
        order_bytes(order),
    )  # fmt: skip


def _package_row(world: World, package: Package, oldest_ms: int = 0) -> Row:
    order = package.order
    document = _document(world, package) if package.updated_ms >= oldest_ms else _blank_document(package)
    return (
        package.id, order.id, order.seller_id, order.storefront, order.marketplace, order.order_number,
        package.status, order.placed_ms, package.updated_ms, package.cargo_number, package_bytes(package),
        document,
    )  # fmt: skip


def render_blank_documents(world: World, numbers: Sequence[int]) -> dict[int, bytes]:
    """Draw the documents of packages that were written without one."""
    packages = packages_where(world, f"p.id IN ({marks(numbers)})", numbers)
    return {package.id: world.renderer(DOCUMENT)(package, world.decisions) for package in packages}


def _document(world: World, package: Package) -> bytes | None:
    """A package as the seller's own services list it; None where it was ordered elsewhere."""
    if package.order.marketplace != OWN_MARKETPLACE:
        return None
    return world.renderer(DOCUMENT)(package, world.decisions)


def _blank_document(package: Package) -> bytes | None:
    """What stands for a document that is drawn when it is read; None where there is none to draw."""
    return b"" if package.order.marketplace == OWN_MARKETPLACE else None


def _summary(world: World, package: Package) -> bytes | None:
    """An order as the order list of PazarSync has it; None where no account looks after the listing."""
    if not has_account(world, Listing(package.order.seller_id, package.order.storefront)):
        return None
    return world.renderer(SUMMARY)(package)


def _update_summary(world: World, order: Order) -> None:
    """Have the one package that speaks for its order say what has become of all of it."""
    if not has_account(world, Listing(order.seller_id, order.storefront)):
        return
    packages = packages_of_order(world, order.id)
    whole = whole_order(packages)
    summary = world.renderer(SUMMARY)(whole)
    for package in packages:
        world.store.execute(UPDATE_SUMMARY, (summary if package.id == whole.id else None, package.id))


def _package(row: Row) -> Package:
    number, status, updated_ms, cargo_number, facts, *order = row
    return package_from(
        {
            **orjson.loads(facts),
            "id": number,
            "status": status,
            "updated_ms": updated_ms,
            "cargo_number": cargo_number,
            "order": _order_facts(*order),
        }
    )


def _order_facts(*row: Any) -> Mapping[str, Any]:
    *values, facts = row
    names = ("id", "seller_id", "storefront", "marketplace", "order_number", "placed_ms")
    return {**orjson.loads(facts), **dict(zip(names, values, strict=True))}
