"""Results of batches: asked for a few times, with a pause in between."""

from __future__ import annotations

from typing import Any

from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.problems import Refused

# v2.0/reference/getbatchrequestresult: looks every 3 to 5 seconds, at most ten, by the vendor's plug-in, C.
LOOKS = 6
LEAST_PAUSE_S = 1.0
NOT_FOUND = 404


def wait_for_look(market: Marketplace, pause_s: float | None) -> None:
    """Wait between two looks at a batch: so many seconds, or those of the environment, a second at least."""
    market.service.clock.sleep(max(LEAST_PAUSE_S, market.account.pause_s) if pause_s is None else pause_s)


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
