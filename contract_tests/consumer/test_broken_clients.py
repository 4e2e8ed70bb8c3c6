"""Every broken client shows its fault where the reference shows none."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from contract_tests.clients.broken.fault import Broken
from contract_tests.clients.catalogue_of_faults import BROKEN
from contract_tests.clients.reference.client import REFERENCE, Client
from contract_tests.consumer.situations import ELSEWHERE, QUIET, SITUATIONS, situation
from contract_tests.consumer.trying import Situation, Tried, tried
from contract_tests.hosting import Emulator
from contract_tests.judge import ORACLES, judge_named

MET = {**{f"{profile} {needs}": one for (profile, needs), one in SITUATIONS.items()}, **QUIET}
HERE = [one for one in BROKEN if one.client and one.needs not in ELSEWHERE]
# What an oracle of the kit sees in copies, in the words of this suite.
SORTS = {"everything_delivered": "missing"} | {name: name for name in ("wanted_once", "wanted_reached")}


@pytest.fixture(scope="module")
def attempt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Client, Situation], Tried]]:
    """Try a client in a situation; what the reference does in one is tried once."""
    emulator, folder = Emulator(), tmp_path_factory.mktemp("tried")
    known: dict[str, Tried] = {}

    def tries(client: Client, met: Situation) -> Tried:
        if client is not REFERENCE:
            return tried(emulator, client, met, folder)
        return known.setdefault(str(met), known.get(str(met)) or tried(emulator, client, met, folder))

    yield tries
    emulator.stop()


def reasons(went: Tried, right: Tried) -> set[str]:
    """The reasons to catch a client that were really there, next to how it goes with the reference."""
    sorts = {told.split()[-1] for told in went.differences}
    found = went.judges | {f"held_as_true:{sort}" for sort in sorts}
    found |= {name for name, sort in SORTS.items() if sort in sorts}
    exits = went.exits[-1], right.exits[-1]
    return found | {(1, 0): {"sync_ends_clean"}, (0, 1): {"failed_rows_read"}}.get(exits, set())


@pytest.mark.parametrize("met", MET.values(), ids=MET)
def test_reference_is_right_whatever_it_meets(
    met: Situation, attempt: Callable[[Client, Situation], Tried]
) -> None:
    went = attempt(REFERENCE, met)
    assert (went.grave, went.differences) == (set(), frozenset())
    assert met.fails or went.exits[-1] == 0


@pytest.mark.parametrize("broken", HERE, ids=lambda one: one.name)
def test_broken_client_gives_a_right_reason_to_catch_it(
    broken: Broken, attempt: Callable[[Client, Situation], Tried]
) -> None:
    met = situation(broken.profile, broken.needs, broken.edition)
    assert broken.client
    found = reasons(attempt(broken.client, met), attempt(REFERENCE, met))
    assert set(broken.caught_by) & found, found


def test_broken_clients_have_names_of_their_own() -> None:
    assert len({one.name for one in BROKEN}) == len(BROKEN)


@pytest.mark.parametrize("broken", BROKEN, ids=lambda one: one.name)
def test_reasons_to_catch_a_client_are_judges_of_the_kit(broken: Broken) -> None:
    judges = {reason.partition(":")[0] for reason in broken.caught_by}
    assert all(name in ORACLES or judge_named(name) for name in judges)


def test_fault_that_only_breaks_advice_says_so(attempt: Callable[[Client, Situation], Tried]) -> None:
    for broken in HERE:
        if broken.advice and broken.client:
            assert not attempt(broken.client, QUIET[broken.profile]).grave, broken.name
