"""Broken habits that a client of any profile can have: who it says it is, how it writes, reads and waits."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import requests

from contract_tests.clients.client import Client
from contract_tests.clients.patience import Clock, Patience
from contract_tests.clients.problems import Passing
from contract_tests.clients.protocol import Row, read_document

Encode = Callable[[requests.Request], requests.Request]
Decode = Callable[[requests.Response, Clock], Any]

NO_ROWS: Row = {"totalElements": 0, "content": []}
_CURRENT_PATH = re.compile(r"/integration/(?:\w+/)*?sellers/")
HASTY = Patience(refusals=40, failures=40, first_s=0.02, longest_s=0.02)


def with_encode(client: Client, encode: Encode) -> Client:
    """The client, except for how it writes a request."""
    return replace(client, protocol=replace(client.protocol, encode=encode))


def with_decode(client: Client, decode: Decode, patience: Patience | None = None) -> Client:
    """The client, except for what it makes of an answer, and how long it waits."""
    protocol = replace(client.protocol, decode=decode)
    return replace(client, protocol=protocol, patience=patience or client.patience)


def with_headers(request: requests.Request, **headers: str) -> requests.Request:
    """Write other headers; a name has underscores for dashes."""
    request.headers |= {name.replace("_", "-"): value for name, value in headers.items()}
    return request


def with_query(request: requests.Request, **query: object) -> requests.Request:
    """Write other parameters; None leaves one out."""
    params = {**request.params, **query}
    request.params = {name: value for name, value in params.items() if value is not None}
    return request


def with_url(request: requests.Request, old: str, new: str) -> requests.Request:
    """Write another address."""
    request.url = request.url.replace(old, new, 1)
    return request


def in_seconds(request: requests.Request) -> requests.Request:
    """Write both ends of a window in seconds."""
    if "startDate" not in request.params:
        return request
    dates = {name: int(request.params[name]) // 1000 for name in ("startDate", "endDate")}
    return with_query(request, **dates)


def reversed_dates(request: requests.Request) -> requests.Request:
    """Write the later end of a window first."""
    if "startDate" not in request.params:
        return request
    start, end = request.params["startDate"], request.params["endDate"]
    return with_query(request, startDate=end, endDate=start)


def by_the_old_path(request: requests.Request) -> requests.Request:
    """Ask the path of years ago, which closed in May 2025."""
    request.url = _CURRENT_PATH.sub("/sapigw/suppliers/", request.url, count=1)
    return request


def password(request: requests.Request) -> str:
    """The secret a request is authorised with."""
    return str(request.auth[1])


def empty_user_agent(request: requests.Request) -> requests.Request:
    """Send an empty User-Agent."""
    return with_headers(request, User_Agent="")


def library_user_agent(request: requests.Request) -> requests.Request:
    """Send the User-Agent of the library."""
    return with_headers(request, User_Agent="python-requests/2.32.4")


def user_agent_without_seller(request: requests.Request) -> requests.Request:
    """Send the integrator's name without the seller id."""
    return with_headers(request, User_Agent="SelfIntegration")


def user_agent_of_another_seller(request: requests.Request) -> requests.Request:
    """Send the seller id of the shop that was set up first."""
    return with_headers(request, User_Agent="107385 - SelfIntegration")


def authorization_without_scheme(request: requests.Request) -> requests.Request:
    """Send key and secret in base64, and not that this is Basic."""
    request.headers["Authorization"] = b64encode(":".join(request.auth).encode()).decode()
    request.auth = None
    return request


def secret_in_the_url(request: requests.Request) -> requests.Request:
    """Send the secret as a parameter too."""
    return with_query(request, apiSecret=password(request))


def without_storefront(request: requests.Request) -> requests.Request:
    """Leave the storefront out."""
    request.headers.pop("storeFrontCode", None)
    return request


def without_language(request: requests.Request) -> requests.Request:
    """Leave the language out."""
    request.headers.pop("Accept-Language")
    return request


def query_as_one_document(request: requests.Request) -> requests.Request:
    """Send the query as one JSON document."""
    request.params = json.dumps(request.params)
    return request


def no_rows_when(client: Client, status: int) -> Client:
    """The client, except that an answer of this status has no rows for it."""
    return with_decode(
        client,
        lambda answer, clock: NO_ROWS if answer.status_code == status else read_document(answer, clock),
    )


def with_retry_after(
    client: Client, change: Callable[[float | None], float | None], patience: Patience = HASTY
) -> Client:
    """The client, except for how long it takes Retry-After to be; it hurries when it knows of none."""

    def decode(answer: requests.Response, clock: Clock) -> Any:
        try:
            return client.protocol.decode(answer, clock)
        except Passing as problem:
            problem.retry_after_s = change(problem.retry_after_s)
            raise

    return with_decode(client, decode, patience)


def twice_as_long(client: Client) -> Client:
    """The client, except that it waits twice as long as an answer asks for; nobody may blame it for that."""
    return with_retry_after(client, lambda seconds: 2 * (seconds or 1.0), client.patience)
