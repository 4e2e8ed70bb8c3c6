"""Packages made of others: what is left of a partial cancellation, and the parts of a split.

What was ordered is in exactly one live package, whatever becomes of it: the package that was taken apart
stays listed, as cancelled or unpacked, beside those that were made of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emulator.world.core.life import step
from emulator.world.orders.announcements import announce
from emulator.world.orders.carriers import cargo_number
from emulator.world.orders.life import LIFE, put_lines_back
from emulator.world.orders.model import Line, Origin, Package, Status, Units
from emulator.world.orders.penalties import fine
from emulator.world.orders.rows import next_package_id, update_packages

if TYPE_CHECKING:
    from emulator.world.core.world import World

# How many units of which line, by the number of the line.
Counts = Mapping[int, int]


class NoSuchUnits(ValueError):
    """A package does not hold the units that somebody wants to take out of it."""


class OneGroup(NoSuchUnits):
    """A split that makes fewer than two packages, or an empty one."""


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Who takes units out of a package, why, and what becomes of the rest.

    Shapes: ``reason`` is the number of the vendor's list; ``status`` is that of the package which is
    cancelled; ``keeps_status`` leaves the rest where the package was instead of at its beginning;
    ``is_past`` leaves the stock alone, since what is listed is what the past has left.
    """

    by: str
    reason: int
    status: Status = "cancelled"
    keeps_status: bool = False
    is_past: bool = False


def cancel_units(
    world: World, package: Package, counts: Counts, cancellation: Cancellation
) -> Package | None:
    """Cancel units of a package before a carrier has it; give the package of the rest, if there is one.

    Errors: NoWay once it is too late, NoSuchUnits.
    """
    step(LIFE, package.status, cancellation.status, cancellation.by)
    removed_lines, rest_lines = _part(package, counts)
    parent = replace(
        _at(world, package, cancellation.status), lines=_marked_lines(package, counts, cancellation)
    )
    first = package.status if cancellation.keeps_status else "created"
    rest = _children(world, package, [rest_lines], "cancel", first) if rest_lines else []
    with world.transaction():
        update_packages(world, [parent], rest)
        fine(world, replace(parent, lines=removed_lines))
        if not cancellation.is_past:
            put_lines_back(world, package, removed_lines)
            for each in (parent, *rest):
                announce(world, each)
    return rest[0] if rest else None


def split_package(
    world: World,
    package: Package,
    parts: Sequence[Counts],
    *,
    keeps_status: bool = False,
    first_id: int | None = None,
) -> list[Package]:
    """Split a package before a carrier has it; what no part names forms one more, behind the others.

    Shapes: ``first_id`` is the first of the numbers that ``split_groups`` says are needed, where they have
    been taken beforehand.
    Errors: NoWay once it is too late, NoSuchUnits, OneGroup.
    """
    groups = split_groups(package, parts)
    status = package.status if keeps_status else "created"
    children = _children(world, package, groups, "split", status, first_id)
    parent = _at(world, package, "unpacked")
    with world.transaction():
        update_packages(world, [parent], children)
        for each in (parent, *children):
            announce(world, each)
    return children


def split_groups(package: Package, parts: Sequence[Counts]) -> list[tuple[Line, ...]]:
    """What a split makes of a package: the lines of each part, and behind them those that no part names.

    Errors: NoWay once it is too late, NoSuchUnits, OneGroup where nothing would be split.
    """
    step(LIFE, package.status, "unpacked", "seller")
    groups, rest_lines = [], package.lines
    for counts in parts:
        group, rest_lines = _part(replace(package, lines=rest_lines), counts)
        groups.append(group)
    groups += [rest_lines] if rest_lines else []
    if len(groups) < 2 or not all(groups):
        raise OneGroup("a split needs two parts at least, none of them empty")
    return groups


def _marked_lines(package: Package, counts: Counts, cancellation: Cancellation) -> tuple[Line, ...]:
    """The lines of a package as it stays listed, those that units were cancelled of with the reason."""
    by, reason = cancellation.by, cancellation.reason
    return tuple(
        replace(line, cancelled_by=by, cancel_reason=reason) if line.id in counts else line
        for line in package.lines
    )


def _at(world: World, package: Package, status: Status) -> Package:
    now_ms = world.clock.now_ms()
    return replace(package, status=status, updated_ms=now_ms, history=(*package.history, (status, now_ms)))


def _children(
    world: World,
    package: Package,
    groups: Sequence[tuple[Line, ...]],
    origin: Origin,
    status: Status,
    first_id: int | None = None,
) -> list[Package]:
    """Packages of their own numbers, one for each group of lines, made now."""
    now_ms = world.clock.now_ms()
    first_number = next_package_id(world, len(groups)) if first_id is None else first_id
    draft = _at(world, package, status)
    own_dispatch = replace(
        package.dispatch, invoice_status="not_invoiced", invoice_link="", invoice_faults=()
    )
    return [
        replace(
            draft,
            id=number,
            updated_ms=now_ms,
            cargo_number=cargo_number(package.carrier, number),
            lines=lines,
            dispatch=own_dispatch,
            tax_e4=sum(line.tax_e4 for line in lines),
            origin=origin,
            parent_id=package.id,
            first_id=package.first_id or package.id,
        )
        for number, lines in enumerate(groups, first_number)
    ]


def check_units(package: Package, counts: Counts) -> None:
    """Make sure that a package holds so many units of each line.

    Errors: NoSuchUnits.
    """
    on_hand = {line.id: line.quantity for line in package.lines}
    for line_id, count in counts.items():
        if not 1 <= count <= on_hand.get(line_id, 0):
            raise NoSuchUnits(f"package {package.id} does not hold {count} units of line {line_id}")


def _part(package: Package, counts: Counts) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines with so many units each, and those that hold what is left."""
    check_units(package, counts)
    removed_lines = tuple(_first_units(line, counts[line.id]) for line in package.lines if line.id in counts)
    rests = (_last_units(line, line.quantity - counts.get(line.id, 0)) for line in package.lines)
    return removed_lines, tuple(line for line in rests if line.units)


def _first_units(line: Line, count: int) -> Line:
    return replace(line, units=tuple(_cut(line.units, count)))


def _last_units(line: Line, count: int) -> Line:
    return replace(line, units=tuple(_cut(line.units[::-1], count))[::-1])


def _cut(units: Sequence[Units], count: int) -> Iterator[Units]:
    """As many units as counted, from the front."""
    for each in units:
        size = min(each.count, count)
        count -= size
        if size:
            yield replace(each, count=size)
