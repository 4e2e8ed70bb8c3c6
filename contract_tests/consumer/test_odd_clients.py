"""What looks odd and is right is not blamed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from contract_tests.clients.odd import ODD, Odd
from contract_tests.consumer.situations import QUIET, of
from contract_tests.consumer.trying import tried
from contract_tests.hosting import Emulator

BUSIEST = {
    "catalog-pull": "filterApprovedProducts",
    "finance": "getSettlements",
    "b2b-purchase": "requestItems",
    "pazarsync": "listProducts",
}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    made = Emulator()
    yield made
    made.stop()


@pytest.mark.parametrize("odd", ODD, ids=lambda one: one.name)
def test_odd_client_is_right_with_nothing_wrong(odd: Odd, emulator: Emulator, tmp_path: Path) -> None:
    went = tried(emulator, odd.client, replace(QUIET[odd.profile], edition=odd.edition, runs=2), tmp_path)
    assert (went.grave, went.differences, went.exits) == (set(), frozenset(), (0, 0))


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("odd", ODD, ids=lambda one: one.name)
def test_odd_client_is_right_when_told_to_wait(
    odd: Odd, status: int, emulator: Emulator, tmp_path: Path
) -> None:
    faults = of(BUSIEST[odd.profile], status, times=2, retry_after=3)
    met = replace(QUIET[odd.profile], edition=odd.edition, faults=faults, runs=2)
    went = tried(emulator, odd.client, met, tmp_path)
    assert (went.grave, went.differences) == (set(), frozenset())
    assert went.exits == (int(odd.gives_up), 0)


def test_odd_client_reads_on_by_token_beyond_10000(emulator: Emulator, tmp_path: Path) -> None:
    (odd,) = (one for one in ODD if one.name == "reads_by_number")
    went = tried(emulator, odd.client, replace(QUIET["catalog-pull"], world="wall"), tmp_path)
    assert (went.grave, went.differences, went.exits) == (set(), frozenset(), (0,))
