"""The values that travel: a Request and its Call go down, a Reply or a Refusal comes back."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

import orjson

from emulator.contract.errors import Refusal as Refusal

if TYPE_CHECKING:
    from emulator.world.accounts.api_clients import ApiClient
    from emulator.world.accounts.buyers import Buyer
    from emulator.world.accounts.sellers import Seller
    from emulator.world.core.world import World


Cut = Literal["reset", "truncated"]
Scheme = Literal["http", "https"]
BodyError = Literal["body-too-large", "body-incomplete", "body-late"]
# No page gives a length; the gateways that stand in front of such services take less than this.
LONGEST_ADDRESS, LARGEST_HEAD = 32_768, 65_536
LONG_BODY = 4 * 2**20
_BEGINNING = 200
PIECES = 10
FOLLOW_S = 0.2
"""How often an answer without an end is asked for more."""


def scheme_of(forwarded: str, *, is_encrypted: bool) -> Scheme:
    """Say how a client reached this server; a proxy in between says so in X-Forwarded-Proto."""
    first = forwarded.partition(",")[0].strip().lower()
    is_https = first == "https" if first in ("http", "https") else is_encrypted
    return "https" if is_https else "http"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came over the wire, nothing decoded but its text."""

    method: str
    """The HTTP method."""
    path: str
    """The decoded path without the prefix of a world."""
    query: str
    """The raw query."""
    headers: Mapping[str, str]
    """The headers by their names in small letters."""
    body: bytes
    """The whole body; empty where it did not arrive."""
    client: str
    """The address of who asks."""
    address: str
    """The raw path and query, with the prefix of a world."""
    body_error: BodyError | None = None
    """The error that answers a body which was too large or never arrived whole; nothing is done then."""
    is_encrypted: bool = False
    """Whether it came by TLS to this very port."""

    @property
    def scheme(self) -> Scheme:
        """How the client reached this server."""
        return scheme_of(self.headers.get("x-forwarded-proto", ""), is_encrypted=self.is_encrypted)

    @property
    def head_error(self) -> str | None:
        """The error that answers an address or a head which is longer than anybody needs."""
        if len(self.address) > LONGEST_ADDRESS:
            return "address-too-long"
        return "head-too-large" if sum(map(len, self.headers.values())) > LARGEST_HEAD else None

    def origin(self) -> str:
        """Give where the world that was asked is reached: scheme, host and the prefix of the world."""
        whole_path = unquote(self.address.partition("?")[0])
        prefix = whole_path.removesuffix(self.path) if whole_path.endswith(self.path) else ""
        return f"{self.scheme}://{self.headers.get('host', 'localhost')}{prefix}"

    def beginning(self) -> Request:
        """Give the beginning of everything, for a journal that has to stay small."""
        return replace(
            self,
            path=self.path[:_BEGINNING],
            query=self.query[:_BEGINNING],
            headers={name[:_BEGINNING]: value[:_BEGINNING] for name, value in self.headers.items()},
            body=b"",
            address=self.address[:_BEGINNING],
        )


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: one of the first three where the operation has a gate for it."""

    seller: Seller | None = None
    buyer: Buyer | None = None
    client: ApiClient | None = None
    storefront: str = "TR"
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Call:
    """One request that has passed the gates, decoded by the spec.

    Units: ``now_ms`` is the world's time, epoch milliseconds UTC.
    """

    operation: str
    """The operation's id."""
    world: World
    """The world that is read or moved."""
    now_ms: int
    """The world's time when the request was opened."""
    path: Mapping[str, Any]
    """Typed values of the path under the spec's parameter names."""
    query: Mapping[str, Any]
    """Typed values of the query, defaults filled in."""
    body: Any
    """The parsed JSON document, or None."""
    caller: Caller
    """Who asks."""
    variations: tuple[str, ...] = ()
    """What the operation may do otherwise in this world."""
    find_origin: Callable[[], str] = lambda: ""
    """Gives where the world is reached."""

    @property
    def origin(self) -> str:
        """Where the world is reached, without a slash at the end."""
        return self.find_origin()

    @property
    def is_encrypted(self) -> bool:
        """Whether the client reached this server, or the proxy before it, by TLS."""
        return self.origin.startswith("https:")

    def decide(self, decision: str) -> str:
        """Name the chosen option where the vendor's sources contradict each other (specs/decisions.yaml)."""
        return self.world.decisions[decision]


@dataclass(frozen=True, slots=True)
class Delay:
    """Real time that passes before a request or its answer goes on.

    Shapes: ``released``, where there is one, ends it early once it is done; ``on_end`` is called at its end.
    Units: ``longest_s`` seconds.
    """

    longest_s: float
    release: Future[None] | None = None
    on_end: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Transmission:
    """What comes between a finished answer and its client.

    Shapes: ``cut`` ends the connection: ``reset`` before a byte of the answer, ``truncated`` half way
    through its body.
    Units: ``dribble_s`` seconds that the body takes.
    """

    delays: tuple[Delay, ...] = ()
    cut: Cut | None = None
    dribble_s: float = 0.0

    def sent_part(self, body: bytes) -> bytes:
        """Give what the client gets of a body."""
        if self.cut is None:
            return body
        return b"" if self.cut == "reset" else body[: len(body) // 2]

    def promised_length(self, body: bytes) -> int:
        """Give the length that the headers speak of; a cut answer always promises more than comes."""
        return len(body) if self.cut is None else max(len(body), 1)

    def pieces(self, body: bytes) -> list[bytes]:
        """Split what is sent into the pieces it goes out in, each after its share of ``dribble_s``."""
        part = self.sent_part(body)
        if not self.dribble_s or not part:
            return [part]
        size = -(-len(part) // PIECES)
        return [part[start : start + size] for start in range(0, len(part), size)]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer on its way out: the body is ``parts`` joined once, by the one who writes it to the wire.

    Shapes: ``transmission`` is there where a planned fault says how it goes out; ``follow``, where a body
    has no end yet, gives what has come since it was last called, and None once nothing more comes.
    """

    parts: Sequence[bytes]
    status: int = 200
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    transmission: Transmission | None = None
    follow: Callable[[], bytes | None] | None = None

    @property
    def size(self) -> int:
        """The length of the body in bytes."""
        return sum(map(len, self.parts))

    @property
    def is_long(self) -> bool:
        """Whether to go through it in one piece would keep all others waiting."""
        return self.size > LONG_BODY

    def with_headers(self, *headers: tuple[str, str]) -> Reply:
        """Give the same answer with more headers, made in a third of the time that ``replace`` takes."""
        wider = (*self.headers, *headers)
        return Reply(self.parts, self.status, self.content_type, wider, self.transmission, self.follow)


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


def api_key_of(header: str) -> str | None:
    """Give the API key an Authorization header names, without its secret."""
    pair = basic_credentials(header)
    return pair[0] if pair else None


@lru_cache(maxsize=1024)
def basic_credentials(header: str) -> tuple[str, str] | None:
    """Read key and secret from an Authorization header; None when it is not well-formed Basic."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        key, colon, secret = base64.b64decode(token.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return None
    return (key, secret) if colon else None
