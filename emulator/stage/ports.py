"""The ports at which worlds answer at their root, beside the one port that all of them share."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from threading import Lock


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server answers besides: a port, the same with TLS, and a proxy that leads there.

    Shapes: None where the server has no TLS, or is no proxy.
    """

    port: int
    tls_port: int | None = None
    proxy_port: int | None = None


@dataclass(slots=True)
class Ports:
    """Every further port that is open, with the name of the world that was there last.

    Shapes: ``listen`` opens one more place; None where the server cannot.
    """

    listen: Callable[[], Place] | None = None
    places: dict[Place, str] = field(default_factory=dict)
    worlds: dict[int, str] = field(default_factory=dict)
    assigning: Lock = field(default_factory=Lock)

    def assign(self, name: str, open_worlds: Container[str]) -> Place:
        """Give a world the place with the lowest port whose world is closed, else a new one.

        Errors: LookupError where the server cannot open one, OSError when nobody may listen.
        """
        with self.assigning:
            left = [place for place, world in self.places.items() if world not in open_worlds]
            place = min(left, key=lambda each: each.port, default=None) or self._open()
            self.places[place] = name
            for port in filter(None, (place.port, place.tls_port)):
                self.worlds[port] = name
            return place

    def _open(self) -> Place:
        if self.listen is None:
            raise LookupError("this server opens no further ports")
        return self.listen()
