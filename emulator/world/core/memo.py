"""What a world remembers of its rows until one of them changes: totals, ends of pages, rendered bodies."""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memo(Generic[K, V]):
    """One kind of thing to remember, and how many of it at most; each world has values of its own.

    The name of a memo is a constant of its owner; ``World.recall`` gives its values.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
