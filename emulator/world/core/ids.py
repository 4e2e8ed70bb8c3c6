"""Seeded chance and seeded numbers: the same seed gives the same ids in any process, on any Python."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from emulator.world.store.interface import Store

T = TypeVar("T")


def chance(seed: int, *labels: object) -> Random:
    """A source of chance of its own for whatever the labels name.

    Only ``random()`` may be drawn from it, through the functions below: it is the one method of ``Random``
    whose numbers Python promises never to change.
    """
    name = "/".join(str(label) for label in (seed, *labels))
    return Random(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big"))


def below(rng: Random, limit: int) -> int:
    """A whole number from 0 to ``limit`` - 1."""
    return int(rng.random() * limit)


def between(rng: Random, low: int, high: int) -> int:
    """A whole number from ``low`` to ``high``, both included."""
    return low + int(rng.random() * (high - low + 1))


def pick(rng: Random, choices: Sequence[T]) -> T:
    """One of the choices, each equally likely."""
    return choices[int(rng.random() * len(choices))]


def happens(rng: Random, share: float) -> bool:
    """True in ``share`` of the cases."""
    return rng.random() < share


def seeded_uuid(seed: int, *labels: object) -> str:
    """A version 4 uuid that depends on nothing but the seed and the labels."""
    name = "/".join(str(label) for label in (seed, *labels))
    return str(UUID(bytes=hashlib.sha256(name.encode()).digest()[:16], version=4))


def next_number(store: Store, sequence: str, start: int = 1, count: int = 1) -> int:
    """The next number of a named sequence of this world, the first of ``count`` that are taken at once."""
    store.execute(
        "INSERT INTO sequence (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = sequence.value + ?",
        (sequence, start + count, count),
    )
    row = store.row("SELECT value FROM sequence WHERE name = ?", (sequence,))
    assert row is not None
    return int(row[0]) - count
