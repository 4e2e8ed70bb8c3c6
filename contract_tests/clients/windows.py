"""Stretches of time that lists are asked for, and the ways in which clients cut a span into them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple


class Window(NamedTuple):
    """A stretch of time in epoch milliseconds, both ends included."""

    from_ms: int
    to_ms: int

    @property
    def query(self) -> dict[str, str | int]:
        """The window as the lists of this vendor take it."""
        return {"startDate": self.from_ms, "endDate": self.to_ms}

    def halves(self) -> tuple[Window, Window]:
        """Both halves, which share a moment."""
        middle_ms = (self.from_ms + self.to_ms) // 2
        return Window(self.from_ms, middle_ms), Window(middle_ms, self.to_ms)


Windows = Callable[[int, int], Iterator[Window]]


def windows_every(step_ms: int, width_ms: int | None = None) -> Windows:
    """Cut a span into windows that begin every so often; as wide as that where no width is given."""

    def cut(from_ms: int, to_ms: int) -> Iterator[Window]:
        for start_ms in range(from_ms, to_ms, step_ms):
            yield Window(start_ms, min(start_ms + (width_ms or step_ms), to_ms))

    return cut


def edge_to_edge(width_ms: int) -> Windows:
    """Cut a span into windows that do not share their edges and leave nothing out between them."""

    def cut(from_ms: int, to_ms: int) -> Iterator[Window]:
        for start_ms in range(from_ms, to_ms + 1, width_ms):
            yield Window(start_ms, min(start_ms + width_ms - 1, to_ms))

    return cut


def back_from_last(width_ms: int) -> Windows:
    """Cut a span into windows that share their edges, counted back from the last moment."""

    def cut(from_ms: int, to_ms: int) -> Iterator[Window]:
        for end_ms in range(to_ms, from_ms, -width_ms):
            yield Window(max(end_ms - width_ms, from_ms), end_ms)

    return cut
