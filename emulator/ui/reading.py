"""Asks the control API from within, as the visitor of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from emulator.exchange import Reply, Request

CONTROL = "/_emulator"
Answer = Callable[[str, Request], Reply]
_OWN_HEADERS = frozenset({"content-type", "content-length", "accept", "transfer-encoding"})
"""What a page's request says of its own body, which is not the body of what it asks."""


class ControlRefusal(Exception):
    """The control API said no. Shapes: ``sentence`` is its own."""

    def __init__(self, status: int, error: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.error, self.sentence = status, error, sentence


@dataclass(frozen=True, slots=True)
class Reader:
    """The control API of one world, with the credentials of one visitor."""

    answer: Answer
    """Answers a request to the world of a name."""
    world: str
    """The name of the world."""
    headers: Mapping[str, str]
    """What the visitor's browser sent."""
    client: str
    """The visitor's address."""
    is_encrypted: bool = False
    """Whether the visitor came by TLS to this very port."""

    def get(self, path: str, **query: Any) -> Any:
        """Read something; values of the query that are empty or None are left out.

        Errors: ControlRefusal.
        """
        return orjson.loads(b"".join(self.fetch(path, **query).parts))

    def fetch(self, path: str, **query: Any) -> Reply:
        """Read something that may be no JSON.

        Errors: ControlRefusal.
        """
        values = {name: value for name, value in query.items() if value not in (None, "")}
        return self._ask("GET", path, urlencode(values))

    def post(self, path: str, members: Mapping[str, Any]) -> Reply:
        """Have something done.

        Errors: ControlRefusal.
        """
        return self._ask("POST", path, "", orjson.dumps(members))

    def _ask(self, method: str, path: str, query: str, body: bytes = b"") -> Reply:
        headers = {name: value for name, value in self.headers.items() if name not in _OWN_HEADERS}
        if body:
            headers["content-type"] = "application/json"
        whole_path = CONTROL + path
        address = quote(whole_path) + (f"?{query}" if query else "")
        request = Request(
            method, whole_path, query, headers, body, self.client, address, is_encrypted=self.is_encrypted
        )
        reply = self.answer(self.world, request)
        if reply.status >= 400:
            refusal = orjson.loads(b"".join(reply.parts))
            raise ControlRefusal(reply.status, refusal.get("error", ""), refusal.get("message", ""))
        return reply
