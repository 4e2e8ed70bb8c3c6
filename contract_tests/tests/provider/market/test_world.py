"""The world: its clock, its transactions, its work that falls due, its way back, its durable file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from contract_tests.tests.provider.support.worlds import DAY_MS, NOW_MS, bytes_of, opened
from emulator.world.accounts import sellers
from emulator.world.catalogue import listings
from emulator.world.catalogue.model import Content
from emulator.world.core import calendar, ids, meta
from emulator.world.core.calendar import Job
from emulator.world.core.listing import Listing
from emulator.world.core.world import World
from emulator.world.jobs import JOBS
from emulator.world.store.interface import StoreFault


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = opened(tmp_path, "empty")
    yield made
    made.close()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[World]:
    made = opened(tmp_path)
    yield made
    made.close()


def first_content(world: World) -> Content:
    return next(listings.contents_of(world, Listing(2748, "RO")))


def test_clock_runs_with_real_time_from_where_it_was_set(tmp_path: Path) -> None:
    real = [1000]
    world = opened(tmp_path, "empty", wall=lambda: real[0])
    real[0] += 250
    assert world.clock.now_ms() == NOW_MS + 250


def test_clock_stands_when_frozen_and_runs_on_from_there(tmp_path: Path) -> None:
    real = [0]
    world = opened(tmp_path, "empty", wall=lambda: real[0])
    world.clock.freeze()
    real[0] += 5000
    assert world.clock.now_ms() == NOW_MS
    world.clock.run()
    real[0] += 10
    assert world.clock.now_ms() == NOW_MS + 10


def test_due_work_is_done_in_order_with_the_clock_at_each_moment(world: World) -> None:
    seen: list[tuple[str, int, int]] = []
    note: Job[World] = Job(lambda world, at_ms, told: seen.append((told, at_ms, world.clock.now_ms())))
    world.jobs = lambda: {**JOBS, "note": note}
    with world.transaction():
        for name, days in (("late", 2), ("first", 1), ("second", 1), ("beyond", 4)):
            calendar.schedule(world.store, NOW_MS + days * DAY_MS, "note", name)
    world.refresh()
    world.advance(3 * DAY_MS)
    assert seen == [
        (name, NOW_MS + days * DAY_MS, NOW_MS + days * DAY_MS)
        for name, days in (("first", 1), ("second", 1), ("late", 2))
    ]
    assert world.clock.now_ms() == NOW_MS + 3 * DAY_MS


def test_due_work_that_repeats_comes_again(world: World) -> None:
    seen: list[int] = []
    daily: Job[World] = Job(lambda world, at_ms, told: seen.append(at_ms), lambda at_ms: at_ms + DAY_MS)
    world.jobs = lambda: {**JOBS, "daily": daily}
    calendar.schedule(world.store, NOW_MS + 1, "daily")
    world.refresh()
    world.advance(3 * DAY_MS)
    assert seen == [NOW_MS + 1, NOW_MS + 1 + DAY_MS, NOW_MS + 1 + 2 * DAY_MS]


def test_transaction_is_undone_when_it_raises(demo: World) -> None:
    before = first_content(demo)

    def broken_off() -> None:
        with demo.transaction():
            listings.take_out(demo, Listing(2748, "RO"), before.id)
            sellers.set_allowed_ips(demo, 2748, ["10.0.0.1"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    assert first_content(demo) == before
    assert demo.read(sellers.Sellers).by_id[2748].allowed_ips == ()


def test_reset_brings_back_rows_sellers_and_clock(demo: World) -> None:
    before = bytes_of(demo)
    with demo.transaction():
        listings.take_out(demo, Listing(2748, "RO"), first_content(demo).id)
        sellers.set_allowed_ips(demo, 2748, ["10.0.0.1"])
    demo.clock.freeze(NOW_MS + 99 * DAY_MS)
    demo.catch_up()
    demo.reset()
    assert demo.clock.now_ms() == NOW_MS
    assert demo.read(sellers.Sellers).by_id[2748].allowed_ips == ()
    assert bytes_of(demo) == before


def test_durable_file_goes_on_where_it_was_left(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "stage.db"
    world = opened(tmp_path, "empty", database=place)
    sellers.set_allowed_ips(world, 2748, ["10.0.0.1"])
    world.clock.freeze(NOW_MS + 5)
    world.close()
    again = opened(tmp_path, "empty", database=place, now_ms=NOW_MS + DAY_MS)
    assert list(again.read(sellers.Sellers).by_id[2748].allowed_ips) == ["10.0.0.1"]
    assert (again.clock.now_ms(), again.clock.mode) == (NOW_MS + 5, "frozen")
    assert again.anchor_ms == NOW_MS
    again.reset()
    assert list(again.read(sellers.Sellers).by_id[2748].allowed_ips) == []
    again.close()


def test_durable_file_keeps_what_was_written_before_a_crash(tmp_path: Path) -> None:
    crash = (
        "import os, sys; from pathlib import Path;"
        "from contract_tests.tests.provider.support.worlds import opened;"
        "from emulator.world.accounts import sellers; place = Path(sys.argv[1]);"
        "world = opened(place, 'empty', database=place / 'stage.db');"
        "sellers.set_allowed_ips(world, 2748, ['10.0.0.1']); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", crash, str(tmp_path)], check=False).returncode == 9
    again = opened(tmp_path, "empty", database=tmp_path / "stage.db")
    assert again.read(sellers.Sellers).by_id[2748].allowed_ips == ("10.0.0.1",)
    again.close()


def test_durable_file_is_shared_as_it_changes(tmp_path: Path) -> None:
    one, other = (opened(tmp_path, "demo", database=tmp_path / "stage.db") for _ in range(2))
    content = first_content(one)
    sellers.set_allowed_ips(one, 2748, ["10.0.0.1"])
    one.clock.freeze(NOW_MS + 3)
    listings.put_content(one, replace(content, product_main_id="changed"))
    other.catch_up()
    assert other.read(sellers.Sellers).by_id[2748].allowed_ips == ("10.0.0.1",)
    assert other.clock.now_ms() == NOW_MS + 3
    assert first_content(other).product_main_id == "changed"
    one.close()
    other.close()


def test_unknown_schema_is_refused_in_one_sentence(tmp_path: Path) -> None:
    place = tmp_path / "stage.db"
    world = opened(tmp_path, "empty", database=place)
    meta.keep(world.store, "schema", "999")
    world.close()
    with pytest.raises(
        StoreFault, match=r"stage\.db holds a world of schema 999; this version knows schema \d+ only\.$"
    ):
        opened(tmp_path, "empty", database=place)


def test_file_of_another_kind_is_refused_in_one_sentence(tmp_path: Path) -> None:
    text, foreign = tmp_path / "text.db", tmp_path / "foreign.db"
    text.write_text("This is not a database, though it is long enough to be taken for one at first." * 20)
    connection = sqlite3.connect(foreign)
    connection.execute("CREATE TABLE shopping (thing TEXT)")
    connection.close()
    for place in (text, foreign):
        with pytest.raises(StoreFault, match=place.name):
            opened(tmp_path, "empty", database=place)


def test_durable_file_of_another_world_is_refused(tmp_path: Path) -> None:
    opened(tmp_path, "empty", database=tmp_path / "stage.db").close()
    with pytest.raises(StoreFault, match="holds the world 'empty' with seed 7, not 'demo'"):
        opened(tmp_path, "demo", database=tmp_path / "stage.db")


def test_closed_world_leaves_no_private_file(tmp_path: Path) -> None:
    opened(tmp_path / "private", "empty", cache=tmp_path / "cache").close()
    assert list((tmp_path / "private").iterdir()) == []


def test_sequence_hands_out_each_number_once(world: World) -> None:
    assert [ids.next_number(world.store, "parcel", start=100) for _ in range(3)] == [100, 101, 102]
    assert ids.next_number(world.store, "parcel", count=10) == 103
    assert ids.next_number(world.store, "parcel") == 113


def test_seller_is_found_by_number_and_by_key(world: World) -> None:
    seller = sellers.seller_by_key(world, "demo-int-key")
    assert seller == sellers.seller_by_id(world, 2748)
    sellers.add_seller(world, sellers.Seller(1, "New", "tr", ("TR",), "k", "s", "50k"))
    assert [each.id for each in sellers.all_sellers(world)] == [1, 2738, 2748]
    assert sellers.seller_by_key(world, "nobody") is None
