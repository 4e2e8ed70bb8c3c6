"""Access to PazarSync: a token that serves until it expires, a quota that is waited for."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import requests

from contract_tests.clients.reference.held import Held
from contract_tests.clients.reference.patience import Clock
from contract_tests.clients.reference.session import Headers, Service
from contract_tests.clients.reference.trouble import Trouble

HELD = "token"
# A token that is about to expire is not begun with.
SPARE_S = 60


@dataclass(slots=True)
class Access:
    """One client's access.

    Units: ``ahead_s`` is how many seconds the service's clock is ahead of this one.
    """

    base_url: str
    client_id: str
    secret: str
    held: Held
    ahead_s: float = 0.0
    clock: Clock = field(default_factory=Clock)
    session: requests.Session = field(default_factory=requests.Session)
    wait_until_s: float = 0.0

    def now_s(self) -> float:
        """What the service's clock says."""
        return self.clock.now() + self.ahead_s


Token = Callable[[Access], str]
Heed = Callable[[Access, requests.Response], None]


def kept_token(access: Access) -> str:
    """The token at hand, of an earlier run too; a new one when it has expired or was refused."""
    for row in access.held.rows(HELD):
        if row["until"] > access.now_s() + SPARE_S:
            return str(row["token"])
    return new_token(access)


def new_token(access: Access) -> str:
    """Ask for a token and hold it.

    Errors: Passing when patience is at its end, Refused when the service does not know the client.
    """
    wait(access)
    asking = Service(
        access.base_url,
        heed=lambda answer: heed_quota(access, answer),
        session=access.session,
        clock=access.clock,
    )
    told = asking.set(
        "/api/auth/token",
        {
            "client_id": access.client_id,
            "client_secret": access.secret,
            "grant_type": "client_credentials",
        },
    )
    token, until = told["access_token"], access.now_s() + told["expires_in"]
    access.held.replace(HELD, "client", [{"client": access.client_id, "token": token, "until": until}])
    return str(token)


def forget_token(access: Access) -> None:
    """A token that was refused is not shown again."""
    access.held.replace(HELD, "client", [])


def bearer(access: Access, token: Token) -> Headers:
    """What the next request carries; it waits here for the quota."""
    shown = token(access)
    wait(access)
    return {"Authorization": f"Bearer {shown}"}


def wait(access: Access) -> None:
    """Sleep until the quota is back."""
    if access.wait_until_s > access.now_s():
        access.clock.sleep(access.wait_until_s - access.now_s())


def heed_quota(access: Access, answer: requests.Response) -> None:
    """When nothing is left, the next request waits until the quota is back.

    Source: pazarsync.com/api-docs, D: X-RateLimit-Remaining and X-RateLimit-Reset, in Unix seconds.
    """
    left, reset = (answer.headers.get(f"X-RateLimit-{name}", "") for name in ("Remaining", "Reset"))
    if left == "0" and reset.isdigit():
        access.wait_until_s = float(reset)


def access_from(environment: Mapping[str, str], held: Held) -> Access:
    """Read PAZARSYNC_BASE_URL, _CLIENT_ID and _CLIENT_SECRET; TRENDYOL_NOW_MS sets the clock.

    Errors: Trouble naming the variables that are missing.
    """
    names = ("PAZARSYNC_BASE_URL", "PAZARSYNC_CLIENT_ID", "PAZARSYNC_CLIENT_SECRET")
    if missing := [name for name in names if not environment.get(name)]:
        raise Trouble(f"not set: {', '.join(missing)}")
    base_url, client_id, secret = (environment[name] for name in names)
    now_s = int(environment.get("TRENDYOL_NOW_MS") or time.time() * 1000) / 1000
    return Access(base_url.rstrip("/"), client_id, secret, held, now_s - time.time())
