"""Every request carries a User-Agent; its documented form is enforced in strict mode only."""

from __future__ import annotations

import re
from functools import lru_cache

from emulator.exchange import Refusal
from emulator.pipeline.context import RequestContext


def check(context: RequestContext) -> None:
    """Refuse a request without User-Agent, and in strict mode one that is not of the documented form.

    Errors: the ids that the document's x-user-agent names.
    Source: authorization page, D (403 without it); no page says that the gateway checks the form.
    """
    rule = context.operation.words["x-user-agent"]
    text = context.request.headers.get("user-agent", "").strip()
    if not text:
        raise Refusal(rule["absent"])
    if context.stages.settings.strict and not _pattern(rule["pattern"]).search(text):
        raise Refusal(rule["malformed"], value=text)


@lru_cache(maxsize=16)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)
