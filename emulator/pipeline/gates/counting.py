"""Counts requests into buckets on the world's clock; what the limits and the quotas are made of."""

from __future__ import annotations

from typing import NamedTuple

from emulator.contract.operations import Bucket
from emulator.exchange import Refusal
from emulator.pipeline.context import RequestContext

DEFAULT_TIER = "unlimited"


class Standing(NamedTuple):
    """Where a bucket stands after a request: how many it holds, how many are left, when it is full again.

    Units: ``resets_at_ms`` epoch milliseconds of the world's time.
    """

    bucket: str
    size: int
    left: int
    resets_at_ms: int


def count(context: RequestContext, owner: str, tier: str) -> list[Standing]:
    """Count a request into every bucket of its operation; a refused request is counted in none.

    Units: a bucket's window opens with its first request and lasts ``per_ms``.
    Errors: the id that the first empty bucket names, with ``retry_after`` seconds and its standing as facts.
    """
    standings, windows = [], []
    for bucket in context.operation.buckets:
        holds = bucket_size(bucket, tier)
        if holds is None:
            continue
        name = bucket.name or context.operation.id
        window = context.stage.counters.setdefault((owner, name, str(bucket.per_ms)), [context.now_ms, 0])
        if not 0 <= context.now_ms - window[0] < bucket.per_ms:
            window[:] = [context.now_ms, 0]
        resets_at_ms = window[0] + bucket.per_ms
        if window[1] >= holds and context.stage.limits == "on":
            wait_s = -(-(resets_at_ms - context.now_ms) // 1000)
            raise Refusal(bucket.error, retry_after=wait_s, standing=Standing(name, holds, 0, resets_at_ms))
        standings.append(Standing(name, holds, max(holds - window[1] - 1, 0), resets_at_ms))
        windows.append(window)
    for window in windows:
        window[1] += 1
    return standings


def bucket_size(bucket: Bucket, tier: str) -> int | None:
    """Give the number of requests a bucket holds for a tier; None where the tier has no such limit."""
    if bucket.requests is not None:
        return bucket.requests
    return bucket.tiers.get(tier, bucket.tiers.get(DEFAULT_TIER))
