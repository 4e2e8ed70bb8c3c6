"""A fault: which requests it changes, and how. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from emulator.exchange import Cut

ANY_OPERATION = "*"
# What calls to the subscribers of webhooks are counted under; ``*`` does not mean them.
WEBHOOK_CALL = "webhookCall"
CallTrouble = Literal["late", "twice", "out-of-order", "never", "wrong-key", "unknown-status"]
FRAMING = frozenset({"content-type", "content-length", "transfer-encoding", "connection"})


@dataclass(frozen=True, slots=True)
class Fault:
    """A change of the requests number ``at`` to ``at + times - 1`` that match ``operation``.

    Units: ``delay_ms``, ``slow_ms`` and ``hold_ms`` milliseconds of real time, ``advance_ms`` and ``late_ms``
    of the world's, ``from_ms`` epoch milliseconds of the world, ``retry_after`` seconds.
    """

    operation: str = ANY_OPERATION
    """The operationId that is counted, or ``*`` for every one."""
    at: int = 1
    """The first request that is changed, counted from 1."""
    times: int = 1
    """How many in a row."""
    from_ms: int | None = None
    """The moment of the world at which counting starts."""
    status: int | None = None
    """The status that answers in the place of the request's own."""
    error: str | None = None
    """The catalogue entry that answers in its place."""
    retry_after: int | None = None
    """What the header Retry-After says."""
    retry_after_as: Literal["seconds", "date"] = "seconds"
    """Whether it says so in seconds or as a date."""
    delay_ms: int = 0
    """How long the request waits first."""
    body: str | None = None
    """The answer's text where the catalogue's is not wanted."""
    content_type: str = "application/json"
    """The media type of that text."""
    headers: tuple[tuple[str, str], ...] = ()
    """Further headers; with ``after`` in the place of those of the same name."""
    after: bool = False
    """Whether the request does its work first and only its answer changes."""
    cut: Cut | None = None
    """How the connection breaks while the answer goes out."""
    slow_ms: int = 0
    """How long the body takes to go out."""
    hold: str | None = None
    """The name it waits under."""
    hold_ms: int = 5000
    """How long it waits at most."""
    release: str | None = None
    """The name whose waiting requests go on once this one is served."""
    move: Mapping[str, Any] | None = None
    """What happens to the marketplace just before the request, with ``after`` just after."""
    advance_ms: int = 0
    """How far the clock moves on at that moment."""
    stale: bool = False
    """Whether a read is answered from the world as it stood when the fault was planned."""
    malformed: bool = False
    """Whether its headers may make malformed HTTP."""
    expire_tokens: bool = False
    """Whether every token issued so far expires at that moment."""
    call: CallTrouble | None = None
    """What becomes of a call to a subscriber; only with the operation ``webhookCall``."""
    late_ms: int = 0
    """How much later it is made."""
    id: int = 0
    """Its number on the stage; 0 until it is planned."""

    @property
    def framing_names(self) -> list[str]:
        """The names among its headers that would frame an answer twice, or otherwise than it goes out."""
        names = [name.strip().lower() for name, _ in self.headers]
        return sorted({name for name in names if name in FRAMING or names.count(name) > 1})

    @property
    def answers(self) -> bool:
        """Whether its answer stands in the place of the request's own."""
        return self.status is not None or self.error is not None

    @property
    def prevents(self) -> bool:
        """Whether the request does not get to its work."""
        return not self.after and (self.answers or self.cut == "reset")


@dataclass(frozen=True, slots=True)
class Injection:
    """A fault that changes one request; ``number`` is the request's id in the journal."""

    fault: Fault
    number: int
