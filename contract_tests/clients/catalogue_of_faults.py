"""Every broken client: one real fault each, where it was met, and what has to catch it."""

from __future__ import annotations

from contract_tests.clients.broken import (
    buying,
    counting,
    foreign,
    keeping,
    listening,
    speaking,
    stretching,
    syncing,
    walking,
)
from contract_tests.clients.broken.fault import Broken

BROKEN: tuple[Broken, ...] = (
    *speaking.BROKEN,
    *walking.BROKEN,
    *keeping.BROKEN,
    *listening.BROKEN,
    *stretching.BROKEN,
    *counting.BROKEN,
    *buying.BROKEN,
    *syncing.BROKEN,
    *foreign.BROKEN,
)


def broken(name: str) -> Broken:
    """The client of that name.

    Errors: KeyError.
    """
    return {one.name: one for one in BROKEN}[name]
