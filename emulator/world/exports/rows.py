"""The export centre in the store: put in, looked up, searched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import orjson

from emulator.world.core.select import Clause, all_of, bounds, one_of, rows_among
from emulator.world.exports.model import (
    Account,
    ExportAttribute,
    ExportProduct,
    Item,
    Package,
    State,
    state_of,
)

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Row

PRODUCT, PACKAGE, ITEM = "export product", "export package", "export item"
PRODUCT_COLUMNS = (
    "product_no, seller_id, barcode, opened_ms, buying_price, rrp, priced_ms, stock, gtip, origin,"
    " category_id, attributes"
)
PACKAGE_COLUMNS = (
    "package_no, package_id, seller_id, boutique_id, created_ms, modified_ms, approved_ms, tracking_number,"
    " cargo_code"
)
ITEM_COLUMNS = (
    "item_no, package_no, seller_id, item_id, barcode, name, seller_barcode, unit_price, created_ms,"
    " modified_ms, units_new, units_pending, units_completed, units_unsupplied, units_cancelled"
)


class PageKey(NamedTuple):
    """Behind which product a page begins."""

    opened_ms: int
    number: int


class PackageQuery(NamedTuple):
    """Which packages are wanted; what is None or empty is not asked for.

    Units: moments in epoch milliseconds UTC, both ends included.
    """

    seller_id: int
    state: State | None = None
    tracking_number: int | None = None
    boutique_id: int | None = None
    created_ms: tuple[int | None, int | None] = (None, None)
    approved_ms: tuple[int | None, int | None] = (None, None)


class ItemQuery(NamedTuple):
    """Which items are wanted; what is None or empty is not asked for.

    Units: moments in epoch milliseconds UTC, both ends included.
    """

    seller_id: int
    package_id: str | None = None
    state: State | None = None
    created_ms: tuple[int | None, int | None] = (None, None)


def account_of(world: World, seller_id: int) -> Account | None:
    """The account of a seller, None where there is none."""
    row = world.store.row("SELECT currency FROM export_account WHERE seller_id = ?", (seller_id,))
    return None if row is None else Account(seller_id, row[0])


def put_account(world: World, account: Account) -> None:
    """Enrol a seller."""
    world.store.execute(
        "INSERT INTO export_account (seller_id, currency) VALUES (?, ?)",
        (account.seller_id, account.currency),
    )


def put_products(world: World, products: Sequence[ExportProduct]) -> None:
    """Put products, each in the place of the one with its number."""
    _replace(
        world, "export_product", "product_no", PRODUCT_COLUMNS, [_product_row(each) for each in products]
    )


def products_by_barcode(world: World, seller_id: int, barcodes: Sequence[str]) -> dict[str, ExportProduct]:
    """The products of these barcodes that are open for sale abroad."""
    query = f"SELECT {PRODUCT_COLUMNS} FROM export_product WHERE seller_id = ? AND barcode IN ({{marks}})"
    products = map(_product, rows_among(world, query, (seller_id,), barcodes))
    return {each.barcode: each for each in products}


def products_page(
    world: World, seller_id: int, after: PageKey | None, barcodes: Sequence[str], size: int
) -> list[ExportProduct]:
    """So many products in the order of opening, behind a key."""
    clauses: list[Clause] = [("seller_id = ?", (seller_id,))]
    if after is not None:
        behind = "(opened_ms > ? OR (opened_ms = ? AND product_no > ?))"
        clauses.append((behind, (after.opened_ms, after.opened_ms, after.number)))
    if barcodes:
        clauses.append(one_of("barcode", tuple(barcodes)))
    where, values = all_of(clauses)
    rows = world.store.rows(
        f"SELECT {PRODUCT_COLUMNS} FROM export_product WHERE {where} ORDER BY opened_ms, product_no LIMIT ?",
        (*values, size),
    )
    return [_product(row) for row in rows]


def put_package(world: World, package: Package, items: Sequence[Item]) -> None:
    """Put a package with its items, in the place of what was there."""
    state = state_of(package, items)
    _replace(
        world, "export_package", "package_no", f"{PACKAGE_COLUMNS}, state", [(*_package_row(package), state)]
    )
    rows = [(*_item_row(each), each.state) for each in items]
    _replace(world, "export_item", "item_no", f"{ITEM_COLUMNS}, state", rows)


def open_package(world: World, seller_id: int) -> Package | None:
    """The package that orders still come into, None where none is open."""
    row = world.store.row(
        f"SELECT {PACKAGE_COLUMNS} FROM export_package WHERE seller_id = ? AND approved_ms IS NULL"
        " AND state = 'new' ORDER BY package_no DESC LIMIT 1",
        (seller_id,),
    )
    return None if row is None else Package(*row)


def package_by_number(world: World, number: int) -> Package:
    """The package of that place among all."""
    row = world.store.row(f"SELECT {PACKAGE_COLUMNS} FROM export_package WHERE package_no = ?", (number,))
    assert row is not None
    return Package(*row)


def items_of(world: World, package: Package) -> list[Item]:
    """The items of a package, in the order of ordering."""
    rows = world.store.rows(
        f"SELECT {ITEM_COLUMNS} FROM export_item WHERE package_no = ? ORDER BY item_no", (package.number,)
    )
    return [Item(*row) for row in rows]


def items_in(world: World, seller_id: int, state: State) -> list[Item]:
    """Every item of a seller that has come so far."""
    rows = world.store.rows(
        f"SELECT {ITEM_COLUMNS} FROM export_item WHERE seller_id = ? AND state = ? ORDER BY item_no",
        (seller_id, state),
    )
    return [Item(*row) for row in rows]


def find_packages(world: World, query: PackageQuery, size: int, offset: int) -> tuple[int, list[Package]]:
    """How many packages there are in all, and some of them, the newest first."""
    names = (
        ("state", query.state),
        ("tracking_number", query.tracking_number),
        ("boutique_id", query.boutique_id),
    )
    clauses: list[Clause] = [("seller_id = ?", (query.seller_id,))]
    clauses += [(f"{name} = ?", (value,)) for name, value in names if value is not None]
    clauses += [*bounds("created_ms", *query.created_ms), *bounds("approved_ms", *query.approved_ms)]
    count, rows = _page(world, "export_package", PACKAGE_COLUMNS, "package_no", clauses, size, offset)
    return count, [Package(*row) for row in rows]


def find_items(world: World, query: ItemQuery, size: int, offset: int) -> tuple[int, list[Item]]:
    """How many items there are in all, and some of them, the newest first."""
    clauses: list[Clause] = [("seller_id = ?", (query.seller_id,))]
    if query.package_id is not None:
        inside = (
            "package_no IN (SELECT package_no FROM export_package WHERE seller_id = ? AND package_id = ?)"
        )
        clauses.append((inside, (query.seller_id, query.package_id)))
    if query.state is not None:
        clauses.append(("state = ?", (query.state,)))
    clauses += bounds("created_ms", *query.created_ms)
    count, rows = _page(world, "export_item", ITEM_COLUMNS, "item_no", clauses, size, offset)
    return count, [Item(*row) for row in rows]


def _page(
    world: World, table: str, columns: str, key: str, clauses: Iterable[Clause], size: int, offset: int
) -> tuple[int, Iterable[Row]]:
    where, values = all_of(clauses)
    count = world.store.row(f"SELECT COUNT(*) FROM {table} WHERE {where}", values)
    rows = world.store.rows(
        f"SELECT {columns} FROM {table} WHERE {where} ORDER BY created_ms DESC, {key} DESC LIMIT ? OFFSET ?",
        (*values, size, offset),
    )
    return int(count[0]) if count else 0, rows


def _replace(world: World, table: str, key: str, columns: str, rows: Sequence[Row]) -> None:
    """Write rows whose first column is the key."""
    names = [each.strip() for each in columns.split(",")]
    places = ", ".join("?" * len(names))
    updates = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    world.store.executemany(
        f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT ({key}) DO UPDATE SET {updates}", rows
    )


def _product_row(product: ExportProduct) -> Row:
    return (
        product.number, product.seller_id, product.barcode, product.opened_ms, product.buying_price,
        product.rrp, product.priced_ms, product.stock, product.gtip, product.origin, product.category_id,
        orjson.dumps(product.attributes),
    )  # fmt: skip


def _product(row: Row) -> ExportProduct:
    attributes = tuple(ExportAttribute(**each) for each in orjson.loads(row[-1]))
    return ExportProduct(*[*row[:-1], attributes])


def _package_row(package: Package) -> Row:
    return (
        package.number, package.id, package.seller_id, package.boutique_id, package.created_ms,
        package.modified_ms, package.approved_ms, package.tracking_number, package.cargo_code,
    )  # fmt: skip


def _item_row(item: Item) -> Row:
    return (
        item.number, item.package_number, item.seller_id, item.id, item.barcode, item.name,
        item.seller_barcode, item.unit_price, item.created_ms, item.modified_ms, item.units_new,
        item.units_pending, item.units_completed, item.units_unsupplied, item.units_cancelled,
    )  # fmt: skip
