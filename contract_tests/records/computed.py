"""A property that is worked out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class computed_once(Generic[T]):
    """As ``functools.cached_property``, without the lock that costs more than most of what is worked out.

    Two threads that ask at the same moment both work it out, and get equal values.
    """

    def __init__(self, function: Callable[[Any], T]) -> None:
        self.function = function
        self.name = function.__name__
        self.__doc__ = function.__doc__

    def __get__(self, owner: Any, kind: type | None = None) -> T:
        """Work it out, and put it where the next look finds it first."""
        value: T = self.function(owner)
        owner.__dict__[self.name] = value
        return value
