"""Every broken client: one real fault each, where it was met, and what has to catch it."""

from __future__ import annotations

from contract_tests.clients import habits
from contract_tests.clients.broken import foreign, listening
from contract_tests.profiles.b2b_purchase import broken as buying
from contract_tests.profiles.catalog_pull import broken as walking
from contract_tests.profiles.catalog_pull import broken_copies as keeping
from contract_tests.profiles.finance import broken as stretching
from contract_tests.profiles.finance import broken_copies
from contract_tests.profiles.pazarsync import broken as syncing
from contract_tests.profiles.variants import Broken

BROKEN: tuple[Broken, ...] = (
    *habits.BROKEN,
    *walking.BROKEN,
    *keeping.BROKEN,
    *listening.BROKEN,
    *stretching.BROKEN,
    *broken_copies.BROKEN,
    *buying.BROKEN,
    *syncing.BROKEN,
    *foreign.BROKEN,
)


def broken(name: str) -> Broken:
    """The client of that name.

    Errors: KeyError.
    """
    return {one.name: one for one in BROKEN}[name]
