"""A batch as a value: what was sent, when it is done, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from emulator.world.core.listing import Listing

Kind = Literal[
    "create", "update", "content", "variant", "delivery", "inventory", "archive", "unlock", "delete",
    "export-create", "export-price", "export-stock",
]  # fmt: skip
HOUR_MS = 3_600_000
RESULT_HOURS = 4
# Source: docs/trendyol-autoft/islem-sonuc-entegrasyonu, D: those of the export centre stay a day.
EXPORT_HOURS = 24
# What the number behind the id stands for: hours from sending to the end of the result. Ids of the export
# centre have none. Source: the printed samples, by arithmetic, I.
ID_HOURS: Mapping[Kind, int] = {
    "create": 7,
    "update": 72,
    "content": 72,
    "variant": 72,
    "delivery": 72,
    "inventory": 4,
    "archive": 72,
    "unlock": 72,
    "delete": 4,
}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an item was not done: the id of the reason, and the facts that its sentence names."""

    reason: str
    facts: Mapping[str, str] = field(default_factory=dict)


# The failures of one item; an item that was done has none.
Failures = tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """One request whose items are done later.

    Units: names in ``_ms`` are epoch milliseconds UTC.
    """

    number: int
    """Its place among all batches of the world, in the order of sending."""
    id: str
    """What the seller asks for its result by: a uuid, in most kinds a dash and epoch seconds behind it."""
    listing: Listing
    """Whose it is, and for which storefront."""
    kind: Kind
    """What is to be done with its items."""
    items_json: bytes
    """The items as the seller sent them."""
    item_count: int
    """How many items it has."""
    created_ms: int
    """When it was sent."""
    due_ms: int
    """When it is done."""
    completed_ms: int | None = None
    """When it was done; None while it waits."""
    failures: Mapping[int, Failures] = field(default_factory=dict)
    """Why items were not done, by their places in the batch."""
    effects: tuple[Any, ...] = ()
    """What its applier has noted of each item."""

    @property
    def items(self) -> list[Any]:
        """The items as plain data."""
        items: list[Any] = orjson.loads(self.items_json)
        return items

    def expires_ms(self, life: str) -> int | None:
        """When its result is gone, by the decision ``batch-life``; None while that is not yet known.

        Source: getBatchRequestResult, D: four hours after it is done. The samples' ids end in a moment that
        lies 4, 7 or 72 hours after sending, I.
        """
        if self.kind not in ID_HOURS:
            return self.created_ms + EXPORT_HOURS * HOUR_MS
        if life == "by-id":
            return self.created_ms + ID_HOURS[self.kind] * HOUR_MS
        return None if self.completed_ms is None else self.completed_ms + RESULT_HOURS * HOUR_MS
