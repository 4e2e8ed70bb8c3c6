"""How a client writes its requests, and what it makes of an answer: a document, a page, or a problem."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from contract_tests.clients.patience import Clock
from contract_tests.clients.problems import Refused, TooManyRequests, Unreachable

if TYPE_CHECKING:
    import requests

Row = dict[str, Any]

TOO_MANY = 429
MESSAGE_CHARS = 300


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: how many rows match in all, the rows that came, the token of the page after."""

    total: int
    rows: list[Row]
    token: str | None = None


def same_request(request: requests.Request) -> requests.Request:
    """Send a request as it was put together."""
    return request


def read_document(answer: requests.Response, clock: Clock) -> Any:
    """The JSON of an answer, money exact; an error is never data.

    Errors: TooManyRequests, Unreachable, or Refused when asking again is of no use.
    """
    status = answer.status_code
    if answer.ok:
        try:
            return json.loads(answer.content, parse_float=Decimal)
        except ValueError as error:
            raise Unreachable(f"{answer.url}: {status} without JSON in it", status=status) from error
    message = f"{answer.url}: {status} {answer.text[:MESSAGE_CHARS]}"
    pause_s = retry_after_s(answer.headers.get("Retry-After", "").strip(), clock)
    if status == TOO_MANY:
        raise TooManyRequests(message, pause_s)
    if status >= 500:
        raise Unreachable(message, pause_s, status)
    raise Refused(message, status)


def retry_after_s(retry_after: str, clock: Clock) -> float | None:
    """How many seconds a Retry-After asks for, be it seconds or a date; None when it says nothing.

    Source: RFC 9110, 10.2.3.
    """
    if retry_after.isdecimal():
        return float(retry_after)
    from email.utils import parsedate_to_datetime

    try:
        due = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, due.replace(tzinfo=due.tzinfo or UTC).timestamp() - clock.now())


def marketplace_page(body: Any) -> Page:
    """A page of the marketplace.

    Errors: LookupError, TypeError, AttributeError when it is none.
    """
    return Page(int(body["totalElements"]), list(body["content"]), body.get("nextPageToken"))


@dataclass(frozen=True, slots=True)
class Codec:
    """How a request is written, how an answer is read, and what is taken for a page of the marketplace."""

    encode: Callable[[requests.Request], requests.Request] = same_request
    decode: Callable[[requests.Response, Clock], Any] = read_document
    read_page: Callable[[Any], Page] = marketplace_page


CODEC = Codec()
