"""The journal: a bounded ring of the exchanges a stage has had, newest last."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

Headers = Sequence[tuple[str, str]]
_NS_PER_MS = 1_000_000


@dataclass(slots=True)
class Exchange:
    """One request and its answer, as they were on the wire.

    Nothing changes later, except that the journal lets go of the bodies when it runs out of room.
    Units: ``started_at`` real epoch seconds, ``now_ms`` the world's time in epoch milliseconds.
    """

    id: int
    """Its number in the journal."""
    operation: str | None
    """The operationId; None where the request reached no operation."""
    document: str | None
    """The document that describes it."""
    edition: str | None
    """The edition that answered."""
    seller_id: int | None
    """The seller who asked, or whose products a buyer or an API client deals in."""
    api_key: str | None
    """The key that Authorization names, whether or not a seller has it."""
    method: str
    """The HTTP method."""
    target: str
    """The raw path and query."""
    request_headers: Headers
    """The headers as they came, in their order."""
    request_body: bytes
    """The raw body."""
    started_at: float
    """When it began."""
    now_ms: int
    """The world's time while it was served."""
    duration_ns: int
    """How long it took."""
    status: int
    """The status; 0 when the connection ended before an answer."""
    response_headers: Headers
    """The headers that went out."""
    parts: Sequence[bytes]
    """The answer's body in the pieces the handler made, kept by reference."""
    refusal: str | None = None
    """The id of the catalogue entry that answered."""
    source: str | None = None
    """The page that this refusal is taken from."""
    fault: int | None = None
    """The id of the fault it met."""
    body_dropped: bool = False
    """Whether the journal has let go of the bodies."""
    response_bytes: int = 0
    """The size of the answer."""
    request_bytes: int = 0
    """The size of the request."""

    @property
    def started_at_iso(self) -> str:
        """When it began, as ISO 8601 in UTC."""
        return datetime.fromtimestamp(self.started_at, UTC).isoformat(timespec="microseconds")

    @property
    def duration_ms(self) -> float:
        """How long it took."""
        return self.duration_ns / _NS_PER_MS

    @property
    def user_agent(self) -> str:
        """What the client calls itself; empty where it says nothing."""
        return next((value for name, value in self.request_headers if name.lower() == "user-agent"), "")

    def mentions(self, text: bytes) -> bool:
        """Say whether a text stands in the address or in a body."""
        places = (self.target.encode(), self.request_body, *self.parts)
        return any(text in place for place in places)


class Journal:
    """Keeps the last ``max_entries`` exchanges, with the bodies of as many as ``max_body_bytes`` holds.

    Ids rise for ever, also over ``clear``, and so do the ``counts`` by operation and status. The newest
    exchange keeps its bodies even if it alone is too big.
    """

    __slots__ = (
        "_body_bytes", "_entries", "_ids", "_with_body", "closings", "counts", "max_body_bytes",
        "max_entries",
    )  # fmt: skip

    def __init__(self, max_entries: int = 10_000, max_body_bytes: int = 32 * 1024 * 1024) -> None:
        self.max_entries = max_entries
        self.max_body_bytes = max_body_bytes
        self._ids = itertools.count(1)
        self._entries: deque[Exchange] = deque()
        self._with_body: deque[Exchange] = deque()
        self._body_bytes = 0
        self.counts: dict[tuple[str | None, int], int] = {}
        self.closings = 0
        """How many exchanges have ended so far."""

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def position(self) -> tuple[int, int]:
        """What changes whenever an exchange comes or goes."""
        return self.closings, len(self._entries)

    @property
    def held_bytes(self) -> int:
        """Bytes of bodies held now."""
        return self._body_bytes

    def open(self) -> int:
        """Give the id of the exchange that begins now."""
        return next(self._ids)

    def close(self, exchange: Exchange) -> None:
        """Keep a finished exchange and let the oldest go."""
        exchange.request_bytes = len(exchange.request_body)
        exchange.response_bytes = sum(map(len, exchange.parts))
        key = (exchange.operation, exchange.status)
        self.counts[key] = self.counts.get(key, 0) + 1
        self._entries.append(exchange)
        self._with_body.append(exchange)
        self._body_bytes += exchange.request_bytes + exchange.response_bytes
        self.closings += 1
        if len(self._entries) > self.max_entries:
            self._forget(self._entries.popleft())
        while self._body_bytes > self.max_body_bytes and len(self._with_body) > 1:
            self._drop_body(self._with_body.popleft())

    def clear(self) -> int:
        """Forget every exchange and say how many there were."""
        count = len(self._entries)
        self._entries.clear()
        self._with_body.clear()
        self._body_bytes = 0
        return count

    def find(self, number: int) -> Exchange | None:
        """Find the exchange of that id, if the ring still holds it."""
        return next((entry for entry in reversed(self._entries) if entry.id == number), None)

    def newest(self, count: int) -> list[Exchange]:
        """Give the exchanges that ended last, in the order of their ends."""
        return list(itertools.islice(reversed(tuple(self._entries)), count))[::-1]

    def select(
        self,
        *,
        operation: str | None = None,
        status: int | None = None,
        seller_id: int | None = None,
        since: int = 0,
        before: int | None = None,
        api_key: str | None = None,
        client: str = "",
        mentions: bytes = b"",
    ) -> list[Exchange]:
        """List the exchanges that match every given filter, in the order of their ids.

        Shapes: ``since`` is the last id already known; only later ones are listed, below ``before``;
        ``client`` is text that stands in the User-Agent, ``mentions`` in the address or a body. A status
        below 10 is all of its hundred.
        """
        matches = (
            entry
            for entry in tuple(self._entries)
            if entry.id > since
            and (operation is None or entry.operation == operation)
            and (status is None or status in (entry.status, entry.status // 100 or None))
            and (seller_id is None or entry.seller_id == seller_id)
            and (before is None or entry.id < before)
            and (api_key is None or entry.api_key == api_key)
            and (not client or client.lower() in entry.user_agent.lower())
            and (not mentions or entry.mentions(mentions))
        )
        return sorted(matches, key=lambda entry: entry.id)

    def _forget(self, oldest: Exchange) -> None:
        if not oldest.body_dropped:
            self._with_body.popleft()
            self._body_bytes -= oldest.request_bytes + oldest.response_bytes

    def _drop_body(self, oldest: Exchange) -> None:
        self._body_bytes -= oldest.request_bytes + oldest.response_bytes
        oldest.body_dropped = True
        oldest.request_body = b""
        oldest.parts = ()
