"""What every report shows: sections with their verdicts, made from a check or from linted traffic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contract_tests.engine.check import ProfileOutcome
from contract_tests.engine.outcome import Outcome
from contract_tests.judge.gaps import gap_name
from contract_tests.records.counts import count_of
from contract_tests.records.findings import Verdict
from contract_tests.records.history import History
from contract_tests.records.masking import mask_secrets
from contract_tests.records.printable import printable
from contract_tests.records.recording import Sync
from contract_tests.records.story import Failure

OUTPUT_LINES, OUTPUT_LINE_CHARS = 12, 400
# What a recording may lack as a whole, so that too little of it is judged.
WHOLESALE = ("body", "headers", "time")
MOST_HOSTS = 3
MOST_ADDRESSES = 5
# More lines on what was run than these are folded where a reader can unfold them.
MANY_LINES = 6


class State(StrEnum):
    """What can be said of what was checked; only ``PASS`` is good news."""

    PASS = "clean"
    FAIL = "broken"
    INTERRUPTION = "interrupted"
    GAP = "not judged"


# What stands above a report of that state.
HEADLINES: Mapping[State, str] = {
    State.PASS: "Passed",
    State.FAIL: "Failed",
    State.INTERRUPTION: "Interrupted",
    State.GAP: "Not judged",
}


@dataclass(frozen=True, slots=True)
class Section:
    """One verdict, and what was done for it."""

    title: str
    """What was checked."""
    lines: tuple[str, ...]
    """A line for each thing that was done."""
    verdict: Verdict
    """What the judges say."""
    client_output: str = ""
    """What the client printed, if something is wrong."""
    failures: tuple[Failure, ...] = ()
    """The smallest scenario for each thing that went wrong."""
    place: str = "trendyol-emulator.toml"
    """The file that findings are pinned to in a code review: the integration's config, or a test."""
    is_interrupted: bool = False
    """Whether a signal ended it."""
    stop: str = ""
    """Why not all of it was played, in one sentence; empty when all of it was."""
    unplayed_scenarios: tuple[str, ...] = ()
    """The scenarios that were not played."""
    gap: str = ""
    """Why nothing or too little was judged, in one sentence; empty when enough was."""

    @property
    def complete(self) -> bool:
        """Whether all of it was played."""
        return not self.stop

    @property
    def state(self) -> State:
        """What can be said of it."""
        if not self.verdict.clean:
            return State.FAIL
        if self.is_interrupted:
            return State.INTERRUPTION
        return State.GAP if self.gap or self.stop else State.PASS

    @property
    def warning(self) -> str:
        """Say what is missing from it, in one sentence; empty when nothing is."""
        names = f"; not played: {', '.join(self.unplayed_scenarios)}" if self.unplayed_scenarios else ""
        return f"{self.stop}{names}" if self.stop else self.gap and f"not judged: {self.gap}"


def state_of(sections: Iterable[Section]) -> State:
    """Say what can be said of all sections: what was interrupted has not passed, whatever was judged."""
    every = list(sections)
    if any(section.is_interrupted for section in every):
        return State.INTERRUPTION
    states = {section.state for section in every}
    worst = (State.FAIL, State.GAP)
    return next((one for one in worst if one in states), State.PASS if every else State.GAP)


def clean(sections: Iterable[Section]) -> bool:
    """Tell whether all was played and judged, and no section broke a MUST."""
    return state_of(sections) is State.PASS


def section_of_traffic(title: str, history: History, verdict: Verdict) -> Section:
    """Show linted traffic."""
    refusals = sum(not exchange.is_success for exchange in history.exchanges)
    unknown = sum(one.operation is None and one.is_emulated for one in history.exchanges)
    requests = count_of(len(history.exchanges), "request")
    line = f"{requests}: {refusals} refused, {unknown} to addresses that no document has"
    lines = (line, *unemulated_lines(history), *_oddity_lines(history))
    return Section(title, lines, verdict, gap=gap_of_traffic(history, verdict))


def unemulated_lines(history: History) -> list[str]:
    """Say which documented addresses were asked that are not emulated, so that nobody judged them."""
    counts = Counter(f"{one.method} {one.path}" for one in history.exchanges if not one.is_emulated)
    if not counts:
        return []
    addresses = ", ".join(address for address, _ in counts.most_common(MOST_ADDRESSES))
    more = f" and {len(counts) - MOST_ADDRESSES} more" if len(counts) > MOST_ADDRESSES else ""
    requests = count_of(counts.total(), "request")
    return [f"{requests} to documented addresses not emulated: not judged ({addresses}{more})"]


def gap_of_traffic(history: History, verdict: Verdict) -> str:
    """Say why a recording is not judged; empty when it is."""
    if not history.exchanges:
        return f"there is no request to the vendor in it{_other_hosts(history)}"
    must_ids = {rule.id for rule in verdict.rules if rule.level == "MUST"}
    names = [gap_name(gap) for gap in WHOLESALE if _is_wholesale(history, gap)]
    gaps = (why for why, ids in verdict.ids_by_gap.items() if must_ids.intersection(ids))
    return "; ".join(why for why in gaps if any(name in why for name in names))


def _is_wholesale(history: History, gap: str) -> bool:
    """Tell whether a recording has no answer's body, header or time at all of some operation."""
    has_gap: dict[str | None, set[bool]] = {}
    for one in history.exchanges:
        if gap != "body" or one.is_success:
            has_gap.setdefault(one.operation, set()).add(gap in one.gaps)
    return {True} in has_gap.values()


def _other_hosts(history: History) -> str:
    most_first = sorted(history.other_hosts.items(), key=lambda pair: -pair[1])
    hosts = [f"{count} to {host}" for host, count in most_first[:MOST_HOSTS]]
    return f", only {', '.join(hosts)}" if hosts else ""


def _oddity_lines(history: History) -> list[str]:
    return [
        f"{count} {'entry' if count == 1 else 'entries'} could not be read: {why}"
        for why, count in history.oddities.items()
    ]


def section_of_profile(outcome: ProfileOutcome) -> Section:
    """Show a checked profile."""
    return Section(
        title=_title(outcome),
        lines=(*map(describe_outcome, outcome.outcomes), *_search_lines(outcome), *_warnings(outcome)),
        verdict=outcome.verdict,
        client_output="" if outcome.verdict.clean else _client_output(outcome),
        stop=outcome.stop,
        unplayed_scenarios=outcome.unplayed_scenarios,
        gap=_gap(outcome),
    )


def _title(outcome: ProfileOutcome) -> str:
    profile_run = outcome.profile_run
    if not outcome.outcomes:
        return f"{profile_run.profile.name} ({profile_run.edition})"
    account = outcome.outcomes[0].recording.account
    facts = ", ".join(filter(None, (account.edition, account.storefront, f"seller {account.seller}")))
    return f"{profile_run.profile.name} ({facts})"


def _gap(outcome: ProfileOutcome) -> str:
    requests = sum(len(one.recording.history.exchanges) for one in outcome.outcomes)
    return "" if requests else "no request of the client reached the emulator"


def _search_lines(outcome: ProfileOutcome) -> list[str]:
    return [f"{count_of(outcome.examples, 'scenario')} drawn by search"] if outcome.examples else []


def _warnings(profile_outcome: ProfileOutcome) -> Iterator[str]:
    yield from dict.fromkeys(
        line for outcome in profile_outcome.outcomes for line in unemulated_lines(outcome.recording.history)
    )
    yield from dict.fromkeys(
        note
        for outcome in profile_outcome.outcomes
        for sync in outcome.recording.syncs
        for note in sync.warnings
    )


def state_of_outcome(outcome: Outcome) -> str:
    """Say in a few words what a scenario showed."""
    rule_ids = dict.fromkeys(finding.rule.id for finding in outcome.blocking)
    return f"breaks {' '.join(rule_ids)}" if rule_ids else "no MUST broken"


def describe_outcome(outcome: Outcome) -> str:
    """Say in one line what was played, how its runs ended, and how much was asked."""
    recording = outcome.recording
    runs = ", then ".join(_run(sync) for sync in recording.syncs)
    exchanges = len(recording.history.exchanges)
    hint = "" if exchanges else "; nothing reached the emulator: does the client use TRENDYOL_BASE_URL?"
    return f"{recording.scenario.name}: {runs}; {count_of(exchanges, 'request')}{hint}"


def _run(sync: Sync) -> str:
    end = "no end" if sync.run.exit is None else f"exit {sync.run.exit}"
    return f"{end} after {sync.run.seconds:.1f} s"


def _client_output(profile_outcome: ProfileOutcome) -> str:
    """Give what the client printed in one run: of the first scenario with a finding, the one that failed."""
    outcomes = [outcome for outcome in profile_outcome.outcomes if outcome.verdict.findings]
    outputs = (output for outcome in outcomes if (output := output_of(outcome)))
    return next(outputs, "")


def output_of(outcome: Outcome) -> str:
    """Give the end of what the client printed in one run of a scenario, and say which run that was."""
    runs = [(number, sync.run) for number, sync in enumerate(outcome.recording.syncs, start=1)]
    failures_first = sorted(runs, key=lambda pair: pair[1].exit == 0)
    for number, run in failures_first:
        if text := run.output.strip():
            last_lines = printable(text).split("\n")[-OUTPUT_LINES:]
            lines = [mask_secrets(line[:OUTPUT_LINE_CHARS]) for line in last_lines]
            return "\n".join([f"in {outcome.scenario.name}, sync {number}:", *lines])
    return ""
