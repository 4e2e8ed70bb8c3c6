"""The way into an emulator's own API: one function that asks and gives JSON back, over HTTP or in process."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import orjson

from contract_tests.inprocess.wire import Site, WireRequest, call_application

ControlClient = Callable[..., Any]

JSON = {"Content-Type": "application/json"}
TIMEOUT_S, LONG_WORK_S = 60.0, 300.0
"""For an answer, and for one to a request that may do much: a world that is opened is made first."""
REFUSAL_BYTES = 65_536
STATUS_UNAUTHORIZED = 401


class NoAnswer(Exception):
    """The emulator did not answer (``status`` 0), or said no; the text is one sentence for people."""

    def __init__(self, sentence: str, status: int = 0) -> None:
        super().__init__(sentence)
        self.status = status


class NoSuchWorld(NoAnswer):
    """The emulator knows no world of that name."""


def http_client(base_url: str, control_token: str | None = None) -> ControlClient:
    """Make the function that asks a running emulator.

    Shapes: ``ask(method, path, body=None)``; ``path`` begins with a slash, ``body`` is any JSON value.
    Errors: NoAnswer when nobody listens, or the answer is not a 2xx with JSON in it.
    """
    root = base_url.rstrip("/")
    headers = JSON | ({"Authorization": f"Bearer {control_token}"} if control_token else {})
    # A proxy of the environment is meant for the vendor's hosts, never for a stage on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask(method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(root + path, data, headers, method=method)
        try:
            with opener.open(request, timeout=LONG_WORK_S if method == "POST" else TIMEOUT_S) as answer:
                return orjson.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                text = error.read(REFUSAL_BYTES)
            raise NoAnswer(
                describe_refusal(root, f"{method} {path}", error.code, text), error.code
            ) from error
        except OSError as error:
            raise NoAnswer(describe_silence(root, error)) from error
        except ValueError as error:
            raise NoAnswer(f"what answers at {root} is no emulator: {method} {path} gave no JSON") from error

    return ask


def describe_refusal(root: str, asked_for: str, status: int, body: bytes) -> str:
    """Say in one sentence why an emulator refused a request, or that there is none.

    Shapes: ``asked_for`` is method and path.
    """
    try:
        message = str(json.loads(body)["message"])
    except (ValueError, TypeError, KeyError):
        return f"what answers at {root} is no emulator: {asked_for} gave {status}"
    if status == STATUS_UNAUTHORIZED:
        message = f"{message.removesuffix('.')}; name it with --control-token"
    return f"the emulator at {root} refuses {asked_for} with {status}: {message}"


def describe_silence(root: str, fault: OSError) -> str:
    """Say in one sentence that nobody answers, why, and what to do."""
    cause = getattr(fault, "reason", fault)
    reason = getattr(cause, "strerror", None) or str(cause)
    return (
        f"no emulator answers at {root} ({reason}): start one with `trendyol-emulator serve`, "
        "or name the address of another"
    )


def in_process_client(app: Any, prefix: str = "") -> ControlClient:
    """Make the function that asks an application of ``create_app`` without a socket.

    Shapes: ``prefix`` is the path of a world, such as ``/w/test-3``.
    Errors: NoAnswer when the answer is not a 2xx.
    """
    site = Site(app, prefix)

    def ask(method: str, path: str, body: Any = None) -> Any:
        content = b"" if body is None else orjson.dumps(body)
        headers = (("Host", "localhost"), *JSON.items(), ("Content-Length", str(len(content))))
        answer = b"".join(call_application(WireRequest(method, path, headers, content), site))
        head, _, text = answer.partition(b"\r\n\r\n")
        status = int(head[9:12])
        if status // 100 != 2:
            raise NoAnswer(f"{method} {path}: {status} {text.decode()[:300]}", status)
        return orjson.loads(text)

    return ask


def query(**values: Any) -> str:
    """Write a query string, leaving out what is None."""
    pairs = [f"{name}={quote(str(value), safe='')}" for name, value in values.items() if value is not None]
    return "?" + "&".join(pairs) if pairs else ""
