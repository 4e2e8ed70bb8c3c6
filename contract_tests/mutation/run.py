"""Measures the kit by mutation: every broken client is caught for the right reason, the right one never.

Prints a line for each client that is not caught, and as its last line
`mutants: caught N of N; reference clean over M examples; median shrunk scenario K events`.
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import click

from contract_tests.mutation.catch import MutantResult, ReferenceResult, catch, run_reference
from contract_tests.profiles.every import PROFILES, broken_clients
from contract_tests.profiles.variants import Broken

MOST_EVENTS = 6
CHUNK = 50
SHOPS = (("int", "RO"), ("tr", ""))


@dataclass(frozen=True, slots=True)
class Tally:
    """The results of all clients."""

    mutants: Sequence[MutantResult]
    references: Sequence[ReferenceResult]

    @property
    def escapes(self) -> list[MutantResult]:
        """The broken clients that were not caught for the right reason."""
        return [one for one in self.mutants if not one.by]

    @property
    def alarms(self) -> list[ReferenceResult]:
        """Where the right client was said to be wrong."""
        return [one for one in self.references if one.alarm]

    @property
    def events(self) -> float:
        """How many events the smallest scenarios have, in the median."""
        return statistics.median([one.events for one in self.mutants if one.by] or [0])

    @property
    def line(self) -> str:
        """All counts in one line."""
        examples = sum(one.examples for one in self.references)
        caught_count = len(self.mutants) - len(self.escapes)
        right = "clean" if not self.alarms else f"NOT clean ({len(self.alarms)} false alarms)"
        counts = f"caught {caught_count} of {len(self.mutants)}; reference {right} over {examples} examples"
        return f"mutants: {counts}; median shrunk scenario {self.events:g} events"

    @property
    def good(self) -> bool:
        """Whether the kit may be trusted."""
        return not self.escapes and not self.alarms and self.events <= MOST_EVENTS


@click.command(epilog="Example: python -m contract_tests.mutation.run --examples 2000")
@click.option(
    "--examples", default=2200, show_default=True, help="Drawn scenarios for the reference, in all."
)
@click.option(
    "--shrink", default=8.0, show_default=True, help="Seconds to search for a smaller failure each."
)
@click.option("--jobs", default=2, show_default=True, help="Processes.")
@click.option("--seed", default=0, show_default=True, help="Where chance starts.")
@click.option("--only", multiple=True, help="Clients by name.")
def main(examples: int, shrink: float, jobs: int, seed: int, only: Sequence[str]) -> None:
    """Catch every broken client, and let the right one be."""
    mutants = [one for one in broken_clients() if not only or one.name in only]
    tally = measure(mutants, examples if not only else 0, shrink, jobs, seed)
    for one in tally.escapes:
        click.echo(f"NOT CAUGHT {one.name}: {one.sentence}")
    for alarm in tally.alarms:
        click.echo(f"FALSE ALARM {alarm.profile} {alarm.edition}: {alarm.alarm}")
    click.echo(tally.line)
    sys.exit(0 if tally.good else 1)


def measure(mutants: Sequence[Broken], examples: int, shrink: float, jobs: int, seed: int) -> Tally:
    """Do all the work, in processes of their own; what needs another language is driven as a command."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        catches = [pool.submit(catch, one.name, shrink, seed) for one in mutants]
        right = [pool.submit(run_reference, *part) for part in chunks(examples, seed)]
        return Tally([work.result() for work in catches], [work.result() for work in right])


def chunks(examples: int, seed: int) -> Iterator[tuple[str, str, str, int, int]]:
    """Split the examples of the reference over profiles and editions, each part with a seed of its own."""
    shops = [
        (name, edition, storefront)
        for name, profile in PROFILES.items()
        for edition, storefront in SHOPS
        if profile.edition in ("", edition)
    ]
    for number in range(-(-examples // CHUNK)):
        yield (*shops[number % len(shops)], min(CHUNK, examples - number * CHUNK), seed * 1000 + number)


if __name__ == "__main__":
    main()
