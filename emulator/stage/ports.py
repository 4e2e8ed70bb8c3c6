"""The ports at which worlds answer at their root, beside the one port that all of them share."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from threading import Lock


@dataclass(slots=True)
class Ports:
    """Every further port that is open, with the name of the world that was there last.

    Shapes: ``listen`` opens one more and gives its number; None where the server cannot.
    """

    listen: Callable[[], int] | None = None
    worlds: dict[int, str] = field(default_factory=dict)
    assigning: Lock = field(default_factory=Lock)

    def assign(self, name: str, open_worlds: Container[str]) -> int:
        """Give a world the lowest port whose world is closed, else a new one.

        Errors: LookupError where the server cannot open one, OSError when nobody may listen.
        """
        with self.assigning:
            left = sorted(port for port, world in self.worlds.items() if world not in open_worlds)
            port = left[0] if left else self._open()
            self.worlds[port] = name
            return port

    def _open(self) -> int:
        if self.listen is None:
            raise LookupError("this server opens no further ports")
        return self.listen()
