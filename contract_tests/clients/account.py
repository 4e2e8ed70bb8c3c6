"""Whose shop is read, where, and at what time: everything a run reads from its environment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from contract_tests.clients.patience import Clock
from contract_tests.clients.problems import Problem
from contract_tests.clients.protocol import Row

# v2.0/docs/getshipmentpackagesstream, D: five seconds between two requests of the stream.
PAUSE_S = 5.0


@dataclass(frozen=True, slots=True)
class Account:
    """One seller's access to the marketplace."""

    base_url: str
    """Where the marketplace is, without a slash at its end."""
    seller_id: str
    """The seller's number."""
    key: str
    """The API key."""
    secret: str
    """The API secret."""
    storefront: str
    """Such as RO; empty in the Turkish edition."""
    now_ms: int
    """The end of what a run asks for, in epoch milliseconds UTC."""
    pause_s: float
    """Seconds between two requests where the vendor asks for a pause."""

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


def account_from(environment: Mapping[str, str], clock: Clock) -> Account:
    """Read the account from TRENDYOL_BASE_URL, _SELLER_ID, _API_KEY, _API_SECRET, _STOREFRONT and _NOW_MS.

    Units: CLIENT_PAUSE_SECONDS is the pause.
    Errors: Trouble naming the variables that are missing.
    """
    names = ("TRENDYOL_BASE_URL", "TRENDYOL_SELLER_ID", "TRENDYOL_API_KEY", "TRENDYOL_API_SECRET")
    base_url, seller_id, key, secret = required_variables(environment, *names)
    storefront = environment.get("TRENDYOL_STOREFRONT", "")
    pause_s = float(environment.get("CLIENT_PAUSE_SECONDS") or PAUSE_S)
    now = now_ms(environment, clock)
    return Account(base_url.rstrip("/"), seller_id, key, secret, storefront, now, pause_s)


def required_variables(environment: Mapping[str, str], *names: str) -> list[str]:
    """Read variables that have to be there.

    Errors: Trouble naming those that are missing.
    """
    if missing := [name for name in names if not environment.get(name)]:
        raise Problem(f"not set: {', '.join(missing)}")
    return [environment[name] for name in names]


def now_ms(environment: Mapping[str, str], clock: Clock) -> int:
    """What time it is at the service, in epoch milliseconds: TRENDYOL_NOW_MS, else this machine's clock."""
    return int(environment.get("TRENDYOL_NOW_MS") or clock.now() * 1000)


def desired_rows(environment: Mapping[str, str]) -> list[Row]:
    """Read what the shop wants from the file that CLIENT_WANTED names, a JSON object a line."""
    path = environment.get("CLIENT_WANTED")
    lines = Path(path).read_text(encoding="utf-8").splitlines() if path else []
    return [json.loads(line) for line in lines if line.strip()]
