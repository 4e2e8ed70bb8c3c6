"""Access to PazarSync: a token that serves until it expires, a quota that is waited for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import requests

from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.problems import Problem, Refused
from contract_tests.clients.session import AUTH_REFUSAL, Headers, Service

KIND = "token"
# A token that is about to expire is not begun with.
SPARE_S = 60


@dataclass(slots=True)
class Access:
    """One client's access; ``service`` asks without a token.

    Units: ``ahead_s`` is how many seconds the service's clock is ahead of this one.
    """

    service: Service
    client_id: str
    secret: str
    copy: LocalCopy
    ahead_s: float = 0.0
    wait_until_s: float = 0.0

    def now_s(self) -> float:
        """What the service's clock says."""
        return self.service.clock.now() + self.ahead_s


Token = Callable[[Access], str]
OnAnswer = Callable[[Access, requests.Response], None]
Retry = Callable[[Access, Callable[[], Any]], Any]


def saved_token(access: Access) -> str:
    """The token at hand, of an earlier run too; a new one when it has expired or was refused."""
    for row in access.copy.rows(KIND):
        if row["until"] > access.now_s() + SPARE_S:
            return str(row["token"])
    return new_token(access)


def new_token(access: Access) -> str:
    """Ask for a token and save it.

    Errors: Passing when patience is at its end, Problem when the service does not know the client.
    """
    wait_for_quota(access)
    service = replace(access.service, on_answer=lambda answer: note_quota(access, answer))
    credentials = {
        "client_id": access.client_id,
        "client_secret": access.secret,
        "grant_type": "client_credentials",
    }
    try:
        token, lifetime_s = service.set("/api/auth/token", credentials, parse=read_token)
    except Refused as refusal:
        raise Problem(f"no token is given: {refusal}") from refusal
    row = {"client": access.client_id, "token": token, "until": access.now_s() + lifetime_s}
    access.copy.replace(KIND, "client", [row])
    return token


def read_token(answer: Any) -> tuple[str, int]:
    """A token and for how many seconds it serves."""
    return str(answer["access_token"]), int(answer["expires_in"])


def forget_token(access: Access) -> None:
    """A token that was refused is not shown again."""
    access.copy.replace(KIND, "client", [])


def retry_with_new_token(access: Access, ask: Callable[[], Any]) -> Any:
    """Ask, and once more with a new token when the one at hand is refused.

    Errors: those of asking.
    """
    try:
        return ask()
    except Refused as refusal:
        if refusal.status != AUTH_REFUSAL:
            raise
        forget_token(access)
        return ask()


def bearer(access: Access, token: Token) -> Headers:
    """What the next request carries; it waits here for the quota."""
    value = token(access)
    wait_for_quota(access)
    return {"Authorization": f"Bearer {value}"}


def wait_for_quota(access: Access) -> None:
    """Sleep until the quota is back."""
    wait_s = access.wait_until_s - access.now_s()
    if wait_s > 0:
        access.service.clock.sleep(wait_s)


def note_quota(access: Access, answer: requests.Response) -> None:
    """When nothing is left, the next request waits until the quota is back.

    Source: pazarsync.com/api-docs, D: X-RateLimit-Remaining and X-RateLimit-Reset, in Unix seconds.
    """
    remaining, reset = (answer.headers.get(f"X-RateLimit-{name}", "") for name in ("Remaining", "Reset"))
    if remaining == "0" and reset.isdigit():
        access.wait_until_s = float(reset)
