"""Which packages a real client can have been sent, by the world's own account of them."""

from __future__ import annotations

from collections.abc import Iterable

from contract_tests.tests.kit.support.public import truth

DAY_MS = 86_400_000


def packages_changed(base: str, seller: str, spans: Iterable[tuple[int, int]]) -> set[str]:
    """The numbers of a seller's packages whose last change lies within one of the spans, both ends included.

    Shapes: what is not paid for yet is left out, as the list without a status leaves it out.
    """
    edges = list(spans)
    return {
        str(row["shipmentPackageId"])
        for row in truth(base, "orders", seller)
        if row["status"] != "Awaiting"
        and any(start <= row["lastModifiedDate"] <= end for start, end in edges)
    }
