"""What every driver is: a function that makes the integration do one verb and tells how it went."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Run:
    """How one verb went.

    Shapes: ``exit`` None when it did not end in time; ``output`` the end of what it printed, of an export
    all; ``rows`` what an export gave, where the driver has them as values and not as text; ``omitted_bytes``
    how much more than may be read an export printed, of which ``output`` holds nothing then.
    Units: ``seconds`` of real time.
    """

    exit: int | None
    seconds: float
    output: str = ""
    rows: Sequence[Mapping[str, Any]] | None = None
    omitted_bytes: int = 0


class Driver(Protocol):
    """Makes an integration ``sync``, ``export KIND`` or ``reset``, with what its environment tells it."""

    def __call__(self, verb: str, environment: Mapping[str, str]) -> Run:
        """Do one verb to its end; a verb may be two words, such as ``export products``."""
        ...


# What an integration that is called has to know: where it listens, what the vendor is to call, and by what it
# knows the caller, Basic or the header x-api-key as it likes.
WEBHOOK_PORT, WEBHOOK_URL = "CLIENT_WEBHOOK_PORT", "CLIENT_WEBHOOK_URL"
WEBHOOK_USER, WEBHOOK_PASSWORD, WEBHOOK_KEY = (
    "CLIENT_WEBHOOK_USER", "CLIENT_WEBHOOK_PASSWORD", "CLIENT_WEBHOOK_KEY",
)  # fmt: skip

# Says how an integration has ended that was to listen on; empty while it does.
EndOfListening = Callable[[], str]
# Has an integration listen, with what its environment tells it, for as long as a block runs.
Listen = Callable[[Mapping[str, str]], AbstractContextManager[EndOfListening]]


@dataclass(frozen=True, slots=True)
class ListeningDriver:
    """A driver whose integration can listen for calls, too."""

    drive: Driver
    """Does the other verbs."""
    listen: Listen
    """Does the verb ``listen``."""
    url: str = ""
    """Where the integration listens all the time; empty where it listens at CLIENT_WEBHOOK_PORT."""
    subscribes: bool = True
    """Whether it subscribes itself in ``sync``; else the kit does it."""

    def __call__(self, verb: str, environment: Mapping[str, str]) -> Run:
        """Do one of the other verbs to its end."""
        return self.drive(verb, environment)


class CannotDrive(Exception):
    """The integration cannot be started or reached at all; the text is one sentence for people."""


class Runaway(BaseException):
    """Stops an integration in this process that would never end; no Exception, for it might swallow those."""
