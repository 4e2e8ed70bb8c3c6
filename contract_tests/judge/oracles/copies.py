"""The oracle of level L2: the copy a client shows, row by row against the truth, each difference by its sort.

missing: the world has the row, the copy has not. ghost: the other way round. duplicate: the copy has it more
than once. stale: the copy has what was true before. wrong: the copy has what was never true.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from contract_tests.judge.oracles.absence import may_be_absent
from contract_tests.judge.oracles.delivery import never_sent
from contract_tests.records.findings import Evaluation
from contract_tests.records.recording import Recording, Sync, Truth
from contract_tests.records.rulebook import Rule
from contract_tests.records.scenario import Row

MAX_EXAMPLES = 3
DIFFERENCES = ("missing", "stale", "duplicate", "ghost", "wrong")
# What a run that admits failure may not have stored either; the others only mean that it got no further.
NEVER_RIGHT = frozenset({"duplicate", "wrong"})
# Two equal values of these types mean the same, whatever they stand for.
PLAIN_TYPES = frozenset({int, float, str})
# What a client that cannot know says of a row, or of one it has given up: honest, whatever the world holds.
UNCLAIMED_STATES = frozenset({"unclear", "failed", "pending", "refused", "reserved-without-number"})

Key = tuple[str, ...]
Difference = tuple[str, Key, str, str]


def held_as_true(recording: Recording, rule: Rule, rules: Iterable[Rule] = ()) -> Iterator[Evaluation]:
    """After a run that reports success the client shows each row of the ``kind`` as the world has it.

    Shapes: a rule about a part of what a row says names the ``differences`` it is about; other rules tell of
    rows that are missing or too many.
    Not judged: a client that never shows a row of this ``export``, ``fields`` it leaves out, rows it calls
    unclear, and rows that others changed while the run went on (``own`` rows are the client's own doing).
    Rows it was never sent are missing by another one of the ``rules``, and not by this one again.
    """
    if not recording.exports_rows(rule.facts["export"]) or not _shows_fields(recording, rule):
        return
    differences_by_sync = [
        differences_beside_unsent(recording, number, rule, rules) for number in range(len(recording.syncs))
    ]
    last = {(difference, key) for difference, key, *_ in differences_by_sync[-1]}
    for sync, all_differences in zip(recording.syncs, differences_by_sync, strict=True):
        row_count = len(sync.truths[rule.facts["kind"]].within)
        for difference in rule.facts.get("differences", DIFFERENCES):
            by_cause: defaultdict[str, list[Difference]] = defaultdict(list)
            for one in all_differences:
                if one[0] == difference:
                    by_cause[one[3]].append(one)
            for cause, wrong in by_cause.items():
                yield Evaluation((), describe(sync, wrong, last, row_count), difference, cause)
            if not by_cause:
                yield Evaluation((), None, difference)


def _shows_fields(recording: Recording, rule: Rule) -> bool:
    """Whether a client shows the part of its rows that a rule is about."""
    if "differences" not in rule.facts:
        return True
    rows = (row for sync in recording.syncs for row in sync.exports.get(rule.facts["export"], ()))
    return any(field in row for row in rows for field in rule.facts["fields"])


def differences_beside_unsent(
    recording: Recording, number: int, rule: Rule, rules: Iterable[Rule]
) -> list[Difference]:
    """List the differences of a copy, without the missing rows that were never sent to the client."""
    unsent_names = never_sent(recording, recording.syncs[number], rules, rule.facts["kind"])
    listed_differences = differences(recording, number, rule)
    return [one for one in listed_differences if one[0] != "missing" or " ".join(one[1]) not in unsent_names]


def describe(sync: Sync, wrong: Sequence[Difference], last: set[tuple[str, Key]], row_count: int) -> str:
    """Describe differences of one kind by their first examples, and say whether a later run heals them."""
    examples = "; ".join(text for _, _, text, _ in wrong[:MAX_EXAMPLES])
    more = f" and {len(wrong) - MAX_EXAMPLES} more" if len(wrong) > MAX_EXAMPLES else ""
    if len(wrong) > 1 and wrong[0][0] == "missing":
        first = ", ".join(" ".join(key) for _, key, *_ in wrong[:MAX_EXAMPLES])
        examples, more = (
            f"{len(wrong)} of {row_count} rows are not held, though the world has them: {first}",
            "",
        )
    heals = "never heals" if any((sort, key) in last for sort, key, *_ in wrong) else "heals with a later run"
    return f"exit {sync.run.exit} although {examples}{more}{'' if sync.quiet else f'; {heals}'}"


def differences(recording: Recording, number: int, rule: Rule) -> list[Difference]:
    """List what is wrong with the copy that a run left behind, as far as its exit lets it be judged."""
    sync = recording.syncs[number]
    truth = sync.truths[rule.facts["kind"]]
    if sync.run.exit is None:
        return []
    past = Past([one.truths[rule.facts["kind"]] for one in recording.syncs[:number]], rule)
    whole_list = compare(sync.exports.get(rule.facts["export"], ()), truth, past, rule)
    return [one for one in whole_list if sync.run.exit == 0 or one[0] in NEVER_RIGHT]


@dataclass(frozen=True)
class Past:
    """What the world held in the runs before, looked up only where a copy differs from the truth."""

    truths: Sequence[Truth]
    rule: Rule

    @cached_property
    def rows_by_key(self) -> Sequence[Mapping[Key, Row]]:
        """The rows of each run, at its start and at its end, by their keys."""
        return [by_key(rows, self.rule) for one in self.truths for rows in (one.before, one.after)]

    def held(self, key: Key, copy_row: Row) -> bool:
        """Tell whether a copy's row was true once."""
        return any(
            key in rows and not wrong_field(copy_row, rows[key], self.rule) for rows in self.rows_by_key
        )


def compare(copy_rows: Iterable[Row], truth: Truth, past: Past, rule: Rule) -> Iterator[Difference]:
    """Compare a copy with the truth of a run; the ``past`` tells what is stale from what is wrong."""
    rows_by_key: defaultdict[Key, list[Row]] = defaultdict(list)
    for row in copy_rows:
        rows_by_key[key_of(row, rule)].append(row)
    after = by_key(truth.after, rule)
    before = after if rule.facts.get("own") else by_key(truth.before, rule)
    within = after if truth.within is truth.after else by_key(truth.within, rule)
    for key, row in within.items():
        if key not in rows_by_key and before.get(key) == row and not may_be_absent(row, rule):
            yield "missing", key, f"{' '.join(key)} is not held, though the world has it", ""
    for key, rows in rows_by_key.items():
        yield from compare_row(key, rows, before, after, past, within, rule)


def compare_row(
    key: Key,
    rows: Sequence[Row],
    before: Mapping[Key, Row],
    after: Mapping[Key, Row],
    past: Past,
    within: Mapping[Key, Row],
    rule: Rule,
) -> Iterator[Difference]:
    """Compare the rows of one key with the truth of a run."""
    name, row, true = " ".join(key), rows[0], after.get(key)
    if makes_no_claim(row):
        return
    if len(rows) > 1:
        yield "duplicate", key, f"{name} is held {len(rows)} times", ""
    if true is None:
        if key not in before:
            yield "ghost", key, f"{name} is held, though the world has no such row", ""
        return
    field, wrong_value = wrong_field(row, true, rule) or ("", "")
    # What lies outside the span was not asked for again; what moved meanwhile was right when it was read.
    if wrong_value and within.get(key) == true == before.get(key):
        yield "stale" if past.held(key, row) else "wrong", key, f"{name} is held with {wrong_value}", field


def makes_no_claim(row: Row) -> bool:
    """Tell whether a client shows a row as one of which it claims nothing."""
    return row.get("state") in UNCLAIMED_STATES


def by_key(rows: Iterable[Row], rule: Rule) -> dict[Key, Row]:
    """Put rows under the keys that the rule names."""
    names: Sequence[str] = rule.facts["keys"]
    if len(names) == 1:
        (name,) = names
        return {(str(row.get(name)),): row for row in rows}
    return {key_of(row, rule): row for row in rows}


def key_of(row: Row, rule: Rule) -> Key:
    """Name a row by the values of the rule's ``keys``."""
    return tuple([str(row.get(name)) for name in rule.facts["keys"]])


def wrong_field(copy_row: Row, true_row: Row, rule: Rule) -> tuple[str, str] | None:
    """Name the first of the rule's ``fields`` that is held otherwise than it is true, and say how.

    Shapes: ``fields`` empty stands for all of the true row; ``money`` fields are compared as decimals;
    ``any_of`` maps a field to one of the truth that lists all its right values.
    """
    any_of: Mapping[str, str] = rule.facts.get("any_of", {})
    for name in rule.facts["fields"] or true_row:
        if name not in copy_row or name in any_of:
            continue
        copy_value, true_value = copy_row[name], true_row.get(name)
        # Most are the same text or number; only what differs has to be read as what it is.
        is_same = copy_value == true_value and type(copy_value) in PLAIN_TYPES
        if not is_same and not same_value(copy_value, true_value, name, rule):
            return name, f"{name} {copy_value}, true is {true_value}"
    for name, list_name in any_of.items():
        right = true_row.get(list_name) or {}
        if name in copy_row and copy_row[name] not in (
            right.values() if isinstance(right, Mapping) else right
        ):
            return name, f"{name} {copy_row[name]!r}, which is none of its true values"
    return None


def same_value(copy_value: Any, true_value: Any, name: str, rule: Rule) -> bool:
    """Tell whether two values mean the same.

    Shapes: money by its exact value, an instant in any zone, a boolean also as 0 or 1.
    """
    if name in rule.facts.get("money", ()):
        return _decimal(copy_value) == _decimal(true_value)
    if name in rule.facts.get("instants", ()):
        return _instant(copy_value) == _instant(true_value)
    if copy_value is None or true_value is None or isinstance(true_value, list | dict):
        return bool(copy_value == true_value)
    if isinstance(true_value, bool):
        return copy_value in (true_value, int(true_value))
    return copy_value == true_value or str(copy_value) == str(true_value)


def _instant(value: Any) -> datetime | None:
    """Read an instant in ISO 8601; None where it is none, or names no zone."""
    try:
        instant = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return instant if instant.tzinfo else None


def _decimal(value: Any) -> Decimal | None:
    if value is None:
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal("NaN")


def count_by_difference(differences_list: Iterable[Difference]) -> Counter[str]:
    """Count differences by their sort."""
    return Counter(sort for sort, *_ in differences_list)
