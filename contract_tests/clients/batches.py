"""Results of batches: asked for a few times, with a pause in between."""

from __future__ import annotations

from typing import Any

from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.problems import Refused

# v2.0/reference/getbatchrequestresult: looks every 3 to 5 seconds, at most ten, by the vendor's plug-in, C.
PAUSE_S, LOOKS = 3.0, 10
NOT_FOUND = 404


def result_of(market: Marketplace, batch_id: str) -> Any:
    """Ask for a result once; none where the id is not known any more."""
    path = f"/integration/product/sellers/{market.account.seller_id}/products/batch-requests/{batch_id}"
    try:
        return market.service.read(path)
    except Refused as problem:
        if problem.status != NOT_FOUND:
            raise
        return {}


def is_gone(result: Any) -> bool:
    """Whether nobody knows the batch any more: no items, whatever the status says."""
    return not result.get("items")
