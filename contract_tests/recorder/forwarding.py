"""Sends a request on as it came, and gives the answer piece by piece as it comes."""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import SKIP_HEADER, Timeout

from contract_tests.recorder.faults import NoUpstream

Pairs = Sequence[tuple[str, str]]

CHUNK_BYTES = 65_536
CONNECT_S, READ_S = 10.0, 300.0
# What holds for one connection alone, and what the library writes itself.
HOP_BY_HOP = frozenset(
    [
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "host",
        "content-length",
    ]
)
# The library would add these where the client sends none.
NEVER_ADDED = ("User-Agent", "Accept-Encoding")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose body is still coming."""

    status: int
    headers: Pairs
    chunks: Iterator[bytes]


class Upstream:
    """The server that calls go to; its address may end with a path, which goes before each.

    Errors: NoUpstream for an address that is none.
    """

    def __init__(self, address: str, ca_file: str | None = None) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise NoUpstream(f"{address} is no address: write https://HOST or http://HOST:PORT")
        self.origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self._prefix = parts.path.rstrip("/")
        # No proxy, no retry, no redirect: what a client is answered is what the server said.
        self._pool = urllib3.connection_from_url(
            self.origin,
            maxsize=16,
            timeout=Timeout(connect=CONNECT_S, read=READ_S),
            **({"ssl_context": trust_in(ca_file)} if parts.scheme == "https" else {}),
        )

    def target_of(self, target: str) -> str:
        """Give the target of a request at the upstream."""
        return self._prefix + (target if target.startswith("/") else "/" + target)

    def ask(self, method: str, target: str, headers: Pairs, body: bytes | None) -> Answer:
        """Send a request.

        Errors: NoUpstream when it cannot be reached or does not answer.
        """
        names = {name.lower() for name, _ in headers}
        values = urllib3.HTTPHeaderDict()
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP:
                values.add(name, value)
        for name in NEVER_ADDED:
            if name.lower() not in names:
                values[name] = SKIP_HEADER
        try:
            response = self._pool.urlopen(
                method,
                self.target_of(target),
                body=body,
                headers=values,
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=False,
            )
        except (HTTPError, OSError, ValueError) as fault:
            raise NoUpstream(f"{self.origin} does not answer: {_reason(fault)}") from fault
        return Answer(response.status, list(response.headers.items()), self._chunks(response))

    def _chunks(self, response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
        try:
            yield from response.stream(CHUNK_BYTES, decode_content=False)
        except (HTTPError, OSError) as fault:
            raise NoUpstream(f"{self.origin} broke off its answer: {_reason(fault)}") from fault
        finally:
            response.release_conn()

    def close(self) -> None:
        """Close its connections."""
        self._pool.close()


def trust_in(ca_file: str | None) -> ssl.SSLContext:
    """Trust the system's certificates, and those of a file.

    Errors: NoUpstream when the file holds none.
    """
    context = ssl.create_default_context()
    try:
        if ca_file:
            context.load_verify_locations(ca_file)
    except OSError as fault:
        raise NoUpstream(f"{ca_file} holds no certificates") from fault
    return context


def _reason(fault: BaseException) -> str:
    if isinstance(fault, LocationParseError):
        return "the path cannot be sent"
    cause = fault.__cause__ or fault
    text = getattr(cause, "strerror", None) or str(cause)
    return " ".join(text.split(": ", 1)[-1].split())


def decode_body(body: bytes, encoding: str) -> bytes | None:
    """Give a body without its content encoding; None for one that is unknown, or broken."""
    match encoding.strip().lower():
        case "" | "identity":
            return body
        case "gzip" | "x-gzip" | "deflate":
            try:
                return zlib.decompress(body, zlib.MAX_WBITS | 32)
            except zlib.error:
                return None
    return None
