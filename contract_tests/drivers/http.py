"""Drives an integration that is a server: POST {url}/sync, {url}/export/{kind}, {url}/reset, {url}/listen."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from contract_tests.drivers.command import OUTPUT_BYTES
from contract_tests.drivers.export import EXPORTED_BYTES
from contract_tests.records.run import CannotDrive, Driver, EndOfListening, Listen, ListeningDriver, Run
from contract_tests.virtual_time.ports import wait_for_port

JSON = {"Content-Type": "application/json", "Accept": "application/x-ndjson, application/json, text/plain"}
NOBODY_THERE = frozenset({404, 405, 501})
CHUNK = 65_536


class _TooLate(Exception):
    """The answer did not come in time."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer with as much of its body as is read."""

    status: int
    body: bytearray
    omitted_bytes: int


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves a redirect as the answer it is: followed, a POST becomes a GET."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""


def http_driver(url: str, timeout_s: float) -> ListeningDriver:
    """Make the driver of an integration that answers at ``url``.

    Shapes: every verb is a POST with the JSON ``{"environment": {...}}``. A 2xx is exit 0, any other answer
    exit 1 with its status and body as output. An export's body is NDJSON or one JSON array; 404 there says
    that the kind is not known.
    Units: ``timeout_s`` real seconds until the whole answer is there.
    Errors: CannotDrive when it is driven and cannot be reached, or has no ``/sync`` there.
    """
    root = url.rstrip("/")
    # A proxy of the environment is meant for the vendor's hosts, never for the integration.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)

    def drive(verb: str, environment: Mapping[str, str]) -> Run:
        began = time.monotonic()
        address = f"{root}/{verb.replace(' ', '/')}"
        body = json.dumps({"environment": dict(environment)}).encode()
        try:
            answer = _post(opener, urllib.request.Request(address, body, JSON), began + timeout_s)
        except _TooLate:
            return Run(None, time.monotonic() - began)
        except (http.client.HTTPException, ConnectionError) as error:
            return Run(1, time.monotonic() - began, f"POST {address} broke off: {error!r}")
        return _ending(verb, address, answer, time.monotonic() - began)

    return ListeningDriver(drive, http_listener(drive, timeout_s))


def http_listener(drive: Driver, timeout_s: float) -> Listen:
    """Make what has an integration listen that is driven over HTTP: POST ``/listen``, at the end ``/stop``.

    Units: ``timeout_s`` real seconds until its port must answer.
    Errors: CannotDrive when it does not take ``/listen``, or its port does not answer.
    """

    @contextmanager
    def listen(environment: Mapping[str, str]) -> Iterator[EndOfListening]:
        run = drive("listen", environment)
        if run.exit != 0:
            raise CannotDrive(f"the integration does not listen: {run.output or 'no answer in time'}")
        try:
            wait_for_port(environment, timeout_s, lambda: "")
            yield lambda: ""
        finally:
            drive("stop", environment)

    return listen


def _ending(verb: str, address: str, answer: _Answer, seconds: float) -> Run:
    status, is_export = answer.status, verb.startswith("export")
    if 200 <= status < 300:
        if is_export and answer.omitted_bytes:
            return Run(0, seconds, omitted_bytes=answer.omitted_bytes)
        return Run(0, seconds, answer.body.decode(errors="surrogateescape" if is_export else "replace"))
    if is_export and status == 404:
        return Run(0, seconds)
    if verb == "sync" and status in NOBODY_THERE:
        raise CannotDrive(
            f"POST {address} answers {status}: the address of the integration ends before /sync"
        )
    return Run(1, seconds, f"POST {address} answered {status}: {answer.body.decode(errors='replace')}")


def _post(opener: urllib.request.OpenerDirector, request: urllib.request.Request, until: float) -> _Answer:
    is_export = "/export/" in request.full_url
    most = EXPORTED_BYTES if is_export else OUTPUT_BYTES
    try:
        with opener.open(request, timeout=max(until - time.monotonic(), 0.001)) as answer:
            return _read(answer, answer.status, until, most)
    except urllib.error.HTTPError as error:
        with error:
            return _read(error, error.code, until, OUTPUT_BYTES)
    except TimeoutError as timeout:
        raise _TooLate from timeout
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise _TooLate from error
        raise CannotDrive(f"{request.full_url} cannot be reached: {error.reason}") from error


def _read(answer: Any, status: int, until: float, most: int) -> _Answer:
    """Read a body to its end, its first ``most`` bytes are kept; a trickle does not outlive the deadline.

    Errors: IncompleteRead, which ``read1`` does not raise by itself.
    """
    content, omitted_bytes = bytearray(), 0
    while chunk := answer.read1(CHUNK):
        room = most - len(content)
        content += chunk[:room]
        omitted_bytes += max(len(chunk) - room, 0)
        if time.monotonic() > until:
            raise _TooLate
    if getattr(answer, "length", 0):
        raise http.client.IncompleteRead(bytes(content), answer.length)
    return _Answer(status, content, omitted_bytes)
