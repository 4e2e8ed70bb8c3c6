"""What every driver is: a function that makes the integration do one verb and tells how it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


class CannotDrive(Exception):
    """The integration cannot be started or reached at all; the text is one sentence for people."""


class Runaway(BaseException):
    """Stops an integration in this process that would never end; no Exception, for it might swallow those."""
