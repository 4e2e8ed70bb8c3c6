"""What every report shows: sections with their verdicts, made from a check or from linted traffic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contract_tests.engine.check import ProfileOutcome
from contract_tests.engine.outcome import Outcome
from contract_tests.records.findings import Verdict
from contract_tests.records.history import History
from contract_tests.records.recording import Sync
from contract_tests.records.story import Failure

OUTPUT_LINES = 12
# More lines on what was run than these are folded where a reader can unfold them.
MANY_LINES = 6


@dataclass(frozen=True, slots=True)
class Section:
    """One verdict with a title, a line for each thing that was done, and what a client printed.

    Shapes: ``failures`` holds the smallest scenario for each thing that went wrong; ``place`` is the file
    that findings are pinned to in a code review: the integration's config, or a test.
    """

    title: str
    lines: tuple[str, ...]
    verdict: Verdict
    client_output: str = ""
    failures: tuple[Failure, ...] = ()
    place: str = "trendyol-emulator.toml"


def clean(sections: Iterable[Section]) -> bool:
    """Tell whether no section broke a MUST."""
    return all(section.verdict.clean for section in sections)


def section_of_traffic(title: str, history: History, verdict: Verdict) -> Section:
    """Show linted traffic."""
    refusals = sum(not exchange.is_success for exchange in history.exchanges)
    unknown = sum(exchange.operation is None for exchange in history.exchanges)
    line = f"{len(history.exchanges)} requests, {refusals} of them refused, {unknown} to paths no spec has"
    return Section(title, (line,), verdict)


def section_of_profile(outcome: ProfileOutcome) -> Section:
    """Show a checked profile."""
    account = outcome.outcomes[0].recording.account
    place = f"{account.storefront}, " if account.storefront else ""
    return Section(
        title=f"{outcome.profile_run.profile.name} ({account.edition}, {place}seller {account.seller})",
        lines=(*map(_line, outcome.outcomes), *_search_lines(outcome), *_warnings(outcome)),
        verdict=outcome.verdict,
        client_output="" if outcome.verdict.clean else _client_output(outcome),
    )


def _search_lines(outcome: ProfileOutcome) -> list[str]:
    return [f"{outcome.examples} scenarios drawn by search"] if outcome.examples else []


def _warnings(profile_outcome: ProfileOutcome) -> Iterator[str]:
    yield from dict.fromkeys(
        note
        for outcome in profile_outcome.outcomes
        for sync in outcome.recording.syncs
        for note in sync.warnings
    )


def _line(outcome: Outcome) -> str:
    recording = outcome.recording
    runs = ", then ".join(_run(sync) for sync in recording.syncs)
    exchanges = len(recording.history.exchanges)
    hint = "" if exchanges else "; nothing reached the emulator: does the client use TRENDYOL_BASE_URL?"
    return f"{recording.scenario.name}: {runs}; {exchanges} requests{hint}"


def _run(sync: Sync) -> str:
    end = "no end" if sync.run.exit is None else f"exit {sync.run.exit}"
    return f"{end} after {sync.run.seconds:.1f} s"


def _client_output(profile_outcome: ProfileOutcome) -> str:
    outcomes = [outcome for outcome in profile_outcome.outcomes if outcome.verdict.findings]
    runs = [sync.run for outcome in outcomes for sync in outcome.recording.syncs]
    failures_first = sorted(runs, key=lambda run: run.exit == 0)
    output = next((run.output.strip() for run in failures_first if run.output.strip()), "")
    return "\n".join(output.splitlines()[-OUTPUT_LINES:])
