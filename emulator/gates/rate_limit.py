"""Counts requests on the world's clock: so many to one endpoint, so many to one group of them."""

from __future__ import annotations

from emulator.contract.operations import Bucket
from emulator.exchange import Refusal, Visit

_DEFAULT_TIER = "unlimited"


def check(visit: Visit) -> None:
    """Refuse the request after the last one a bucket holds; a refused request is not counted.

    Units: a bucket's window opens with its first request and lasts ``per_ms`` of the world's time.
    Errors: the id that the bucket names, with ``retry_after`` seconds among the facts.
    Source: authorization page (50 in 10 s) and service limits page (groups a minute), D.
    """
    if visit.limits == "off":
        return
    seller = visit.seller
    owner, tier = (str(seller.id), seller.tier) if seller else ("", _DEFAULT_TIER)
    windows = []
    for bucket in visit.operation.buckets:
        name = bucket.name or visit.operation.id
        window = visit.counters.setdefault((owner, name, str(bucket.per_ms)), [visit.now_ms, 0])
        if not 0 <= visit.now_ms - window[0] < bucket.per_ms:
            window[:] = [visit.now_ms, 0]
        if window[1] >= allowed(bucket, tier) and visit.limits == "on":
            left_ms = window[0] + bucket.per_ms - visit.now_ms
            raise Refusal(bucket.error, retry_after=-(-left_ms // 1000))
        windows.append(window)
    for window in windows:
        window[1] += 1


def allowed(bucket: Bucket, tier: str) -> int:
    """Give the number of requests a bucket holds for a seller of this tier."""
    if bucket.requests is not None:
        return bucket.requests
    return bucket.tiers.get(tier) or bucket.tiers[_DEFAULT_TIER]
