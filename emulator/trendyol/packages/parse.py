"""Bodies of the package writes as the world understands them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from emulator.world.core.money import SCALE
from emulator.world.orders.model import Package, Status
from emulator.world.orders.repack import Counts, NoSuchUnits

STATUSES: Mapping[str, Status] = {"Picking": "picking", "Invoiced": "invoiced"}
# The categories in which labour costs can be given, jewellery. Source: en/docs/update-labor-cost, D.
LABOUR_CATEGORIES = frozenset({
    1229, 1230, 1231, 1232, 1234, 1236, 1237, 1238, 1239, 1240, 1246, 1247, 1248, 1254, 1255, 1256, 1258,
    1259, 1260, 1264, 1265, 3017, 3168, 3169, 3170, 3171, 3416, 3418, 3419, 3499, 3501, 3502, 3504, 3883,
    3884, 3885, 3886, 3887, 4050, 5209, 5255, 5317, 5597, 5598,
})  # fmt: skip


def counts_of(lines: Sequence[Mapping[str, Any]], line: str, quantity: str) -> Counts:
    """How many units of which line; a line that is named several times counts together."""
    counts: dict[int, int] = {}
    for each in lines:
        counts[each[line]] = counts.get(each[line], 0) + each[quantity]
    return counts


def whole_lines(package: Package, line_ids: Sequence[int]) -> Counts:
    """All units of some lines.

    Errors: NoSuchUnits for a line that the package does not have.
    """
    quantities = {line.id: line.quantity for line in package.lines}
    if not quantities.keys() >= set(line_ids):
        raise NoSuchUnits(f"package {package.id} does not have all of these lines")
    return {line_id: quantities[line_id] for line_id in line_ids}


def parts_by_quantity(entries: Sequence[Mapping[str, Any]]) -> list[Counts]:
    """Packages out of lines with several quantities: the first one of each, the second one of each ..."""
    longest = max(len(entry["quantities"]) for entry in entries)
    return [dict(_at_place(entries, place)) for place in range(longest)]


def _at_place(entries: Sequence[Mapping[str, Any]], place: int) -> Iterator[tuple[int, int]]:
    for entry in entries:
        if place < len(entry["quantities"]):
            yield entry["orderLineId"], entry["quantities"][place]


def amount_e4(value: float) -> int:
    """An amount of JSON in ten-thousandths, to the nearest one."""
    return round(Decimal(str(value)) * SCALE)
