"""Broken clients of stock and price: what they send, when, and as whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from contract_tests.clients.client import Client
from contract_tests.clients.habits import (
    authorization_without_scheme,
    by_the_old_path,
    empty_user_agent,
    secret_in_the_url,
    user_agent_of_another_seller,
    with_encode,
    with_retry_after,
    without_storefront,
)
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.protocol import Row
from contract_tests.profiles.foreign import PHP, foreign_client
from contract_tests.profiles.stock_price_push import broken_results
from contract_tests.profiles.stock_price_push.batches import (
    current_variants,
)
from contract_tests.profiles.stock_price_push.broken_results import PROFILE, in_node, pushes, steps
from contract_tests.profiles.stock_price_push.pushes import (
    DUE,
    FIELDS,
    PUSHED_STATE,
    item_of,
    json_number,
    save_rows,
    saved_rows,
    take_wants,
)
from contract_tests.profiles.stock_price_push.reference import MOST_STOCK, REFERENCE, push

AT_ONCE = 2_000
MOST_ROWS = 1_000
PRICE_STEPS = 31


def sends(change: Callable[[Row, Row], Row]) -> Client:
    """The reference, except for how it writes an item that is worth sending."""

    def changed_item(row: Row) -> Row:
        item = item_of(row)
        return change(item, row) if item else item

    return steps(item_of=changed_item, may_be_sent=is_within_stock)


def is_within_stock(item: Row) -> bool:
    """Whether a stock can be; prices are not looked at."""
    return int(item.get("quantity", 0)) <= MOST_STOCK


def with_zero_prices(item: Row, _row: Row) -> Row:
    """A price of 0 where it does not change."""
    return {"salePrice": 0, "listPrice": 0, **item}


def sale_price_alone(item: Row, _row: Row) -> Row:
    """The price that customers pay, and no other."""
    return {name: value for name, value in item.items() if name != "listPrice"}


def whole_prices(item: Row, _row: Row) -> Row:
    """Prices without their cents."""
    return {name: int(value) for name, value in item.items()}


def prices_the_wrong_way_round(item: Row, _row: Row) -> Row:
    """What customers pay as the price that is crossed out."""
    names = {"salePrice": "listPrice", "listPrice": "salePrice"}
    return {names.get(name, name): value for name, value in item.items()}


def stock_alone(copy: LocalCopy, wants: list[Row]) -> list[Row]:
    """Take over the stock of a row, and nothing else."""
    return take_wants(copy, [{"barcode": want["barcode"], "quantity": want["quantity"]} for want in wants])


def everything_again(copy: LocalCopy, wants: list[Row]) -> list[Row]:
    """Forget what was pushed, and take everything over again."""
    rows = take_wants(copy, wants)
    return save_rows(copy, ({**row, "set": {}} for row in rows), state=DUE)


def everything_when_something_changes(copy: LocalCopy, wants: list[Row]) -> list[Row]:
    """Take everything over again as soon as one row has changed."""
    rows = take_wants(copy, wants)
    return everything_again(copy, wants) if any(row["state"] == DUE for row in rows) else rows


def first_thousand(copy: LocalCopy, wants: list[Row]) -> list[Row]:
    """Take over as many rows as a request takes."""
    return take_wants(copy, wants[:MOST_ROWS])


def whole_row(row: Row) -> Row:
    """All that is wanted of a row."""
    return {name: json_number(row["wanted"][name]) for name in FIELDS if name in row["wanted"]}


def restore_stock(market: Marketplace, copy: LocalCopy) -> None:
    """Make due again what is not in stock as it is wanted, though customers may have bought it."""
    rows = {code: row for code, row in saved_rows(copy).items() if row["state"] == PUSHED_STATE}
    for variant in current_variants(market, list(rows)) if rows else ():
        row = rows[variant["barcode"]]
        if variant["quantity"] != row["wanted"]["quantity"]:
            save_rows(copy, [{**row, "set": {**row["set"], "quantity": variant["quantity"]}}], state=DUE)


def price_step_by_step(market: Marketplace, items: list[Row]) -> str:
    """Send the price of the first item in steps of a cent, as a rule of thumb finds it."""
    first = next((item for item in items if "salePrice" in item), None)
    for step in range(PRICE_STEPS if first else 0):
        price = round(float(first["salePrice"]) - (PRICE_STEPS - step) / 100, 2) if first else 0
        push(market, [{**items[0], **(first or {}), "salePrice": price}])
    return push(market, items)


ANY_STEP = steps(may_be_sent=bool)

BROKEN = (
    pushes("two_thousand_at_once", "sends two thousand rows in a request",
           "page size above the maximum passed through: 3 of 26", ("body_items_at_most",),
           steps(items_at_once=AT_ONCE), "more than a thousand changes"),
    pushes("first_thousand_alone", "sends as many rows as a request takes, and no more",
           "only the first page read: 3 of 26", ("wanted_pushed:missing",), steps(take_wants=first_thousand),
           "more than a thousand changes"),
    pushes("everything_again", "sends all of its rows with each run, changed or not",
           "identical body", ("body_not_repeated",), steps(take_wants=everything_again), "two runs"),
    pushes("everything_when_one_changes", "sends all of its rows when one of them has changed",
           "an old stock over what customers bought", ("wanted_pushed:duplicate",),
           steps(take_wants=everything_when_something_changes, item_of=whole_row),
           "something sold, and another row changed"),
    pushes("restores_the_stock", "sends a stock again when customers have bought of it",
           "an old stock over what customers bought", ("wanted_pushed:duplicate",),
           steps(before_push=restore_stock), "something sold between two runs"),
    pushes("zero_price_with_stock", "sends a price of 0 where only the stock has changed",
           "salePrice 0 sent in a stock-only update: 1 of 26", ("item_values_within",),
           sends(with_zero_prices), "a row of which only the stock changes"),
    pushes("more_than_there_can_be", "sends a stock beyond 20,000", "a documented limit broken",
           ("item_values_within",), ANY_STEP, "a stock beyond 20,000"),
    pushes("prices_without_cents", "sends prices without their cents", "float money",
           ("wanted_pushed:missing", "wanted_pushed:wrong", "wanted_pushed:ghost"), sends(whole_prices)),
    pushes("prices_the_wrong_way_round", "takes the two prices for each other", "fields taken for each other",
           ("item_order",), sends(prices_the_wrong_way_round)),
    pushes("stock_without_prices", "sends the stock of a row, whatever has changed",
           "only one field changed", ("wanted_pushed:missing", "wanted_pushed:wrong"),
           steps(take_wants=stock_alone)),
    pushes("pushes_over_a_waiting_batch", "sends a row again while its last batch waits",
           "two pushes overtaking each other", ("wanted_pushed:missing", "body_not_repeated"),
           steps(waits_for_batches=False), "a batch that comes late"),
    pushes("hurries_a_push", "sends a refused push again at once", "ignores Retry-After: 2 of 26",
           ("backs_off_after",), with_retry_after(REFERENCE, lambda _: None), "two refusals in a row"),
    pushes("price_step_by_step", "sends a price in steps of a cent", "a documented limit broken",
           ("item_changes_within",), steps(push=price_step_by_step)),
    pushes("push_without_user_agent", "sends an empty User-Agent", "User-Agent missing: 7 of 26",
           ("user_agent_present",), with_encode(REFERENCE, empty_user_agent)),
    pushes("push_under_another_name", "names another seller in its User-Agent",
           "User-Agent of another seller", ("own_seller",),
           with_encode(REFERENCE, user_agent_of_another_seller)),
    pushes("push_without_scheme", "does not say that its credentials are Basic",
           "Authorization built wrongly: several", ("basic_authorization",),
           with_encode(REFERENCE, authorization_without_scheme)),
    pushes("push_of_no_storefront", "names no storefront", "storefront header missing", ("header_present",),
           with_encode(REFERENCE, without_storefront)),
    pushes("push_by_the_old_path", "pushes to /sapigw", "retired /sapigw paths: several", ("path_current",),
           with_encode(REFERENCE, by_the_old_path)),
    replace(
        pushes("one_price_alone", "sends the price that customers pay without the one that is crossed out",
               "salePrice without listPrice", ("item_fields_together",), sends(sale_price_alone)),
        advice=True,
    ),
    pushes("push_with_a_secret", "sends its secret as a parameter", "secrets in logs",
           ("secret_not_in_url",), with_encode(REFERENCE, secret_in_the_url)),
    in_node("zero-price", "sends a price of 0 where only the stock has changed",
            "salePrice 0 sent in a stock-only update: 1 of 26", ("item_values_within",),
            "a row of which only the stock changes"),
    in_node("everything-again", "sends all of its rows with each run, changed or not",
            "identical body", ("body_not_repeated",), "two runs"),
    foreign_client(PHP, "zero-is-empty", PROFILE, "takes a stock of 0 for one that is not wanted",
                   "zero stock", ("wanted_pushed:missing", "wanted_pushed:wrong")),
    foreign_client(PHP, "cents-cut-off", PROFILE, "cuts prices to cents where binary fractions hold less",
                   "float money", ("wanted_pushed:missing", "wanted_pushed:wrong", "wanted_pushed:ghost")),
    foreign_client(PHP, "list-with-gaps", PROFILE, "sends an object where rows between are left out",
                   "a list whose keys have gaps", ("sync_ends_clean",), "a change of one row in the middle"),
    *broken_results.BROKEN,
)  # fmt: skip
