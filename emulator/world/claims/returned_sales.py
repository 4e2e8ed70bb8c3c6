"""What an accepted unit does to the seller's account: its sale is taken back, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.world.claims.model import Unit
from emulator.world.core.listing import Listing
from emulator.world.money.ledger import account_of, add_entries
from emulator.world.money.settlements import sales_of_order, settlement
from emulator.world.orders.life import sold_package
from emulator.world.orders.model import Package

if TYPE_CHECKING:
    from emulator.world.core.world import World

SELECT_RETURNED_AMOUNT = (
    "SELECT COALESCE(SUM(debt_e4), 0) FROM ledger_entry WHERE order_number = ? AND shipment_package_id = ?"
    " AND barcode = ? AND type = 'return'"
)


def return_unit(world: World, package: Package, unit: Unit, at_ms: int) -> None:
    """Book the return of one unit of a delivered package; nothing where its sales have all come back.

    Units: epoch milliseconds UTC.
    """
    sold_goods = sold_package(package)
    listing = Listing(sold_goods.seller_id, sold_goods.storefront)
    sales = [
        sale
        for sale in sales_of_order(world, listing, sold_goods.order_number)
        if (sale.package_id, sale.barcode) == (sold_goods.package_id, unit.barcode)
    ]
    row = world.store.row(
        SELECT_RETURNED_AMOUNT, (sold_goods.order_number, sold_goods.package_id, unit.barcode)
    )
    amount_e4 = unit.price_e4 + unit.platform_discount_e4
    if sales and row is not None and row[0] + amount_e4 <= sum(sale.amount_e4 for sale in sales):
        sale = sales[0]._replace(amount_e4=amount_e4)
        add_entries(world, [settlement(account_of(world, listing), sale, "return", 100, at_ms)])
