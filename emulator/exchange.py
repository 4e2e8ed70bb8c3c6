"""The values that travel: a Request, its Visit and its Call go down, a Reply or a Refusal comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from emulator.contract.operations import Operation
    from emulator.sending import Sending
    from emulator.world.accounts.api_clients import ApiClient
    from emulator.world.accounts.buyers import Buyer
    from emulator.world.accounts.sellers import Seller
    from emulator.world.core.world import World


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came over the wire, nothing decoded but its text.

    Shapes: ``path`` has no world prefix; ``headers`` has lower-case names; ``body`` is None when too large.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes | None
    client: str
    address: str


@dataclass(slots=True)
class Visit:
    """One request on its way through the gates: what they may look at, and what they learn.

    Shapes: ``segments`` are the raw path values; ``counters`` the world's request counts; ``headers`` go out
    with whatever the answer will be; ``read_from`` is the world a read sees in the place of the live one.
    Units: ``now_ms`` is the world's time, epoch milliseconds UTC.
    """

    request: Request
    operation: Operation
    world: World
    counters: dict[tuple[str, ...], list[int]]
    segments: Mapping[str, str]
    now_ms: int
    read_from: World | None = None
    limits: str = "on"
    strict: bool = False
    control_token: str | None = None
    seller: Seller | None = None
    buyer: Buyer | None = None
    client: ApiClient | None = None
    storefront: str = "TR"
    language: str = "en"
    headers: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Call:
    """One request that has passed the gates, decoded by the spec.

    Shapes: ``reads`` says that it changes nothing; ``path`` and ``query`` hold typed values under the spec's
    parameter names, defaults filled in; ``headers`` has lower-case names; ``body`` is the parsed JSON
    document or None; ``unusual`` names what the operation may do otherwise in this world.
    Units: ``now_ms`` is the world's time, epoch milliseconds UTC.
    """

    operation: str
    world: World
    now_ms: int
    reads: bool = True
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    seller: Seller | None = None
    buyer: Buyer | None = None
    client: ApiClient | None = None
    edition: str = "int"
    storefront: str = "TR"
    language: str = "en"
    decisions: Mapping[str, str] = field(default_factory=dict)
    unusual: tuple[str, ...] = ()

    def decide(self, decision: str) -> str:
        """Name the chosen option where the vendor's sources contradict each other (specs/decisions.yaml)."""
        return self.decisions[decision]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer on its way out: the body is ``parts`` joined once, by the one who writes it to the wire.

    Shapes: ``sending`` is there when trouble has hold of it.
    """

    parts: Sequence[bytes]
    status: int = 200
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    sending: Sending | None = None

    def sent_with(self, *headers: tuple[str, str]) -> Reply:
        """Give the same answer with more headers."""
        return Reply(self.parts, self.status, self.content_type, (*self.headers, *headers), self.sending)


class Refusal(Exception):
    """The only "no" of gates and handlers: an id of the error catalogue and the facts its message needs."""

    def __init__(self, error_id: str, **facts: Any) -> None:
        super().__init__(error_id)
        self.error_id = error_id
        self.facts = facts


def json_reply(value: Any, status: int = 200) -> Reply:
    """Answer with one JSON document."""
    return Reply((orjson.dumps(value),), status)


def page_reply(head: Mapping[str, Any], fragments: Sequence[bytes]) -> Reply:
    """Answer with a page: the members of ``head``, then ``content`` made of ready JSON fragments.

    Nothing is joined here: head, fragments, commas and tail are the parts, each by reference.
    """
    parts = [orjson.dumps(head)[:-1] + b',"content":[']
    for fragment in fragments:
        parts += (fragment, b",")
    if fragments:
        parts.pop()
    return Reply((*parts, b"]}"))
