"""How an answer goes out where trouble has hold of it: when it may go, how slowly, and how much of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Literal

Cut = Literal["reset", "truncated"]
PIECES = 10


@dataclass(frozen=True, slots=True)
class Pause:
    """Real time that passes before a request or its answer goes on.

    Shapes: ``released``, where there is one, ends it early once it is done; ``over`` is called at its end.
    Units: ``longest_s`` seconds.
    """

    longest_s: float
    released: Future[None] | None = None
    over: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Sending:
    """What comes between a finished answer and its client.

    Shapes: ``cut`` ends the connection: ``reset`` before a byte of the answer, ``truncated`` half way
    through its body.
    Units: ``slow_s`` seconds that the body takes.
    """

    pauses: tuple[Pause, ...] = ()
    cut: Cut | None = None
    slow_s: float = 0.0

    def part(self, body: bytes) -> bytes:
        """Give what the client gets of a body."""
        if self.cut is None:
            return body
        return b"" if self.cut == "reset" else body[: len(body) // 2]

    def promised(self, body: bytes) -> int:
        """Give the length that the headers speak of; a cut answer always promises more than comes."""
        return len(body) if self.cut is None else max(len(body), 1)

    def pieces(self, body: bytes) -> list[bytes]:
        """Split what is sent into the pieces it goes out in, each after its share of ``slow_s``."""
        sent = self.part(body)
        if not self.slow_s or not sent:
            return [sent]
        size = -(-len(sent) // PIECES)
        return [sent[start : start + size] for start in range(0, len(sent), size)]
