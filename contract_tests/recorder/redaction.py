"""Makes the HAR entry of an exchange: a token for what is personal, and for what no document describes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

import orjson
from harfile import Content, Record, Request, Response, Timings

from contract_tests.recorder.credentials import account_of, credentials_of, masked_credentials
from contract_tests.recorder.operations import Target, Targets
from contract_tests.recorder.personal_places import PUBLIC, Place
from contract_tests.recorder.scrubbing import Memory
from contract_tests.recorder.tokens import UNKNOWN, Tokens
from contract_tests.records.masking import MASK

Pairs = Sequence[tuple[str, str]]

PROTOCOL = "HTTP/1.1"
PHRASES = {status.value: status.phrase for status in HTTPStatus}
# Headers that say something of HTTP or of the platform, and nothing of a person.
PLAIN_HEADERS = frozenset(
    [
        "accept",
        "accept-charset",
        "accept-encoding",
        "accept-language",
        "accept-ranges",
        "age",
        "allow",
        "cache-control",
        "connection",
        "content-encoding",
        "content-language",
        "content-length",
        "content-type",
        "date",
        "expect",
        "expires",
        "host",
        "keep-alive",
        "last-modified",
        "pragma",
        "retry-after",
        "sellerid",
        "server",
        "storefrontcode",
        "te",
        "trailer",
        "transfer-encoding",
        "user-agent",
        "vary",
        "www-authenticate",
    ]
)
PLAIN_HEADER = re.compile(r"x-(emulator|rate-?limit)[a-z-]*|ratelimit[a-z-]*")
CREDENTIAL_HEADERS = frozenset({"authorization", "proxy-authorization"})
# A name of a member: what has many digits is none.
NAME = re.compile(r"(?!(?:.*\d){4})(?=.*[A-Za-z])[A-Za-z0-9_$.\[\]-]{1,40}")
ENUM_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,40}")
WORDS = re.compile(r"[A-Za-z]+|v\d+(?:_\d+)?")


@dataclass(frozen=True, slots=True)
class RawMessage:
    """A request or an answer as it went over the wire; ``body`` is None where it was not kept."""

    headers: Pairs
    body: bytes | None = b""

    def header(self, name: str) -> str:
        """Give the value of a header, empty without one."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def media_type(self) -> str:
        """Give its media type, without parameters."""
        return self.header("content-type").partition(";")[0].strip()


@dataclass(frozen=True, slots=True)
class RawExchange:
    """A request and its answer as they went over the wire."""

    method: str
    """In capital letters."""
    origin: str
    """Scheme and host that were asked."""
    target: str
    """The path and the query as they were sent."""
    request: RawMessage
    """The request's headers and body."""
    status: int
    """The status of the answer, 0 where none came."""
    answer: RawMessage
    """The answer's headers and body."""
    started_at: str
    """When the request came, ISO 8601."""
    took_ms: float
    """Until the answer was whole, milliseconds."""


@dataclass(slots=True)
class Redactor:
    """Redacts the exchanges of one recording; what one of them shows to be personal is so in the others."""

    targets: Targets
    tokens: Tokens
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.memory = Memory(self.tokens)

    def entry_of(self, raw: RawExchange) -> dict[str, Any]:
        """Make the HAR entry of an exchange."""
        target = self.targets.find(raw.method, raw.target, raw.origin, raw.request.header("storefrontcode"))
        authorization = raw.request.header("authorization")
        self.memory.keep_out(credentials_of(raw.request.headers))
        bodies = (_json_of(raw.request), target.request), (_json_of(raw.answer), target.answer(raw.status))
        for value, place in bodies:
            self._learn(value, place)
        self._learn_target(target)
        request_body, answer_body = (self._rewrite(value, place) for value, place in bodies)
        entry = _entry(raw, self._url(raw, target), self._query(target))
        entry["request"]["headers"] = self._headers(raw.request)
        entry["response"]["headers"] = self._headers(raw.answer)
        if raw.request.body:
            entry["request"]["postData"] = _post_data(raw.request, request_body)
        entry["response"]["content"]["text"] = _text(raw.answer, answer_body)
        entry["_recorder"] = {
            "account": account_of(authorization, self.tokens),
            # Who names no storefront may mean either edition: a reader tells by the seller's other requests.
            "edition": target.edition if raw.request.header("storefrontcode") else None,
            "body_dropped": bool(raw.answer.body != b"" and answer_body is None),
        }
        return entry

    def _url(self, raw: RawExchange, target: Target) -> str:
        segments = (self._segment(segment, target, at) for at, segment in enumerate(target.segments))
        query = "&".join(f"{name}={quote(value, safe=',:*')}" for name, value in self._query(target))
        path = target.prefix + "/".join(segments)
        return f"{raw.origin}{path}{'?' + query if query else ''}"

    def _segment(self, segment: str, target: Target, at: int) -> str:
        text = unquote(segment)
        parameter = target.path_parameter(at)
        if parameter is not None:
            return quote(str(self._rewrite(text, parameter)), safe="")
        if (
            not text
            or text in target.literals
            or (not target.is_known and WORDS.fullmatch(text) and text in self.targets.words)
        ):
            return segment
        if at and target.segments[at - 1] in ("sellers", "suppliers") and text.isdigit():
            return segment
        return quote(self._token_of_unknown(text), safe="*")

    def _query(self, target: Target) -> list[tuple[str, str]]:
        return [
            (self._name(name), str(self._rewrite(value, target.parameter(name))))
            for name, value in target.query
        ]

    def _headers(self, message: RawMessage) -> list[dict[str, str]]:
        return [
            {"name": self._name(name), "value": self._header(name, value)} for name, value in message.headers
        ]

    def _header(self, name: str, value: str) -> str:
        lower_name = name.lower()
        if lower_name in CREDENTIAL_HEADERS:
            return masked_credentials(value)
        if lower_name in PLAIN_HEADERS or PLAIN_HEADER.fullmatch(lower_name):
            return self.memory.scrub(value)
        return MASK

    def _learn_target(self, target: Target) -> None:
        for name, value in target.query:
            self._learn(value, target.parameter(name))
        for at, segment in enumerate(target.segments):
            self._learn(unquote(segment), target.path_parameter(at))

    def _learn(self, value: Any, place: Place | None) -> None:
        """Take note of every personal value of a body."""
        if place is None or value is None or isinstance(value, bool):
            return
        if isinstance(value, dict):
            for name, one in value.items():
                self._learn(one, place.members.get(name) or place.any_member)
        elif isinstance(value, list):
            for one in value:
                self._learn(one, place.items or place)
        elif place.kind == "secret":
            self.memory.keep_out([str(value)])
        elif place.kind not in ("", PUBLIC, "text", "link"):
            self.memory.remember(place.kind, str(value))

    def _rewrite(self, value: Any, place: Place | None) -> Any:
        """Give a body as a recording keeps it."""
        match value:
            case None | bool():
                return value
            case dict():
                return dict(self._member(name, one, place) for name, one in value.items())
            case list():
                item = place and (place.items or _scalar(place))
                return [self._rewrite(one, item) for one in value]
            case str():
                return self._text(value, place)
        return self._number(value, place)

    def _member(self, name: str, value: Any, place: Place | None) -> tuple[str, Any]:
        if place is not None and name in place.members:
            return name, self._rewrite(value, place.members[name])
        return self._name(name), self._rewrite(value, place and place.any_member)

    def _text(self, value: str, place: Place | None) -> str:
        if place is None:
            return self._token_of_unknown(value)
        if place.kind not in ("", PUBLIC):
            return self.tokens.token(place.kind, value)
        if place.is_word:
            is_word = ENUM_WORD.fullmatch(value) or not value
            return self.memory.without_secrets(value) if is_word else self._token_of_unknown(value)
        return self.memory.scrub(value)

    def _number(self, value: float, place: Place | None) -> Any:
        kind = self.memory.kind_of(str(value)) if place is not None and not place.kind else ""
        is_public = place is not None and place.kind in ("", PUBLIC) and not kind
        if is_public or not value:
            return value
        if place is not None and place.kind == "secret":
            return 0
        return self.tokens.number(value)

    def _token_of_unknown(self, value: str) -> str:
        kind = self.memory.kind_of(value)
        if not kind and value.isdigit():
            kind = "number"
        return self.tokens.token(kind or UNKNOWN, value)

    def _name(self, name: str) -> str:
        clean_name = self.memory.scrub(name)
        return clean_name if NAME.fullmatch(clean_name) else self.tokens.token(UNKNOWN, name)


def _scalar(place: Place) -> Place | None:
    """Give the place of an item of a list that no document describes as a list, such as one with commas."""
    return place if place.kind else None


def _json_of(message: RawMessage) -> Any:
    if not message.body:
        return None
    try:
        return orjson.loads(message.body)
    except orjson.JSONDecodeError:
        return None


def _text(message: RawMessage, value: Any) -> str:
    """Write a body; what is no JSON is not kept, for nobody can say what is personal in it."""
    is_null = value is None and (message.body or b"").strip() == b"null"
    return orjson.dumps(value).decode() if value is not None or is_null else ""


def _post_data(message: RawMessage, value: Any) -> dict[str, str]:
    return {"mimeType": message.media_type, "text": _text(message, value)}


def _entry(raw: RawExchange, url: str, query: Pairs) -> dict[str, Any]:
    """Make the entry of an exchange without its headers and bodies, which are filled in."""
    request = Request(
        method=raw.method,
        url=url,
        httpVersion=PROTOCOL,
        queryString=[Record(name, value) for name, value in query],
        bodySize=len(raw.request.body or b""),
    )
    size = len(raw.answer.body or b"")
    response = Response(
        status=raw.status,
        statusText=PHRASES.get(raw.status, ""),
        httpVersion=PROTOCOL,
        content=Content(size=size, mimeType=raw.answer.media_type, text=""),
        bodySize=size,
    )
    took_ms = round(raw.took_ms, 3)
    return {
        "startedDateTime": raw.started_at,
        "time": took_ms,
        "request": request.asdict(),
        "response": response.asdict(),
        "cache": {},
        "timings": Timings(send=0, wait=took_ms, receive=0).asdict(),
    }
