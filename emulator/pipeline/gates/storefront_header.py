"""The header that names the storefront, where an operation cannot do without it."""

from __future__ import annotations

from emulator.exchange import Refusal
from emulator.pipeline.context import RequestContext


def check(context: RequestContext) -> None:
    """Refuse a request without the header, whatever the decision storefront-missing says of others.

    Errors: storefront-missing.
    Source: v3.0/docs/brand-create-service, D that it is required; how its absence is refused is I.
    """
    header = context.operation.words["x-storefront"]["header"]
    if not context.request.headers.get(header.lower(), "").strip():
        raise Refusal("storefront-missing")
