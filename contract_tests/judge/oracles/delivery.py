"""The oracle of level L1: what the plan should have delivered, against what the client was really sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contract_tests.judge.oracles.absence import (
    TYPE_FIELD,
    UNASKED_TYPE,
    Absence,
    fold_name,
    group_by_cause,
    join_absences,
    may_be_absent,
    moment_of,
)
from contract_tests.judge.rules.values import every_value_asked, instant_ms
from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.recording import Recording, Sync, Truth
from contract_tests.records.rulebook import Rule

MAX_EXAMPLES = 3
# What tells groups of rows apart, so that a lost type or a lost list is seen at a glance.
GROUP_FIELD = "transactionType"
OLD_END = (
    "; they are all older than what it was sent: if it looks back over fewer days on purpose, "
    "say so with --span-days"
)
# By less than this no two clocks can be told apart: a client may take so long from its start to a request.
APART_MS = 30_000
# A window ends "now" when that is this part of the two clocks' distance away, at most.
NEAR = 0.25
OWN_CLOCK = (
    "its windows end by the machine's clock, not by TRENDYOL_NOW_MS; later rows are not expected of it"
)

Rows = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """The rows of one kind that no answer held.

    Shapes: ``reason`` says why, empty where nothing shows it; ``oldest_ms`` is the moment of the oldest row
    that was sent, None where rows have none.
    Units: epoch milliseconds.
    """

    kind: str
    missing: Rows
    expected_count: int
    oldest_ms: float | None = None
    reason: str = ""

    @property
    def is_oldest(self) -> bool:
        """Whether they are older than all that was sent."""
        latest = max((moment_of(row) or 0 for row in self.missing.values()), default=0)
        return bool(self.missing) and self.oldest_ms is not None and latest < self.oldest_ms

    def __str__(self) -> str:
        """Tell how many are missing, of which group, and name the first few."""
        groups = Counter(str(row[GROUP_FIELD]) for row in self.missing.values() if GROUP_FIELD in row)
        group_counts = ", ".join(f"{name} {count}" for name, count in groups.most_common())
        first = ", ".join(list(self.missing)[:MAX_EXAMPLES])
        sentence = f"{len(self.missing)} of {self.expected_count} {self.kind} were never sent to it"
        hint = (OLD_END if self.is_oldest else "") + (f"; {self.reason}" if self.reason else "")
        return f"{sentence} ({group_counts}): {first}{hint}" if group_counts else f"{sentence}: {first}{hint}"


def everything_delivered(
    recording: Recording, rule: Rule, rules: Iterable[Rule] = ()
) -> Iterator[Evaluation]:
    """After each run that reports success, everything expected of the ``kind`` has been sent to the client.

    Shapes: ``at`` is the path of the ``key`` in an answer, by operation; where the rule says ``optional`` a
    client that never asks for the kind is not expected to have it, nor, with ``types``, the rows of types it
    never asks for. What another one of the ``rules`` knows of types it never asks for stands in the violation
    as well. Rows that different causes kept away are violations of their own.
    """
    if rule.facts.get("optional") and not any(map(recording.count_requests, rule.facts["at"])):
        return
    every = list(rules)
    shortfalls = [shortfall_of(recording, sync, rule) for sync in recording.syncs]
    absences_before: list[Absence] = []
    for sync, shortfall in zip(recording.syncs, shortfalls, strict=True):
        if sync.run.exit == 0 and shortfall.expected_count:
            absences_before = absences_of(recording, sync, shortfall, absences_before, rule, every)
            unasked_values = values_without_request(recording, rule, every)
            yield from _violations(sync, shortfall, shortfalls[-1], absences_before, unasked_values)


def _violations(
    sync: Sync, shortfall: Shortfall, last: Shortfall, absences: Sequence[Absence], unasked_values: str
) -> Iterator[Evaluation]:
    if not absences:
        yield Evaluation((), None, "missing")
    knows_types = any(one.cause.kind == UNASKED_TYPE for one in absences)
    for one in absences:
        part = replace(shortfall, missing=one.rows, reason=one.cause.sentence)
        # Where the types of the rows are not known, what was never asked for may explain any of them.
        tells_types = one.cause.kind == UNASKED_TYPE or not knows_types
        sentence = describe(sync, part, last) + (unasked_values if tells_types else "")
        yield Evaluation((), sentence, "missing", one.cause.kind)


def absences_of(
    recording: Recording,
    sync: Sync,
    shortfall: Shortfall,
    absences_before: Iterable[Absence],
    rule: Rule,
    rules: Iterable[Rule],
) -> list[Absence]:
    """Say why the rows of a shortfall were not sent: what was lost in an earlier run was lost there."""
    known_absences = [
        Absence(one.cause, {key: row for key, row in one.rows.items() if key in shortfall.missing})
        for one in absences_before
    ]
    known_keys = {key for one in known_absences for key in one.rows}
    new_rows = {key: row for key, row in shortfall.missing.items() if key not in known_keys}
    after = min((one.number for one in recording.exchanges_of(sync)), default=1) - 1
    new = group_by_cause(recording.history_until(sync), rule, rules, new_rows, after) if new_rows else []
    return join_absences(one for one in (*known_absences, *new) if one.rows)


def values_without_request(recording: Recording, rule: Rule, rules: Iterable[Rule]) -> str:
    """Say which values of a parameter were never asked for, where a rule wants every one of them."""
    kin = (one for one in rules if one.judge == "every_value_asked")
    about = (one for one in kin if any(place.operation in rule.facts["at"] for place in one.places))
    violations = (
        evaluation.violation for one in about for evaluation in every_value_asked(recording.history, one)
    )
    return "".join(f"; it {violation}" for violation in violations if violation)


def shortfall_of(recording: Recording, sync: Sync, rule: Rule) -> Shortfall:
    """Compare the rows that were sent until the end of a run with those of the world.

    Several rules ask for it, and it takes long: the history remembers it.
    """
    memory, key = recording.history.memory, ("shortfall", id(rule), id(sync))
    if key not in memory:
        memory[key] = rule, sync, _compare_with_world(recording, sync, rule)
    shortfall: Shortfall = memory[key][-1]
    return shortfall


def _compare_with_world(recording: Recording, sync: Sync, rule: Rule) -> Shortfall:
    rows = expected_rows(sync.truths[rule.facts["kind"]], rule)
    if "types" in rule.facts:
        names = requested_types(recording.history, rule)
        rows = {key: row for key, row in rows.items() if fold_name(row[TYPE_FIELD]) in names}
    return compare_keys(rule, rows, delivered_keys(recording.history_until(sync), rule))


def requested_types(history: History, rule: Rule) -> set[str]:
    """Gather the types that a client ever asks for, as the truth names them.

    Shapes: ``types`` of the rule names the ``parameters`` that ask for types, and ``aliases`` from spellings
    of the vendor to those of the truth.
    """
    facts = rule.facts["types"]
    values = {
        item.strip()
        for exchange in history.exchanges
        if exchange.operation in rule.facts["at"]
        for name, value in exchange.query
        if name in facts["parameters"]
        for item in value.split(",")
    }
    return {fold_name(facts.get("aliases", {}).get(value, value)) for value in values}


def never_sent(recording: Recording, sync: Sync, rules: Iterable[Rule], kind: str) -> frozenset[str]:
    """List the keys of a kind that no answer had until the end of a run, if a rule blames the client.

    A copy cannot be blamed once more for a row that the client was never sent.
    """
    for rule in rules:
        applies = rule.judge == "everything_delivered" and any(
            map(recording.count_requests, rule.facts["at"])
        )
        if applies and rule.facts["kind"] == kind and sync.run.exit == 0:
            return frozenset(shortfall_of(recording, sync, rule).missing)
    return frozenset()


def describe(sync: Sync, shortfall: Shortfall, last: Shortfall) -> str:
    """Describe a shortfall, and say whether the next run heals it."""
    heals = "never heals" if set(shortfall.missing) & set(last.missing) else "heals with the next run"
    after = "" if sync.quiet else f", after trouble in the middle; {heals}"
    return f"exit 0 although {shortfall}{after}"


def expected_rows(truth: Truth, rule: Rule) -> Rows:
    """Give what could be sent from a run's first moment to its last, in the span the client looks back."""
    before = {str(row[rule.facts["key"]]) for row in truth.before if not may_be_absent(row, rule)}
    rows = {str(row[rule.facts["key"]]): row for row in truth.within if not may_be_absent(row, rule)}
    return {key: row for key, row in rows.items() if key in before}


def delivered_keys(history: History, rule: Rule) -> set[str]:
    """Gather the keys that stood in the answers of the operations that deliver a kind."""
    paths: Mapping[str, str] = rule.facts["at"]
    keys = (
        exchange.body.keys_at(paths[exchange.operation])
        for exchange in history.exchanges
        if exchange.operation and exchange.operation in paths and exchange.status == 200
    )
    return set().union(*keys)


def compare_keys(rule: Rule, truth: Rows, sent_keys: Collection[str]) -> Shortfall:
    """Find what was expected and not sent."""
    missing = {key: row for key, row in truth.items() if key not in sent_keys}
    sent_rows = (truth[key] for key in truth.keys() - missing.keys())
    moments = [moment for row in sent_rows if (moment := moment_of(row)) is not None]
    return Shortfall(rule.facts["kind"], missing, len(truth), min(moments, default=None))


def behind_ms(exchanges: Iterable[Exchange], ends: Collection[str]) -> int:
    """Tell by how much a run is behind the world's time because its client goes by the machine's clock.

    Shapes: ``ends`` names the parameters that end a window. A run without windows, or with one that ends
    near the world's time, is behind by 0.
    Units: milliseconds, below 0 where the world is in the machine's past, as in an old scenario.
    """
    window_ends = [
        (one, end) for one in exchanges for name in ends if (end := instant_ms(one, name)) is not None
    ]
    if not window_ends:
        return 0
    one, latest = max(window_ends, key=lambda pair: pair[1])
    ahead = one.at_ms - one.real_ms
    near = abs(one.real_ms - latest) <= abs(ahead) * NEAR
    return round(ahead) if abs(ahead) >= APART_MS and near else 0
