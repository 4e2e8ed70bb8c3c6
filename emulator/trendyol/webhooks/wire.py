"""Webhooks as the vendor lists them: whatever is secret stays here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.world.hooks.model import Authentication, Webhook

AUTHENTICATION_TYPES: Mapping[Authentication, str] = {"basic": "BASIC_AUTHENTICATION", "api_key": "API_KEY"}


def webhook(each: Webhook, edition: str) -> dict[str, Any]:
    """One webhook; the international edition names its countries and its storefront."""
    row = {
        "id": each.id,
        "createdDate": each.created_ms,
        "lastModifiedDate": each.modified_ms,
        "url": each.target.url,
        "username": each.target.username,
        "authenticationType": AUTHENTICATION_TYPES[each.target.authentication],
        "status": each.state.upper(),
        "subscribedStatuses": [status.upper() for status in each.target.statuses] or None,
    }
    if edition == "int":
        row |= {"countryCodes": list(each.target.countries) or None, "storeFrontCode": each.storefront}
    return row
