"""The kinds of documented JSON that a world keeps ready, each with what it is made from.

The owner of a row names the kind (``ENTRY: Rendering[[Entry]] = Rendering("entry")``) and asks the world for
its function; a family has the function, and ``app`` brings both together. The types meet at both ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeAlias

P = ParamSpec("P")


@dataclass(frozen=True, slots=True, eq=False)
class Rendering(Generic[P]):
    """One kind of ready JSON; its parameters are those of the function that makes it."""

    name: str

    def by(self, function: Callable[P, bytes]) -> tuple[Rendering[Any], Callable[..., bytes]]:
        """The pair of this kind and the function that makes it."""
        return self, function


Renderers: TypeAlias = Mapping[Rendering[Any], Callable[..., bytes]]
