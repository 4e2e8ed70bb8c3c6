"""Whose shop is read, where, and at what time: everything a run is told by its environment."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from contract_tests.clients.reference.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Account:
    """One seller's access to the marketplace.

    Units: ``now_ms`` is epoch milliseconds UTC, the end of what a run asks for.
    """

    base_url: str
    seller_id: str
    key: str
    secret: str
    storefront: str
    now_ms: int

    @property
    def international(self) -> bool:
        """Whether the international edition answers; without a storefront it is the Turkish one."""
        return self.storefront not in ("", "TR")

    @property
    def headers(self) -> dict[str, str]:
        """What every request carries beside its Basic credentials.

        Source: v3.0/docs/2-authorization, D: a request without User-Agent is blocked with 403.
        """
        headers = {
            "User-Agent": f"{self.seller_id} - SelfIntegration",
            "Accept-Language": "en" if self.international else "tr",
        }
        return headers | ({"storeFrontCode": self.storefront} if self.storefront else {})


def account_from(environment: Mapping[str, str]) -> Account:
    """Read the account from TRENDYOL_BASE_URL, _SELLER_ID, _API_KEY, _API_SECRET, _STOREFRONT and _NOW_MS.

    Errors: Trouble naming the variables that are missing.
    """
    wanted = ("TRENDYOL_BASE_URL", "TRENDYOL_SELLER_ID", "TRENDYOL_API_KEY", "TRENDYOL_API_SECRET")
    missing = [name for name in wanted if not environment.get(name)]
    if missing:
        raise Trouble(f"not set: {', '.join(missing)}")
    base_url, seller_id, key, secret = (environment[name] for name in wanted)
    now_ms = int(environment.get("TRENDYOL_NOW_MS") or time.time() * 1000)
    storefront = environment.get("TRENDYOL_STOREFRONT", "")
    return Account(base_url.rstrip("/"), seller_id, key, secret, storefront, now_ms)
