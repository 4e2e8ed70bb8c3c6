"""Drives an integration that listens: POST {url}/sync, {url}/export/{kind} and {url}/reset."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from contract_tests.drivers.command import EXPORTED_BYTES, OUTPUT_BYTES
from contract_tests.records.run import CannotDrive, Driver, Run

JSON = {"Content-Type": "application/json", "Accept": "application/x-ndjson, application/json, text/plain"}
NOBODY_THERE = frozenset({404, 405, 501})
CHUNK = 65_536


class _TooLate(Exception):
    """The answer did not come in time."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves a redirect as the answer it is: followed, a POST becomes a GET."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""


def http_driver(url: str, timeout_s: float) -> Driver:
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
            status, text = _post(opener, urllib.request.Request(address, body, JSON), began + timeout_s)
        except _TooLate:
            return Run(None, time.monotonic() - began)
        except (http.client.HTTPException, ConnectionError) as error:
            return Run(1, time.monotonic() - began, f"POST {address} broke off: {error!r}")
        return Run(*_ending(verb, address, status, text, time.monotonic() - began))

    return drive


def _ending(verb: str, address: str, status: int, text: str, seconds: float) -> tuple[int, float, str]:
    if 200 <= status < 300:
        return 0, seconds, text
    if verb.startswith("export") and status == 404:
        return 0, seconds, ""
    if verb == "sync" and status in NOBODY_THERE:
        raise CannotDrive(
            f"POST {address} answers {status}: the address of the integration ends before /sync"
        )
    return 1, seconds, f"POST {address} answered {status}: {text}"


def _post(
    opener: urllib.request.OpenerDirector, request: urllib.request.Request, until: float
) -> tuple[int, str]:
    most = EXPORTED_BYTES if "/export/" in request.full_url else OUTPUT_BYTES
    try:
        with opener.open(request, timeout=max(until - time.monotonic(), 0.001)) as answer:
            return answer.status, _body(answer, until, most)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _body(error, until, OUTPUT_BYTES)
    except TimeoutError as timeout:
        raise _TooLate from timeout
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise _TooLate from error
        raise CannotDrive(f"{request.full_url} cannot be reached: {error.reason}") from error


def _body(answer: Any, until: float, most: int) -> str:
    """Read a body to its end, its first ``most`` bytes are kept; a trickle does not outlive the deadline.

    Errors: IncompleteRead, which ``read1`` does not raise by itself.
    """
    content = bytearray()
    while chunk := answer.read1(CHUNK):
        content += chunk[: most - len(content)]
        if time.monotonic() > until:
            raise _TooLate
    if getattr(answer, "length", 0):
        raise http.client.IncompleteRead(bytes(content), answer.length)
    return content.decode(errors="replace")
