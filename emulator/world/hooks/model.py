"""Webhooks, calls that wait and attempts, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Authentication = Literal["basic", "api_key"]
State = Literal["active", "passive"]
# What came of an attempt, and what else the log holds beside attempts: two messages to the seller, and calls
# that will never be made. A probe is a call that the vendor would not make, whatever came of it.
Outcome = Literal[
    "delivered", "refused", "timeout", "unreachable", "not_allowed", "warning", "passive", "dropped", "probe",
]  # fmt: skip
# What a planned fault does to a call.
Trouble = Literal["twice", "late", "overtaken", "wrong-key", "unknown-status"]
# How many webhooks a seller may have, the passive ones included. Source: docs/webhook-yaratma, D.
MOST_WEBHOOKS = 15


@dataclass(frozen=True, slots=True)
class Target:
    """What a seller says of a webhook: where it is, how it knows the caller, and what it wants to hear of.

    Shapes: no statuses mean all of them, those of the future included; no countries all of the seller's.
    """

    url: str
    """The address that is called."""
    authentication: Authentication
    """How the caller makes itself known."""
    username: str | None = None
    """The name of Basic."""
    password: str | None = None
    """The password of Basic."""
    api_key: str | None = None
    """The value of the header x-api-key."""
    statuses: tuple[str, ...] = ()
    """The statuses it is called for."""
    countries: tuple[str, ...] = ()
    """The storefronts it is called for."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook of a seller.

    Units: moments are epoch milliseconds UTC.
    """

    id: str
    """Its uuid."""
    seller_id: int
    """Whose it is."""
    storefront: str
    """The storefront that the seller named when it was made."""
    state: State
    """Whether it is called."""
    target: Target
    """What the seller says of it."""
    created_ms: int
    """When it was made."""
    modified_ms: int | None = None
    """When it was last changed; None before."""

    def wants(self, seller_id: int, storefront: str, status: str) -> bool:
        """Whether it is to hear that a package of a listing has come to a status."""
        return (
            self.seller_id == seller_id
            and (not self.target.statuses or status in self.target.statuses)
            and (not self.target.countries or storefront in self.target.countries)
        )


@dataclass(frozen=True, slots=True)
class Delivery:
    """One call that is due.

    Shapes: ``body`` is the package as it stood, in documented JSON; ``failures`` counts the attempts so far.
    """

    id: int
    """Its number, rising with time."""
    event_id: int
    """The number of what happened, which all webhooks share."""
    package_id: int
    """The package."""
    status: str
    """The status that the package came to."""
    failures: int
    """How many attempts have failed."""
    trouble: Trouble | None
    """What a planned fault does to it."""
    webhook: Webhook
    """Who is called."""
    body: bytes
    """The package as it stood."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one attempt.

    Units: ``duration_ms`` milliseconds of real time.
    """

    delivery: Delivery
    outcome: Outcome
    http_status: int | None = None
    duration_ms: int = 0
    note: str = ""
