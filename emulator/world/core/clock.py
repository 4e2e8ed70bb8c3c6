"""The world's only time: real time plus an offset, or frozen at a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

Mode = Literal["running", "frozen"]


@dataclass(frozen=True, slots=True)
class ClockState:
    """What has to be remembered of a clock.

    Units: ``offset_ms`` is added to real time while running; ``at_ms`` is epoch ms UTC while frozen.
    """

    mode: Mode = "running"
    offset_ms: int = 0
    at_ms: int = 0


def starting(now_ms: int | None, wall_ms: int) -> ClockState:
    """A clock that runs from ``now_ms``, or with real time when none is given."""
    return ClockState(offset_ms=0 if now_ms is None else now_ms - wall_ms)


class Clock:
    """Tells the time of one world; each change is handed to ``save`` so that the world remembers it."""

    def __init__(
        self, wall: Callable[[], int], state: ClockState, save: Callable[[ClockState], None] = lambda _: None
    ) -> None:
        self.wall = wall
        self._save = save
        self.standing_at_ms: int | None = None
        self.state = state

    @property
    def mode(self) -> Mode:
        """``running`` or ``frozen``."""
        return self.state.mode

    def now_ms(self) -> int:
        """The world's time in epoch milliseconds UTC."""
        if self.standing_at_ms is not None:
            return self.standing_at_ms
        if self.state.mode == "frozen":
            return self.state.at_ms
        return self.wall() + self.state.offset_ms

    def advance(self, ms: int) -> None:
        """Move the time on; what falls due on the way is worked off by the world's next settling."""
        if self.state.mode == "frozen":
            self.set(replace(self.state, at_ms=self.state.at_ms + ms))
        else:
            self.set(replace(self.state, offset_ms=self.state.offset_ms + ms))

    def freeze(self, at_ms: int | None = None) -> None:
        """Stop the time at a moment, or where it stands."""
        self.set(ClockState("frozen", at_ms=self.now_ms() if at_ms is None else at_ms))

    def run(self) -> None:
        """Let the time run on from where it stands."""
        self.set(ClockState("running", offset_ms=self.now_ms() - self.wall()))

    def set(self, state: ClockState) -> None:
        """Take over a state and have it remembered."""
        self.state = state
        self._save(state)

    @contextmanager
    def standing_at(self, at_ms: int) -> Iterator[None]:
        """Within the block the time is ``at_ms``: due work sees the moment it was due at."""
        self.standing_at_ms = at_ms
        try:
            yield
        finally:
            self.standing_at_ms = None
