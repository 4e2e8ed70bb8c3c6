"""A stage on a port of this process, and a recorder before it."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from contract_tests.recorder.archive_file import ArchiveFile
from contract_tests.recorder.forwarding import Upstream
from contract_tests.recorder.operations import Targets
from contract_tests.recorder.proxy import Recorder, RecordingServer
from contract_tests.recorder.redaction import RawExchange, RawMessage, Redactor
from contract_tests.recorder.tokens import Tokens
from contract_tests.stages.law import installed_law
from contract_tests.stages.rulebook import installed_rulebook

KEY = bytes(32)
Wsgi = Callable[..., Any]
ORDERS = "/integration/order/sellers/2738/v2/orders"
CREDENTIALS = base64.b64encode(b"the-api-key:the-api-secret").decode()
STARTED_AT = "2026-11-22T00:00:00+00:00"


class Silent(WSGIRequestHandler):
    def log(self, *_: Any, **__: Any) -> None: ...


@contextmanager
def wsgi_server(app: Wsgi, **options: Any) -> Iterator[str]:
    """Serve a WSGI application on a free port."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent, **options)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)
    server.server_close()


def redactor(key: bytes = KEY) -> Redactor:
    return Redactor(Targets(installed_rulebook(), installed_law().documents), Tokens(key))


@contextmanager
def recording(
    upstream: str, out: Path, *, allow_writes: bool = False, key: bytes = KEY, ca_file: str | None = None
) -> Iterator[str]:
    """Record what is asked at the address that this gives."""
    with ArchiveFile(out) as archive:
        server_of_calls = Upstream(upstream, ca_file)
        recorder = Recorder(server_of_calls, redactor(key), archive, lambda _: None, allow_writes)
        with RecordingServer("127.0.0.1", 0) as server:
            server.recorder = recorder
            thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
            thread.start()
            yield f"http://127.0.0.1:{server.server_port}"
            server.shutdown()
            thread.join(5)
        recorder.upstream.close()


def entries_in(out: Path) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(out.read_bytes())["log"]["entries"]
    return entries


def answer_in(entry: dict[str, Any]) -> Any:
    return json.loads(entry["response"]["content"]["text"])


def raw(
    body: Any = None,
    *,
    target: str = f"{ORDERS}?size=2",
    request_body: bytes = b"",
    headers: tuple[tuple[str, str], ...] = (),
    status: int = 200,
    method: str = "GET",
    kind: str = "application/json",
) -> RawExchange:
    text = body if kind == "text/html" else json.dumps(body)
    answer = RawMessage([("Content-Type", kind)], text.encode())
    request = RawMessage([("Authorization", f"Basic {CREDENTIALS}"), *headers], request_body)
    return RawExchange(
        method,
        "https://apigw.trendyol.com",
        target,
        request,
        status,
        answer,
        "2026-11-22T00:00:00+00:00",
        5.0,
    )


def text_of(*exchanges: RawExchange) -> str:
    writer = redactor()
    return json.dumps([writer.entry_of(one) for one in exchanges], ensure_ascii=False)
