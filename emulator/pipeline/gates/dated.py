"""What opens, closes or is out of service for minutes by the world's clock."""

from __future__ import annotations

from emulator.exchange import Refusal
from emulator.pipeline.context import RequestContext


def check(context: RequestContext) -> None:
    """Refuse a request before its operation opens, after it closes, and in its brown-outs.

    Errors: the ids that x-since and x-until name.
    Source: where the word stands. That credentials and limits are checked first is I.
    """
    span = context.operation.span
    error_id = None if span is None else span.error_at(context.now_ms, context.world.decisions)
    if error_id is not None:
        raise Refusal(error_id)
