"""The words of a query for packages, and the world's for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from emulator.trendyol.orders.wire import STATUSES
from emulator.world.orders.package_search import SortDate

# The words of a query, and the statuses that they find. Source: the list of cancelled packages holds those
# that were not supplied, D; nothing has the status Verified, which filters accept.
SOUGHT_STATUSES: Mapping[str, tuple[str, ...]] = {
    **{word: (status,) for status, word in STATUSES.items()},
    "Cancelled": ("cancelled", "unsupplied"),
    "Verified": ("verified",),
}
# What a query without statuses finds. Source: what is not paid for is read by status=Awaiting, for stock
# alone, D; that it is not listed otherwise is I.
PAID_WORDS = tuple(word for word in STATUSES.values() if word != "Awaiting")
SORT_FIELDS: Mapping[str, SortDate] = {"PackageLastModifiedDate": "updated", "CreatedDate": "placed"}


def statuses_of(words: Iterable[str]) -> tuple[str, ...]:
    """The statuses that the words of a query find."""
    return tuple(dict.fromkeys(status for word in words for status in SOUGHT_STATUSES[word]))
