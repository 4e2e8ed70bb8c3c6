"""Moves of the marketplace that nobody asked for over the vendor's API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.world.world import World


def perform(world: World, move: Mapping[str, Any]) -> str:
    """Do one move, within the transaction that is open, and tell what was done in one sentence.

    Errors: ValueError with a sentence when it cannot be done.
    """
    raise ValueError(f"nobody knows the move {move.get('what')!r}")
