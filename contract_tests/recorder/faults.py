"""What keeps a recording from being made; each text is one sentence for people."""

from __future__ import annotations


class NoUpstream(Exception):
    """The upstream does not answer, or its address is none."""


class CannotListen(Exception):
    """Nobody can listen at an address."""


class NoKey(Exception):
    """A file holds no key."""
