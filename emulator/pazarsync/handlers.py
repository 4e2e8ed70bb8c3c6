"""The verbs of the PazarSync API: a token, products, orders, stock."""

from __future__ import annotations

from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.pazarsync import parse, wire
from emulator.world.accounts import access_tokens
from emulator.world.catalogue import account_product_rows
from emulator.world.catalogue.account_product_search import (
    ProductQuery,
    find_products,
    product_detail,
    products_by,
)
from emulator.world.catalogue.account_products import AccountProduct
from emulator.world.catalogue.stock import set_quantities
from emulator.world.orders.search import OrderQuery, find_orders, package_of_order


def create_access_token(call: Call) -> Reply:
    """A token for the client that the body names."""
    token = access_tokens.issue(call.world, parse.client_of(call))
    return json_reply({"access_token": token, "token_type": "bearer", "expires_in": access_tokens.LIFETIME_S})


def list_products(call: Call) -> Reply:
    """A page of the account's products."""
    number, size = call.query["page"], call.query["limit"]
    client = parse.client_of(call)
    page = find_products(
        call.world,
        ProductQuery(client.listing, call.query.get("search")),
        wire.PRODUCT_ORDERS[call.query["sort"]],
        size,
        descending=call.query["direction"] == "desc",
        offset=(number - 1) * size,
    )
    return wire.page([wire.product_row(product) for product in page.products], number, size, page.total)


def get_product(call: Call) -> Reply:
    """One product with everything that is known of it.

    Errors: pazarsync-product-unknown.
    """
    client, number = parse.client_of(call), parse.number_in(call.path["id"], "prod_")
    detail = product_detail(call.world, client.listing, number or 0)
    if detail is None:
        raise Refusal("pazarsync-product-unknown", value=call.path["id"])
    return Reply((detail,))


def create_product(call: Call) -> Reply:
    """A product of the account's own.

    Errors: pazarsync-sku-taken.
    """
    client, sku = parse.client_of(call), call.body["sku"]
    if products_by(call.world, client.listing, "sku", [sku]):
        raise Refusal("pazarsync-sku-taken", sku=sku)
    product = parse.new_product(call, account_product_rows.next_own_number(call.world))
    names = {f"cat_{each['id']}": each["name"]["tr"] for each in call.world.plan.lookups["categories"]}
    account_product_rows.put_product(call.world, product, parse.new_details(call, names))
    return json_reply(wire.product_body(product), 201)


def list_orders(call: Call) -> Reply:
    """A page of the account's orders, the newest first.

    Errors: pazarsync-date-invalid.
    """
    number, size = call.query["page"], call.query["limit"]
    client, word = parse.client_of(call), call.query.get("status")
    query = OrderQuery(
        client.listing,
        tuple(status for status, name in wire.ORDER_STATUSES.items() if name == word),
        parse.earliest(call, "from_date"),
        parse.latest(call, "to_date"),
    )
    page = find_orders(call.world, query, size, offset=(number - 1) * size)
    return wire.page(page.json_rows, number, size, page.total)


def get_order(call: Call) -> Reply:
    """One order with customer, address, items and amounts.

    Errors: pazarsync-order-unknown.
    """
    client, number = parse.client_of(call), parse.number_in(call.path["id"], "ord_")
    package = package_of_order(call.world, client.listing, number or 0)
    if package is None:
        raise Refusal("pazarsync-order-unknown", value=call.path["id"])
    numbers = [line.variant_id for line in package.lines]
    products = products_by(call.world, client.listing, "number", numbers)
    return json_reply(wire.order_detail(package, {product.number: product.sku for product in products}))


def update_product_stock(call: Call) -> Reply:
    """Say how many there are of one product.

    Errors: pazarsync-product-unknown.
    """
    set_quantities(call.world, [(_product_of(call), int(call.body["stock"]))])
    return json_reply(wire.stock_level(_product_of(call)))


def update_stocks(call: Call) -> Reply:
    """Say how many there are of many products; what cannot be done hinders nothing else."""
    client, items = parse.client_of(call), call.body["items"]
    numbers = [parse.number_in(item["product_id"], "prod_") or 0 for item in items if "product_id" in item]
    skus = [item["sku"] for item in items if "sku" in item]
    batch = parse.split_items(
        items,
        {product.number: product for product in products_by(call.world, client.listing, "number", numbers)},
        {product.sku: product for product in products_by(call.world, client.listing, "sku", skus)},
    )
    set_quantities(call.world, list(batch.quantities.values()))
    return json_reply({"updated": batch.item_count, "failed": len(batch.errors), "errors": batch.errors})


def _product_of(call: Call) -> AccountProduct:
    client, number = parse.client_of(call), parse.number_in(call.path["id"], "prod_")
    products = products_by(call.world, client.listing, "number", [number or 0])
    if not products:
        raise Refusal("pazarsync-product-unknown", value=call.path["id"])
    return products[0]
