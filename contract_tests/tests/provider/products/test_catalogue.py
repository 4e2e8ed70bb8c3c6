"""The catalogue: what is found is what a plain look through the listing finds, in order, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from contract_tests.tests.provider.support.worlds import opened
from emulator.world.catalogue import listings
from emulator.world.catalogue.content_search import ContentQuery, find
from emulator.world.catalogue.listings import contents_of, put_content, take_out, variant_by_barcode
from emulator.world.catalogue.model import Content, Variant
from emulator.world.catalogue.stock import move_stock
from emulator.world.catalogue.stored_contents import content_bytes, content_of
from emulator.world.core.listing import Listing
from emulator.world.core.world import World
from emulator.world.truth import truth

Matches = Callable[[Content, Variant], bool]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = opened(tmp_path_factory.mktemp("worlds"))
    yield world
    world.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[World]:
    world = opened(tmp_path)
    yield world
    world.close()


def contents(world: World) -> list[Content]:
    return list(contents_of(world, Listing(2748, "RO")))


def found_ids(world: World, query: ContentQuery, size: int = 100) -> list[int]:
    """Walk a query by page number to its end."""
    content_ids: list[int] = []
    while True:
        page = find(world, query, "en", size, offset=len(content_ids))
        content_ids += [orjson.loads(fragment)["contentId"] for fragment in page.json_rows]
        if not page.more:
            assert page.total == len(content_ids)
            return content_ids


def query_with(**filters: Any) -> ContentQuery:
    return ContentQuery(Listing(2748, "RO"), **filters)


def filters_of(content: Content) -> list[tuple[ContentQuery, Matches]]:
    """Every filter, with values of one content, beside its meaning in plain words."""
    one = content.variants[-1]
    born_ms, edit_ms, content_ms = one.created_ms, one.modified_ms, content.modified_ms
    birth: Any = "variant_created"
    content_date: Any = "content_modified"
    main_id = content.product_main_id
    return [
        (query_with(), lambda c, v: True),
        (query_with(barcode=one.barcode), lambda c, v: v.barcode == one.barcode),
        (query_with(barcodes=(one.barcode, "none")), lambda c, v: v.barcode == one.barcode),
        (query_with(stock_code=one.stock_code), lambda c, v: v.stock_code == one.stock_code),
        (query_with(product_main_id=main_id), lambda c, v: c.product_main_id == main_id),
        (query_with(content_id=content.id), lambda c, v: c.id == content.id),
        (query_with(brand_ids=(content.brand.id, 1)), lambda c, v: c.brand.id == content.brand.id),
        (query_with(origin="IT"), lambda c, v: v.origin == "IT"),
        (query_with(supplier_id=2748), lambda c, v: True),
        (query_with(supplier_id=2738), lambda c, v: False),
        (query_with(status="archived"), lambda c, v: v.archived),
        (query_with(status="locked"), lambda c, v: v.locked),
        (query_with(status="blacklisted"), lambda c, v: v.blacklisted),
        (query_with(status="on_sale"), lambda c, v: v.on_sale),
        (query_with(status="not_on_sale"), lambda c, v: not v.on_sale),
        (
            query_with(start_ms=born_ms, end_ms=born_ms, date_kind=birth),
            lambda c, v: v.created_ms == born_ms,
        ),
        (query_with(start_ms=born_ms + 1, date_kind=birth), lambda c, v: v.created_ms > born_ms),
        (query_with(end_ms=born_ms, date_kind=birth), lambda c, v: v.created_ms <= born_ms),
        (query_with(start_ms=edit_ms, date_kind="variant_modified"), lambda c, v: v.modified_ms >= edit_ms),
        (
            query_with(start_ms=content_ms, end_ms=content_ms, date_kind=content_date),
            lambda c, v: c.modified_ms == content_ms,
        ),
        (
            query_with(end_ms=content_ms, date_kind=content_date, status="locked"),
            lambda c, v: c.modified_ms <= content_ms and v.locked,
        ),
        (query_with(status="archived", origin="TR"), lambda c, v: v.archived and v.origin == "TR"),
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(22))
@pytest.mark.parametrize("place", [0, 137])
def test_filter_finds_the_contents_with_a_variant_that_matches(demo: World, number: int, place: int) -> None:
    rows = contents(demo)
    query, matches = filters_of(rows[place])[number]
    content_ids = [
        content.id for content in rows if any(matches(content, variant) for variant in content.variants)
    ]
    assert found_ids(demo, query) == content_ids


@pytest.mark.parametrize("newest_first", [True, False])
def test_order_by_age_breaks_ties_by_content_id(demo: World, *, newest_first: bool) -> None:
    by_age = sorted(contents(demo), key=lambda content: (content.listed_ms, content.id), reverse=newest_first)
    assert len({content.listed_ms for content in by_age}) < len(by_age)
    assert found_ids(demo, query_with(newest_first=newest_first), 7) == [content.id for content in by_age]


@pytest.mark.parametrize(
    "query", [query_with(), query_with(newest_first=True), query_with(newest_first=False, status="on_sale")]
)
def test_walk_by_place_equals_walk_by_number_whatever_the_sizes(demo: World, query: ContentQuery) -> None:
    content_ids: list[int] = []
    place: tuple[int, ...] | None = None
    for size in (1, 9, 40, 100, 100, 100):
        page = find(demo, query, "en", size, after=place)
        content_ids += [orjson.loads(fragment)["contentId"] for fragment in page.json_rows]
        place = page.last_sort or place
    assert content_ids == found_ids(demo, query)


def test_page_by_number_is_the_same_whether_pages_were_content_ids_or_page_ids_to(own: World) -> None:
    page_ids = find(own, query_with(), "en", 30, offset=120)
    own.forget_rows()
    for offset in range(0, 121, 30):
        page = find(own, query_with(), "en", 30, offset=offset)
    assert page == page_ids


def test_page_follows_a_change_at_once(own: World) -> None:
    before = found_ids(own, query_with(), 20)
    take_out(own, Listing(2748, "RO"), before[5])
    assert found_ids(own, query_with(), 20) == before[:5] + before[6:]
    first = contents(own)[0]
    put_content(own, replace(first, id=before[5]))
    assert found_ids(own, query_with(), 20) == before


def test_changed_content_is_drawn_anew_in_every_body(own: World) -> None:
    content = contents(own)[3]
    variant = replace(content.variants[0], sale_price=12345, quantity=77)
    put_content(own, replace(content, variants=(variant,), title={"en": "New", "ro": "Nou"}))
    for form, title in (("en", "New"), ("ro", "Nou"), ("de", "New")):
        (fragment,) = find(own, query_with(content_id=content.id), form, 1).json_rows
        body = orjson.loads(fragment)
        assert (body["title"], body["variants"][0]["price"]["salePrice"]) == (title, 123.45)
    (fragment,) = find(own, query_with(content_id=content.id), "stock", 1).json_rows
    assert orjson.loads(fragment)["variants"][0]["quantity"] == 77
    (row,) = [
        row
        for row in truth(own, "products", Listing(2748, "RO"), None, None)
        if row["content_id"] == content.id
    ]
    assert (row["sale_price"], row["quantity"], row["title"]) == ("123.45", 77, "New")


def test_content_survives_being_stored(demo: World) -> None:
    for content in contents(demo)[:50]:
        assert content_of(content_bytes(content)) == content
        assert listings.content_by_id(demo, Listing(2748, "RO"), content.id) == content


def becomes(quantity: int) -> Callable[[int], int]:
    return lambda stock: quantity


def test_content_whose_stock_moves_keeps_all_else(own: World) -> None:
    listing = Listing(2748, "RO")
    before = contents(own)[9]
    first, *others = before.variants
    for quantity in (41, 43):
        move_stock(own, listing, first.barcode, becomes(quantity))
        variants = (replace(first, quantity=quantity, stock_modified_ms=own.clock.now_ms()), *others)
        after = replace(before, variants=variants)
        assert listings.content_by_id(own, listing, before.id) == after
        assert variant_by_barcode(own, listing, first.barcode) == (after, variants[0])
    put_content(own, after)
    assert listings.content_by_id(own, listing, before.id) == after


def test_variant_is_found_by_its_barcode_in_its_own_listing_only(demo: World) -> None:
    content = contents(demo)[9]
    barcode = content.variants[0].barcode
    assert variant_by_barcode(demo, Listing(2748, "RO"), barcode) == (content, content.variants[0])
    assert variant_by_barcode(demo, Listing(2748, "GR"), barcode) is None
    assert variant_by_barcode(demo, Listing(2738, "TR"), barcode) is None


def test_demo_has_goods_in_every_state(demo: World) -> None:
    variants = [variant for content in contents(demo) for variant in content.variants]
    assert len({variant.barcode for variant in variants}) == len(variants)
    for state in (
        lambda v: v.archived, lambda v: v.locked, lambda v: v.blacklisted, lambda v: v.quantity == 0,
        lambda v: v.sgr_price, lambda v: v.stock_modified_ms is None, lambda v: v.doc_needed,
        lambda v: v.list_price > v.sale_price, lambda v: not v.barcode.isdigit(),
    ):  # fmt: skip
        assert 0 < sum(1 for variant in variants if state(variant)) < len(variants)
    assert {len(content.variants) for content in contents(demo)} >= {1, 2, 3, 4, 5, 6}
