"""What the demo shows: which client does what on which worlds, and what the kit has to say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contract_tests.engine.check import ProfileOutcome
from contract_tests.profiles.every import PROFILES
from contract_tests.profiles.profile import Profile
from contract_tests.records.findings import Finding
from contract_tests.records.scenario import least_syncs

QUIET, RATE_LIMIT, UNAVAILABLE = "quiet", "told to wait in the middle", "unavailable in the middle"
BEYOND_PAGES = "more than pages reach"
LOST_PURCHASE, FEWER_IN_STOCK = "answer lost after the purchase", "fewer in stock than wanted"
TOKEN_REFUSED, BAD_ROW = "token refused in the middle", "a row of the batch cannot be done"
THIRTY_THOUSAND_ROWS = "thirty thousand rows"
DIRECT = (QUIET, RATE_LIMIT, UNAVAILABLE)
# As many as reach beyond the pages, and nothing else: a larger world takes longer to seed and to read.
FEW_BEYOND_PAGES = {"contents": {"contents": 10_050, "variants": [1, 1]}}
MANY_ROWS = {"contents": 300, "money": {"rows": 30_000, "days": 90, "until": 31, "ahead": 0}}


@dataclass(frozen=True, slots=True)
class DemoCase:
    """One client at some scenarios of a profile."""

    client: str
    """Its name."""
    profile: str
    """The profile it is judged by."""
    scenarios: tuple[str, ...]
    """The directed scenarios that it plays."""
    edition: str = "int"
    """The edition of its seller."""
    fault: str | None = None
    """What it does wrong, in words; None for one that does everything right."""
    caught_by: str | None = None
    """The judge that must see the fault."""
    world: Mapping[str, Any] | None = None
    """A smaller one than the scenario's, where that would take longer and show no more."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """What `python` takes to run it; the verb follows."""
        client = ("contract_tests.clients.broken", self.client)
        return "-m", *(client if self.fault else ("contract_tests.clients.reference",)), self.profile

    @property
    def part(self) -> Profile:
        """Its profile with its scenarios alone."""
        part = PROFILES[self.profile].part(*self.scenarios)
        if self.world is None:
            return part
        return replace(part, scenarios=tuple(replace(one, recipe_part=self.world) for one in part.scenarios))

    @property
    def runs(self) -> int:
        """How often a client runs that leaves nothing undone."""
        return sum(least_syncs(scenario.plan) for scenario in self.part.scenarios)


# The wall takes longest, 101 pages at the documented pace: the others run beside it.
DEMO_CASES = (
    DemoCase("reference", "catalog-pull", DIRECT),
    DemoCase("reference", "catalog-pull", DIRECT, edition="tr"),
    DemoCase("reference", "finance", DIRECT),
    DemoCase("reference", "finance", (THIRTY_THOUSAND_ROWS,), world=MANY_ROWS),
    DemoCase("reference", "finance", DIRECT, edition="tr"),
    DemoCase("reference", "catalog-pull", (BEYOND_PAGES,), world=FEW_BEYOND_PAGES),
    DemoCase(
        "drops_429_window",
        "finance",
        (QUIET, RATE_LIMIT),
        fault="skips a window that was refused with 429, and exits 0",
        caught_by="refused_read_repeated",
    ),
    DemoCase(
        "sixteen_day_windows",
        "finance",
        (QUIET,),
        fault="adds 15 whole days inclusively",
        caught_by="window_within",
    ),
    DemoCase(
        "stops_at_the_wall",
        "catalog-pull",
        (BEYOND_PAGES,),
        fault="stops at 10,000 contents, and exits 0",
        caught_by="token_beyond_window",
        world=FEW_BEYOND_PAGES,
    ),
    DemoCase(
        "reference",
        "b2b-purchase",
        (QUIET, LOST_PURCHASE, FEWER_IN_STOCK),
        edition="tr",
    ),
    DemoCase(
        "repeats_a_lost_purchase",
        "b2b-purchase",
        (QUIET, LOST_PURCHASE),
        edition="tr",
        fault="orders again when the answer to an order was lost",
        caught_by="not_repeated_after_loss",
    ),
    DemoCase(
        "takes_200_for_all",
        "b2b-purchase",
        (FEWER_IN_STOCK,),
        edition="tr",
        fault="takes a 200 for all it asked for and never reads availableQuantity",
        caught_by="held_as_true",
    ),
    DemoCase(
        "reference",
        "pazarsync",
        (QUIET, TOKEN_REFUSED, BAD_ROW),
        edition="tr",
    ),
    DemoCase(
        "token_on_each_call",
        "pazarsync",
        (QUIET,),
        edition="tr",
        fault="fetches a token for each call",
        caught_by="token_reused",
        world={"contents": 20, "orders": 240},
    ),
    DemoCase(
        "drops_batch_errors",
        "pazarsync",
        (BAD_ROW,),
        edition="tr",
        fault="takes the 200 of a batch for all of its rows, and exits 0",
        caught_by="failed_rows_read",
    ),
)


@dataclass(frozen=True, slots=True)
class Result:
    """A demo case and what the kit made of it."""

    case: DemoCase
    outcome: ProfileOutcome

    @property
    def reason(self) -> Finding | None:
        """The broken MUST that the client has to be caught for; None where nothing caught it."""
        findings = (finding for finding in self.outcome.verdict.findings if finding.blocking)
        return next((finding for finding in findings if finding.rule.judge == self.case.caught_by), None)

    @property
    def as_expected(self) -> bool:
        """Whether a right client is clean, or a wrong one caught for the right reason."""
        return self.reason is not None if self.case.caught_by else self.outcome.verdict.clean


def summary(results: Sequence[Result]) -> str:
    """Write the whole outcome in one line for scripts."""
    right = all(one.as_expected for one in results if one.case.caught_by is None)
    catches = ", ".join(
        f"{one.case.client}={one.reason.rule.id if one.reason else 'NOT CAUGHT'}"
        for one in results
        if one.case.caught_by
    )
    return f"demo: reference {'clean' if right else 'NOT clean'}; caught: {catches}"
