"""Which storefront and which language a request speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from emulator.contract.dates import moment_of
from emulator.exchange import Refusal
from emulator.pipeline.context import RequestContext


def check(context: RequestContext) -> None:
    """Learn storefront and language from the headers that the document's x-storefront names.

    Errors: storefront-missing when the decision says so, else the id for an unknown code.
    Source: international getting-started page, D; an absent header is answered as TR, D (reference) and C.
    """
    rule: Mapping[str, Any] = context.operation.words["x-storefront"]
    requested_code = context.request.headers.get(rule["header"].lower(), "").strip()
    if not requested_code and "missing" in rule and context.world.decisions["storefront-missing"] == "refuse":
        raise Refusal(rule["missing"])
    code = rule.get("aliases", {}).get(requested_code, requested_code).upper() or rule["absent"]
    if code not in rule["codes"]:
        raise Refusal(rule["unknown"], value=requested_code)
    context.storefront = code
    context.language = rule["codes"][code]["languages"][0]
    if preference := context.request.headers.get("accept-language"):
        languages = languages_of(rule, code, context.operation.edition, context.now_ms)
        context.language = preferred_language(preference, languages)


def languages_of(rule: Mapping[str, Any], code: str, edition: str, now_ms: int) -> tuple[str, ...]:
    """The languages that a storefront speaks at a moment, the one for readers without a preference first.

    Units: ``now_ms`` epoch milliseconds UTC.
    """
    storefront = rule["codes"][code]
    local = storefront.get("local")
    has_local = local is not None and now_ms >= (moment_of(local["x-since"]["at"], edition) or 0)
    own_languages = (local["language"],) if has_local else ()
    return (*storefront["languages"], *own_languages, *rule.get("further_languages", ()))


@lru_cache(maxsize=256)
def preferred_language(header: str, languages: tuple[str, ...]) -> str:
    """Pick the first of the header's languages that the storefront speaks, else the storefront's first."""
    for choice in header.split(","):
        language = choice.partition(";")[0].strip().partition("-")[0].lower()
        if language in languages:
            return language
    return languages[0]
