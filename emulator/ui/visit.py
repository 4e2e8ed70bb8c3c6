"""One visit of a page: who asks, for which world, in which language, with which query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.ui import words
from emulator.ui.reading import Reader


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page is made for.

    Shapes: ``origin`` is scheme and host as the browser knows them, ``prefix`` what stands before the paths
    of the world; ``path`` holds the values of the page's own path.
    """

    reader: Reader
    """The control API as the visitor may ask it."""
    language: str
    """The language the visitor reads."""
    origin: str
    """Where the emulator is reached."""
    prefix: str
    """What stands before every path of the world."""
    query: Mapping[str, str]
    """The query of the page."""
    path: Mapping[str, Any]
    """The values of the page's path."""

    @property
    def base(self) -> str:
        """Where the world is reached."""
        return self.origin + self.prefix

    def number(self, name: str) -> int | None:
        """Read a number of the query; None where it is none."""
        text = self.query.get(name, "")
        return int(text) if text.isdecimal() and len(text) <= 15 else None

    def say(self, key: str, **facts: Any) -> str:
        """Give a text in the visitor's language."""
        return words.say(self.language, key, **facts)
