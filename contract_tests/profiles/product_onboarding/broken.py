"""Broken clients of onboarding: what they send, how often, and as whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

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
from contract_tests.clients.problems import Lost
from contract_tests.clients.protocol import Row
from contract_tests.profiles.foreign import PHP, foreign_client
from contract_tests.profiles.product_onboarding import broken_results
from contract_tests.profiles.product_onboarding.broken_results import PROFILE, in_node, onboards, steps
from contract_tests.profiles.product_onboarding.items import item_unchecked
from contract_tests.profiles.product_onboarding.lookups import Lookups
from contract_tests.profiles.product_onboarding.reference import (
    MOST_ITEMS,
    REFERENCE,
    item_of,
    next_write,
    push,
)
from contract_tests.profiles.product_onboarding.saved_products import take_wants

AT_ONCE = 2_000
WRITES_OF_WHOLE_ITEMS = ("create", "change")
FRAME = '<iframe src="https://shop.example.com"></iframe>'
CANNOT_BE, MANY, SEEN_REJECTED = "some of the products cannot be", "more than a thousand products", "rejected"


def sends(change: Callable[[Row, Row, Lookups], Row]) -> Client:
    """The reference, except for how it writes a product."""

    def changed_item(write: str, row: Row, lookups: Lookups) -> Row:
        item = item_of(write, row, lookups)
        return change(item, row, lookups) if write in WRITES_OF_WHOLE_ITEMS else item

    return steps(item_of=changed_item)


def category_above(item: Row, row: Row, lookups: Lookups) -> Row:
    """File a product under the category above its own."""
    return {**item, "categoryId": lookups.node(row["want"]["category"][:-1])["id"]}


def colour_alone(item: Row, _row: Row, _lookups: Lookups) -> Row:
    """Send one attribute of all."""
    return {**item, "attributes": item["attributes"][:1]}


def barcode_of_the_shop(item: Row, _row: Row, _lookups: Lookups) -> Row:
    """Put the shop before a barcode."""
    return {**item, "barcode": f"SHOP/{item['barcode']}"}


def title_with_everything(item: Row, row: Row, _lookups: Lookups) -> Row:
    """Put brand, category and every attribute into the title."""
    words = [row["want"]["brand"], *row["want"]["category"], *row["want"]["attributes"].values()]
    return {**item, "title": f"{item['title']} {' '.join(words)} {item['description']}"}


def prices_the_wrong_way_round(item: Row, _row: Row, _lookups: Lookups) -> Row:
    """Take the two prices for each other."""
    prices = {"salePrice": item.get("listPrice"), "listPrice": item.get("salePrice")}
    return item | {name: price for name, price in prices.items() if price is not None}


def pictures_without_tls(item: Row, _row: Row, _lookups: Lookups) -> Row:
    """Send addresses that begin with http."""
    return {**item, "images": [{"url": each["url"].replace("https:", "http:")} for each in item["images"]]}


def vat_of_old(item: Row, _row: Row, _lookups: Lookups) -> Row:
    """Send the rate that ended in July 2023."""
    return {**item, "vatRate": 18}


def description_with_a_frame(item: Row, _row: Row, _lookups: Lookups) -> Row:
    """Send a description with a page of the shop in it."""
    return {**item, "description": item["description"] + FRAME}


def twice_in_a_request(market: Marketplace, write: str, items: list[Row]) -> str:
    """Send each item twice."""
    return push(market, write, [*items, *items])


def whatever_the_stock(write: str, row: Row, lookups: Lookups) -> Row:
    """Write a product without a look at its stock."""
    return item_unchecked(row["want"], lookups) if write == "create" else item_of(write, row, lookups)


def first_brand(item: Row, _row: Row, lookups: Lookups) -> Row:
    """Take the first brand of the list for each product."""
    return {**item, "brandId": lookups.ask("brands", "/brands")["brands"][0]["id"]}


def first_thousand(copy: LocalCopy, wants: list[Row]) -> list[Row]:
    """Take over as many products as a request takes."""
    return take_wants(copy, wants[:MOST_ITEMS])


def again_after_a_loss(market: Marketplace, write: str, items: list[Row]) -> str:
    """Send items again at once where no answer came."""
    try:
        return push(market, write, items)
    except Lost:
        return push(market, write, items)


def deletes_at_once(row: Row, now_ms: int) -> str | None:
    """Delete what is put away, be it since this moment."""
    at, goal = row["at"], row["want"]["wanted"]
    is_away = at is not None and at["archived_ms"] is not None and not row["batch"]
    return "delete" if goal == "deleted" and is_away else next_write(row, now_ms)


def deletes_what_is_put_away(row: Row, now_ms: int) -> str | None:
    """Delete what is only to be put away, a day later."""
    want = row["want"]
    goal = "deleted" if want["wanted"] == "archived" else want["wanted"]
    return next_write({**row, "want": {**want, "wanted": goal}}, now_ms)


def sends_rejected_again(row: Row, now_ms: int) -> str | None:
    """Send a rejected product again as it is."""
    is_rejected = row["at"] is not None and row["at"]["state"] == "rejected"
    return "change" if is_rejected and not row["batch"] else next_write(row, now_ms)


def forgetful_lookups(market: Marketplace, copy: LocalCopy) -> Lookups:
    """Ask for each name anew."""
    return _Forgetful(market, copy, {})


class _Forgetful(Lookups):
    """Lookups that keep nothing."""

    def ask(self, operation: str, path: str, query: Row | None = None) -> Any:
        """Ask, whatever was answered before."""
        self.answers.clear()
        return super().ask(operation, path, query)


BROKEN = (
    onboards("products_two_thousand_at_once", "sends two thousand products in a request",
             "page size above the maximum passed through: 3 of 26", ("body_items_at_most",),
             steps(items_at_once=AT_ONCE), MANY),
    onboards("first_thousand_products", "creates as many products as a request takes, and no more",
             "only the first page read: 3 of 26", ("wanted_onboarded:missing",),
             steps(take_wants=first_thousand), MANY),
    onboards("category_above", "files products under a category that has others below it",
             "a documented limit broken", ("leaf_categories",), sends(category_above)),
    onboards("colour_alone", "sends one attribute where several are required",
             "a documented limit broken", ("required_attributes_sent",), sends(colour_alone)),
    onboards("barcode_of_the_shop", "puts the shop and a slash before each barcode",
             "a documented limit broken", ("item_text",), sends(barcode_of_the_shop)),
    onboards("title_with_everything", "puts brand, category and description into the title",
             "a documented limit broken", ("item_text",), sends(title_with_everything)),
    onboards("new_prices_the_wrong_way_round", "takes the two prices for each other",
             "fields taken for each other", ("item_order",), sends(prices_the_wrong_way_round)),
    onboards("whatever_the_stock", "creates a product with more than there can be",
             "a documented limit broken", ("item_values_within",), steps(item_of=whatever_the_stock),
             CANNOT_BE),
    onboards("pictures_without_tls", "sends pictures at addresses that begin with http",
             "a documented limit broken", ("item_entries",), sends(pictures_without_tls)),
    onboards("vat_of_old", "sends the VAT rate that ended in July 2023", "a documented change missed",
             ("item_one_of",), sends(vat_of_old)),
    onboards("description_with_a_frame", "sends a description with an iframe in it",
             "a documented limit broken", ("item_text",), sends(description_with_a_frame)),
    onboards("first_brand", "takes the first brand of the list for each product",
             "only the first page read: 3 of 26", ("wanted_onboarded:wrong",), sends(first_brand)),
    onboards("deletes_what_is_put_away", "deletes products that are only to be put away",
             "one word taken for another", ("wanted_onboarded:ghost",),
             steps(next_write=deletes_what_is_put_away), "a day between two runs"),
    onboards("hurries_a_creation", "sends a refused creation again at once", "ignores Retry-After: 2 of 26",
             ("backs_off_after",), with_retry_after(REFERENCE, lambda _: None), "two refusals in a row"),
    onboards("creates_without_user_agent", "sends an empty User-Agent", "User-Agent missing: 7 of 26",
             ("user_agent_present",), with_encode(REFERENCE, empty_user_agent)),
    onboards("creates_under_another_name", "names another seller in its User-Agent",
             "User-Agent of another seller", ("own_seller",),
             with_encode(REFERENCE, user_agent_of_another_seller)),
    onboards("creates_without_scheme", "does not say that its credentials are Basic",
             "Authorization built wrongly: several", ("basic_authorization",),
             with_encode(REFERENCE, authorization_without_scheme)),
    onboards("creates_for_no_storefront", "names no storefront", "storefront header missing",
             ("header_present",), with_encode(REFERENCE, without_storefront)),
    onboards("creates_by_the_old_path", "creates under /sapigw", "retired /sapigw paths: several",
             ("path_current",), with_encode(REFERENCE, by_the_old_path)),
    onboards("creates_with_a_secret", "sends its secret as a parameter", "secrets in logs",
             ("secret_not_in_url",), with_encode(REFERENCE, secret_in_the_url)),
    *(
        replace(one, advice=True)
        for one in (
            onboards("each_product_twice", "sends each product twice in a request",
                     "a documented limit broken", ("items_distinct",), steps(push=twice_in_a_request)),
            onboards("creates_again_after_a_loss", "creates again at once what was not answered",
                     "a write whose answer is lost", ("lost_items_read_back",),
                     steps(push=again_after_a_loss), "a creation that is lost"),
            onboards("deletes_at_once", "deletes what it has put away a moment ago",
                     "a documented limit broken", ("deleted_when_archived",),
                     steps(next_write=deletes_at_once), "products that are to go"),
            onboards("sends_rejected_again", "sends a rejected product again as it is",
                     "a refusal that is not read", ("rejected_mended",),
                     steps(next_write=sends_rejected_again), SEEN_REJECTED),
            onboards("looks_names_up_again", "looks up brand and category of each product anew",
                     "more requests than needed", ("repeats_at_most",),
                     steps(lookups=forgetful_lookups)),
        )
    ),
    in_node("branch-category", "files products under a category that has others below it",
            "a documented limit broken", ("leaf_categories",)),
    in_node("names-for-numbers", "takes the first value of an attribute that it does not find",
            "one value taken for another", ("wanted_onboarded:wrong",)),
    foreign_client(PHP, "utf8-twice", PROFILE, "takes UTF-8 for Latin-1, and makes UTF-8 of it again",
                   "Turkish letters spoilt", ("wanted_onboarded:missing",)),
    foreign_client(PHP, "first-is-false", PROFILE, "takes the first value of an attribute for none",
                   "a place of 0 taken for false", ("sync_ends_clean",)),
    *broken_results.BROKEN,
)  # fmt: skip
