"""What is known of a scenario once it has been played: runs, traffic, truths, exports, happenings."""

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

    Shapes: ``quiet`` when no trouble was planned for it; ``until`` is the number of the last exchange before
    its end; ``truths`` and ``exports`` by kind, an export empty when the client does not know the kind;
    ``wants`` is what CLIENT_WANTED held, ``moved`` tells how the marketplace moved right before, ``odd``
    what is no row, breaks the schema of export rows, or shows that the client goes by a clock of its own.
    Units: the moments are the world's time, epoch milliseconds.
    """

    run: Run
    quiet: bool
    last_exchange: int
    truths: Mapping[str, Truth] = field(default_factory=dict)
    exports: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    wants: Sequence[Row] = ()
    move_summaries: Sequence[str] = ()
    warnings: Sequence[str] = ()
    started_ms: int = 0
    ended_ms: int = 0


@dataclass(frozen=True, slots=True)
class Recording:
    """All that is known of a scenario once it is over; ``happenings`` are what struck or moved, in order."""

    scenario: Scenario
    account: Account
    syncs: tuple[Sync, ...]
    history: History
    fault_log: Sequence[Mapping[str, Any]] = ()

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
        """Name the one of these operations that was asked most, and how often."""
        counts = Counter(dict.fromkeys(sorted(operations), 0))
        counts.update(str(one.operation) for one in self.history.exchanges if one.operation in counts)
        return counts.most_common(1)[0]

    def exports_rows(self, kind: str) -> bool:
        """Tell whether the client ever showed a row of a kind; one that never does is not judged by it."""
        return any(sync.exports.get(kind) for sync in self.syncs)

    @property
    def digest(self) -> str:
        """A fingerprint of all requests and answers, byte for byte, in the order of asking."""
        checksum = hashlib.sha256()
        for one in self.history.exchanges:
            request = f"{one.method} {one.path}?{one.raw_query}\n{one.request_body}\n"
            checksum.update(f"{request}{one.status}\n{one.body.text}\n".encode())
        return checksum.hexdigest()[:16]
