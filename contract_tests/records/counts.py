"""How many there are of something, in words that people read."""

from __future__ import annotations


def count_of(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun, as in 1 request and 2 requests; ``many`` where an s does not make it."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
