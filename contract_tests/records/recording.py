"""What a played scenario leaves behind: runs, traffic, truths, exports and the fault log."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contract_tests.records.account import Account
from contract_tests.records.history import Exchange, History
from contract_tests.records.run import Run
from contract_tests.records.scenario import Row, Scenario


@dataclass(frozen=True, slots=True)
class Truth:
    """What the world held of one kind while a run went on.

    Shapes: rows at the run's start and at its end; ``within`` are those of its end that lie in the span the
    client looks back, all of them where there is none.
    """

    before: Sequence[Row] = ()
    after: Sequence[Row] = ()
    within: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class Sync:
    """One run of the client.

    Units: the moments are the world's time, epoch milliseconds.
    """

    run: Run
    """How the verb ``sync`` ended."""
    quiet: bool
    """Whether no fault was planned for it."""
    last_exchange: int
    """The number of the last exchange before its end."""
    truths: Mapping[str, Truth] = field(default_factory=dict)
    """What the world held, by kind."""
    exports: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    """What the client exported, by kind; empty when it does not know the kind."""
    export_faults: Sequence[str] = ()
    """What keeps exports from being NDJSON, a sentence each that begins with the kind."""
    wants: Sequence[Row] = ()
    """The rows that CLIENT_WANTED held."""
    move_summaries: Sequence[str] = ()
    """How the marketplace moved right before it, a sentence each."""
    warnings: Sequence[str] = ()
    """About exports that are no rows or break their schema, and a client that goes by its own clock."""
    started_ms: int = 0
    """When it began."""
    ended_ms: int = 0
    """When it ended."""
    calls_before: Sequence[Row] = ()
    """What came of the calls between the run before and this one, of clients that listen."""
    calls: Sequence[Row] = ()
    """What came of the calls during it."""
    exports_before: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    """What the client exported right before it, when those calls had come; of clients that listen."""
    webhooks: Sequence[Row] = ()
    """The seller's webhooks at its end, of clients that listen."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What a scenario leaves behind once it is over."""

    scenario: Scenario
    """The scenario as it was played."""
    account: Account
    """The seller's access."""
    syncs: tuple[Sync, ...]
    """Its runs in their order."""
    history: History
    """The traffic of all runs."""
    fault_log: Sequence[Mapping[str, Any]] = ()
    """The faults and moves in their order."""
    entries: Sequence[Mapping[str, Any]] = ()
    """The HAR entries of the history."""
    endings: Sequence[str] = ()
    """How a client that listens ended by itself, a sentence each."""

    def history_until(self, sync: Sync) -> History:
        """Give the history as it was at the end of a run."""
        return History(tuple(one for one in self.history.exchanges if one.number <= sync.last_exchange))

    def exchanges_of(self, sync: Sync) -> Iterator[Exchange]:
        """Yield the exchanges of one run."""
        earlier = [one.last_exchange for one in self.syncs if one.last_exchange < sync.last_exchange]
        first = max(earlier, default=0)
        return (one for one in self.history.exchanges if first < one.number <= sync.last_exchange)

    def count_requests(self, operation: str) -> int:
        """Count the requests of an operation."""
        return sum(one.operation == operation for one in self.history.exchanges)

    def busiest(self, operations: Iterable[str]) -> tuple[str, int]:
        """Name the one of these operations that had most requests, and how many."""
        counts = Counter(dict.fromkeys(sorted(operations), 0))
        counts.update(str(one.operation) for one in self.history.exchanges if one.operation in counts)
        return counts.most_common(1)[0]

    def exports_rows(self, kind: str) -> bool:
        """Tell whether the client ever exported a row of a kind; one that never does is not judged by it."""
        return any(sync.exports.get(kind) for sync in self.syncs)

    @property
    def digest(self) -> str:
        """A fingerprint of all requests and answers, byte for byte, in their order."""
        checksum = hashlib.sha256()
        for one in self.history.exchanges:
            request = f"{one.method} {one.path}?{one.raw_query}\n{one.request_body}\n"
            checksum.update(f"{request}{one.status}\n{one.body.text}\n".encode())
        return checksum.hexdigest()[:16]
