"""The stream's nextCursor: where the last answer ended, for which filter it was given, whether it holds."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, replace
from typing import Any

import orjson

from emulator.exchange import Refusal
from emulator.world.orders.package_search import PackageQuery
from emulator.world.orders.package_search import Place as Sort

LONGEST = 2**63
_MEMBERS = {"s", "w", "f", "g", "e"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stream goes on.

    Shapes: ``is_after_empty`` says that the answer before it was empty.
    Units: the window of the whole stream in epoch milliseconds UTC; ``to_ms`` None leaves its end open.
    """

    after: Sort
    from_ms: int
    to_ms: int | None
    is_after_empty: bool = False

    def beyond_empty(self) -> Place:
        """The same place behind an empty answer."""
        return replace(self, is_after_empty=True)


def write(query: PackageQuery, place: Place, generation: int) -> str:
    """The cursor that goes on at a place; it holds until the world's tokens are next expired.

    Shapes: ``query`` is the filter as it was sent.
    Source: on the stage a cursor was base64 of {"s":[2738,17797..., C; the page prints a UUID. The window and
    the marks of filter and generation behind it are I.
    """
    members = {
        "s": [query.listing.seller_id, *place.after],
        "w": [place.from_ms, place.to_ms],
        "f": _mark(query),
        "g": generation,
        "e": place.is_after_empty,
    }
    return base64.b64encode(orjson.dumps(members)).decode()


def read(query: PackageQuery, cursor: str, generation: int) -> Place:
    """The place a cursor stands for.

    Errors: cursor-invalid when it is none of ours or expired, cursor-filter-changed when it belongs to
    another filter.
    """
    members = _members(cursor)
    (seller_id, updated_ms, package_id), (from_ms, to_ms) = members["s"], members["w"]
    if members["g"] != generation:
        raise Refusal("cursor-invalid")
    if seller_id != query.listing.seller_id or members["f"] != _mark(query):
        raise Refusal("cursor-filter-changed")
    return Place((updated_ms, package_id), from_ms, to_ms, members["e"])


def _members(cursor: str) -> dict[str, Any]:
    try:
        members = orjson.loads(base64.b64decode(cursor, validate=True))
    except (binascii.Error, ValueError) as fault:
        raise Refusal("cursor-invalid") from fault
    if not isinstance(members, dict) or members.keys() != _MEMBERS:
        raise Refusal("cursor-invalid")
    sort, window = members["s"], members["w"]
    if not (_are_numbers(sort, 3) and _are_numbers(window, 2, ends_open=True) and type(members["e"]) is bool):
        raise Refusal("cursor-invalid")
    return members


def _are_numbers(values: Any, count: int, *, ends_open: bool = False) -> bool:
    """Whether this is a list of so many whole numbers that a store can compare; the last may be missing."""
    if not isinstance(values, list) or len(values) != count:
        return False
    numbers = values[:-1] if ends_open and values[-1] is None else values
    return all(type(each) is int and 0 <= each < LONGEST for each in numbers)


def _mark(query: PackageQuery) -> str:
    return hashlib.sha256(repr(query).encode()).hexdigest()[:8]
