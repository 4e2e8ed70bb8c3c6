"""Compares recordings with the documents and with this emulator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

from contract_tests.drift.answers import AnswerSchemas
from contract_tests.drift.bounds import Bounds
from contract_tests.drift.limits import TOO_MANY, limit_differences
from contract_tests.drift.patches import unified_diffs
from contract_tests.drift.presence import Presence, never_seen
from contract_tests.drift.refusals import Refusals, identity_of
from contract_tests.drift.second_opinion import SecondOpinion, second_opinion
from contract_tests.drift.spec_tree import SpecTree
from contract_tests.drift.values import Comparison, Confirmation, Difference, Latency
from contract_tests.records.counts import count_of
from contract_tests.records.history import Exchange, History
from contract_tests.stages.law import Law

SLOW_MS = 1_000.0
FEWEST_ANSWERS = 3
OK = 200
EMULATOR_HEADER = "x-emulator-request"


@dataclass(slots=True)
class Work:
    """What a comparison works with."""

    law: Law
    tree: SpecTree
    opinions: SecondOpinion
    operations: Mapping[int, Any]
    reality: dict[tuple[str, str], Presence] = field(default_factory=dict)
    emulator: dict[tuple[str, str], Presence] = field(default_factory=dict)


def compare(history: History, law: Law, now_ms: int, *, slow_ms: float = SLOW_MS) -> Comparison:
    """Compare a recording.

    Units: ``now_ms`` epoch milliseconds UTC, where the recording has no times; ``slow_ms`` is the median
    time of an operation's answers from which on they count as slow.
    """
    exchanges = [one for one in history.exchanges if one.status]
    times_ms = [int(one.at_ms) for one in exchanges if one.at_ms > 0]
    tree = SpecTree(law.folder)
    with second_opinion(exchanges, min(times_ms, default=now_ms)) as opinions:
        work = Work(law, tree, opinions, operations_of(exchanges, law))
        refusals = Refusals(tree, law.errors, opinions, Bounds(tree))
        every = [*_differences(work, refusals, exchanges), *_slow(exchanges, slow_ms)]
    differences = join_differences(every)
    is_emulated = any(EMULATOR_HEADER in one.response_headers for one in exchanges)
    confirmations = () if is_emulated else _joined_confirmations(refusals.confirmations)
    edits = [edit for one in differences for edit in one.edits]
    edits += [edit for one in confirmations for edit in one.edits]
    return Comparison(
        differences,
        confirmations,
        tuple(_latencies(exchanges)),
        tuple(_notes(history, exchanges, work, is_emulated=is_emulated)),
        len(exchanges),
        unified_diffs(tree, edits),
    )


def operations_of(exchanges: Iterable[Exchange], law: Law) -> dict[int, Any]:
    """Find the operation of each exchange, as the emulator has it."""
    operations = {(one.document, one.id): one for one in reversed(law.operations)}
    return {
        one.number: operations[one.document or "", one.operation or ""]
        for one in exchanges
        if (one.document, one.operation) in operations
    }


def _differences(work: Work, refusals: Refusals, exchanges: Sequence[Exchange]) -> Iterator[Difference]:
    schemas = AnswerSchemas(work.tree)
    for one in exchanges:
        operation = work.operations.get(one.number)
        if operation is not None:
            refusals.bounds.learn(operation, one)
    limit_refusals = frozenset(one.number for one in exchanges if is_of_limit(one, work.law))
    for one in exchanges:
        operation = work.operations.get(one.number)
        if operation is None:
            yield from _unknown_address(one)
            continue
        own = list(refusals.differences(operation, one)) if one.number not in limit_refusals else []
        yield from own
        answers = schemas.differences(operation, one)
        # A status that is another is said once.
        yield from (each for each in answers if not (own and each.kind == "undocumented status"))
        _count(work, operation, one)
    yield from limit_differences(work.tree, exchanges, work.operations, limit_refusals)
    yield from _never_seen(work, schemas)


def is_of_limit(exchange: Exchange, law: Law) -> bool:
    """Tell whether a 429 is of a limit of requests, not of another rule that answers it, too."""
    words = set(identity_of(exchange.body.json).values())
    others = {
        entry.get(name)
        for error_id, entry in law.errors.items()
        if entry["status"] == TOO_MANY and error_id != "too-many-requests"
        for name in ("key", "code", "exception")
    }
    own = {law.errors["too-many-requests"].get(name) for name in ("key", "code", "exception")}
    return exchange.status == TOO_MANY and not words & (others - own)


def _unknown_address(exchange: Exchange) -> Iterator[Difference]:
    if exchange.is_success and exchange.is_emulated:
        name = f"{exchange.method} {exchange.path}"
        words = ("no such address", "answers 404", f"answered {exchange.status}")
        yield Difference("undocumented address", name, "", *words)


def _count(work: Work, operation: Any, exchange: Exchange) -> None:
    """Count the fields of an answer, and those of the emulator's own answer to the same."""
    if exchange.status != OK or exchange.method != "GET":
        return
    question = work.opinions.question_of(exchange, operation)
    key = (operation.document, operation.id)
    if question is not None:
        work.reality.setdefault(key, Presence()).count(exchange.body.json)
        is_new = question not in work.opinions.opinions
        opinion = work.opinions.ask(question)
        if (is_new or key not in work.emulator) and opinion.status == OK:
            work.emulator.setdefault(key, Presence()).count(opinion.body)


def _never_seen(work: Work, schemas: AnswerSchemas) -> Iterator[Difference]:
    by_key = {(one.document, one.id): one for one in work.law.operations}
    for key, reality in work.reality.items():
        schema = schemas.schema_place(by_key[key], OK)
        if schema is not None and key in work.emulator:
            yield from never_seen(key[1], schema, reality, work.emulator[key])


def _latencies(exchanges: Iterable[Exchange]) -> Iterator[Latency]:
    times_ms: dict[str, list[float]] = {}
    for one in exchanges:
        if one.operation:
            times_ms.setdefault(one.operation, []).append(one.took_ms)
    for name, values in sorted(times_ms.items()):
        yield Latency(name, len(values), median(values), max(values))


def _slow(exchanges: Iterable[Exchange], slow_ms: float) -> Iterator[Difference]:
    for one in _latencies(exchanges):
        if one.count >= FEWEST_ANSWERS and one.median_ms >= slow_ms:
            yield Difference(
                "slow answers",
                one.operation,
                f"{one.count} answers",
                "no page says how long they take",
                "answers within milliseconds, unless a fault is planned",
                f"half of them took {one.median_ms:.0f} ms and more, the slowest {one.slowest_ms:.0f} ms",
                count=one.count,
            )


def _notes(
    history: History, exchanges: Sequence[Exchange], work: Work, *, is_emulated: bool
) -> Iterator[str]:
    if is_emulated:
        yield "an emulator answered these requests, so that they bear nothing out"
    data_bound = Counter(
        one.operation or ""
        for one in exchanges
        if (operation := work.operations.get(one.number)) is not None
        and work.opinions.question_of(one, operation) is None
    )
    if data_bound:
        names = ", ".join(sorted(data_bound))
        requests = count_of(data_bound.total(), "request")
        yield f"of {requests} the answers alone were held to the documents, as its data decide: {names}"
    for reason, count in history.oddities.items():
        yield f"{count_of(count, 'entry', 'entries')} could not be read: {reason}"


def join_differences(differences: Iterable[Difference]) -> tuple[Difference, ...]:
    """Make one difference of those of one cause, with the number of requests that show it."""
    first: dict[tuple[str, str, str], Difference] = {}
    requests: dict[tuple[str, str, str], dict[str, None]] = {}
    for one in differences:
        first.setdefault(one.identity, one)
        requests.setdefault(one.identity, {})[one.request] = None
    return tuple(replace(one, count=max(one.count, len(requests[key]))) for key, one in first.items())


def _joined_confirmations(confirmations: Iterable[Confirmation]) -> tuple[Confirmation, ...]:
    counts = Counter(one.line.place for one in confirmations)
    first = {one.line.place: one for one in reversed(list(confirmations))}
    return tuple(replace(one, count=counts[place]) for place, one in sorted(first.items()))
