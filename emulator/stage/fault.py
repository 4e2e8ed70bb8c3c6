"""A fault: which requests it changes, and how. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from emulator.exchange import Cut

ANY_OPERATION = "*"


@dataclass(frozen=True, slots=True)
class Fault:
    """A change of the requests number ``at`` to ``at + times - 1`` that match ``operation``.

    Shapes: ``from_ms`` starts the count at a moment of the world. With ``status`` or ``error``, an id of the
    catalogue, the fault's answer stands in the place of the request's own; ``body`` is its text where the
    catalogue's is not wanted. ``after`` lets the request do its work first: then its answer is lost, or,
    without status and error, goes out with ``headers`` in the place of its own. ``cut`` and ``slow_ms`` say
    how an answer goes out; ``hold`` names what it waits for, ``release`` what it lets go. ``move``,
    ``advance_ms`` and ``expire_tokens`` happen to the world just before the request, with ``after`` just
    after; ``stale`` answers a read from the world as it stood when the fault was planned.
    Units: ``delay_ms``, ``slow_ms`` and ``hold_ms`` milliseconds of real time, ``advance_ms`` of the world's,
    ``from_ms`` epoch milliseconds of the world, ``retry_after`` seconds.
    """

    operation: str = ANY_OPERATION
    at: int = 1
    times: int = 1
    from_ms: int | None = None
    status: int | None = None
    error: str | None = None
    retry_after: int | None = None
    retry_after_as: Literal["seconds", "date"] = "seconds"
    delay_ms: int = 0
    body: str | None = None
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    after: bool = False
    cut: Cut | None = None
    slow_ms: int = 0
    hold: str | None = None
    hold_ms: int = 5000
    release: str | None = None
    move: Mapping[str, Any] | None = None
    advance_ms: int = 0
    stale: bool = False
    expire_tokens: bool = False
    id: int = 0

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
