"""Broken clients of the stream: what they save of it, and what they make of their copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from contract_tests.clients.client import Client, SyncContext
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.packages import KEY, SPAN_MS, instant, order_row
from contract_tests.clients.protocol import Row
from contract_tests.profiles.orders_stream.reference import STEPS, Steps, client
from contract_tests.profiles.variants import Broken

PROFILE = "orders-stream"
NARROW = 2**32


def saves(save_packages: Callable[[LocalCopy, list[Row]], None]) -> Client:
    """The reference, except for how it saves packages."""
    return client(replace(STEPS, save_packages=save_packages))


def shows(**fields: Callable[[Row], object]) -> Client:
    """The reference, except for some fields that it shows."""

    def row(package: Row) -> Row:
        return order_row(package) | {name: value_of(package) for name, value_of in fields.items()}

    return client(replace(STEPS, row=row))


def by_order(copy: LocalCopy, rows: list[Row]) -> None:
    """Know a package by its order."""
    copy.merge("packages", "orderNumber", rows)


def if_new(copy: LocalCopy, rows: list[Row]) -> None:
    """Look at no package again that is in the copy."""
    ids = {row[KEY] for row in copy.rows("packages")}
    copy.merge("packages", KEY, [row for row in rows if row[KEY] not in ids])


def once_more_each_run(copy: LocalCopy, rows: list[Row]) -> None:
    """Insert whatever comes."""
    before = len(copy.rows("packages"))
    copy.merge("packages", "place", [row | {"place": before + at} for at, row in enumerate(rows)])


def narrow_id(package: Row) -> int:
    """The number of a package as 32 bits hold it."""
    return int((package[KEY] + NARROW // 2) % NARROW - NARROW // 2)


def as_it_stands(package: Row) -> str:
    """The moment of an order as orderDate has it, three hours late."""
    return instant(package["orderDate"])


def count_lines(package: Row) -> int:
    """A unit a line."""
    return len(package["lines"])


def after_the_last_run(copy: LocalCopy, now_ms: int) -> int:
    """Read what has changed since the last run was over."""
    (span,) = copy.rows("span") or [{}]
    return int(span.get("ended_ms", now_ms - SPAN_MS))


def forgets_what_changed_meanwhile() -> Client:
    """The reference, except that it goes on where its last run ended, not where that began."""
    changes_only = client(Steps(begin=after_the_last_run))

    def sync(context: SyncContext) -> None:
        began_s = context.clock.now()
        changes_only.sync(context)
        (span,) = context.copy.rows("span")
        took_ms = int((context.clock.now() - began_s) * 1000)
        context.copy.replace("span", "name", [span | {"ended_ms": span["to_ms"] + took_ms}])

    return replace(changes_only, sync=sync)


def counts(name: str, description: str, field_note: str, client: Client) -> Broken:
    """A client that has all packages and a wrong value."""
    return Broken(name, PROFILE, description, field_note, ("held_as_true:wrong",), client)


BROKEN = (
    Broken("streamed_by_order", PROFILE, "knows a package by its order and loses the others of that order",
           "packages de-duplicated by orderNumber: 1 of 26", ("held_as_true:missing",), saves(by_order),
           needs="two packages of one order"),
    Broken("never_updates_streamed", PROFILE, "never looks again at a package that it knows",
           "insert instead of upsert", ("held_as_true:stale", "held_as_true:wrong"), saves(if_new),
           needs="a package that goes on between two runs"),
    Broken("streamed_again", PROFILE, "inserts every package anew with each run", "insert instead of upsert",
           ("held_as_true:duplicate",), saves(once_more_each_run), needs="two runs"),
    Broken("streamed_since_the_end", PROFILE,
           "goes on from the end of its last run and loses what changed during it",
           "kit, section 3: something moves while it is read", ("held_as_true:stale", "held_as_true:missing",
           "everything_delivered"), forgets_what_changed_meanwhile(),
           needs="a package that goes on while the stream is read"),
    Broken("narrow_streamed_ids", PROFILE, "holds the numbers of packages in 32 bits", "32-bit ids",
           ("held_as_true:missing", "held_as_true:ghost"), shows(shipmentPackageId=narrow_id)),
    counts("streamed_three_hours_late", "takes orderDate for the moment of the order",
           "orderDate's +3 h not removed", shows(orderedAt=as_it_stands)),
    counts("streamed_lines_for_units", "counts lines, not units", "quantity of a line not read",
           shows(quantity=count_lines)),
)  # fmt: skip
