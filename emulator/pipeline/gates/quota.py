"""So many requests a minute and a day by the client's plan; every answer says how many are left."""

from __future__ import annotations

from contextlib import suppress

from emulator.exchange import Refusal
from emulator.pipeline.context import RequestContext
from emulator.pipeline.gates import bearer
from emulator.pipeline.gates.counting import Standing, bucket_size, count

_SMALLEST_PLAN = "temel"


def check(context: RequestContext) -> None:
    """Count a known client's request and tell it where its plan's minute stands.

    A request is counted whether or not limits are on; only when they are it is refused, and then the headers
    speak of what is used up, be it the minute or the day. Nobody's request is counted for nobody: its answer
    tells the minute of the smallest plan.
    Errors: the id that the used-up bucket names.
    Source: pazarsync.com/api-docs, D (numbers and headers); Retry-After is I.
    """
    if context.client is None:
        context.headers += _headers(_whole_minute(context))
        return
    try:
        standings = count(context, context.client.id, context.client.plan)
    except Refusal as no:
        context.headers += [*_headers(no.facts["standing"]), ("Retry-After", str(no.facts["retry_after"]))]
        raise Refusal(no.error_id) from no
    context.headers += _headers(standings[0])


def complete_headers(context: RequestContext) -> None:
    """Have a refusal that was given before this gate tell the quota, too: every answer does.

    Source: pazarsync.com/api-docs, D (every response carries the headers).
    """
    if "quota" not in context.operation.gates or context.headers:
        return
    if context.route is None:
        with suppress(Refusal):
            bearer.check(context)
    check(context)


def _whole_minute(context: RequestContext) -> Standing:
    bucket = context.operation.buckets[0]
    size = bucket_size(bucket, _SMALLEST_PLAN) or 0
    return Standing(bucket.name, size, size, context.now_ms + bucket.per_ms)


def _headers(standing: Standing) -> list[tuple[str, str]]:
    return [
        ("X-RateLimit-Limit", str(standing.size)),
        ("X-RateLimit-Remaining", str(standing.left)),
        ("X-RateLimit-Reset", str(-(-standing.resets_at_ms // 1000))),
    ]
