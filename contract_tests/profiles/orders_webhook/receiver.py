"""The receiver of a client: a server that takes calls, each checked, read and kept before it is answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from hmac import compare_digest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.packages import KEY
from contract_tests.clients.protocol import Row

PORT_VARIABLE, URL_VARIABLE, KEY_VARIABLE = (
    "CLIENT_WEBHOOK_PORT", "CLIENT_WEBHOOK_URL", "CLIENT_WEBHOOK_KEY",
)  # fmt: skip
OK, BAD_REQUEST, UNAUTHORIZED = 200, 400, 401
LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it came, its headers in small letters, and what the client works with."""

    headers: Mapping[str, str]
    body: bytes
    environment: Mapping[str, str]
    copy: LocalCopy


def has_key(call: Call) -> bool:
    """Whether a call carries the key that was subscribed with.

    Source: docs/webhook-yaratma, D: the key comes in the header x-api-key; there is no signature.
    """
    sent_key = call.headers.get("x-api-key", "")
    return compare_digest(sent_key.encode(), call.environment[KEY_VARIABLE].encode())


def packages_of(body: bytes) -> list[Row]:
    """The packages of a call, money exact; they come in the envelope of a page, in earlier days alone.

    Source: docs/webhook-model, D.
    Errors: ValueError, LookupError, TypeError when there are none.
    """
    document = json.loads(body, parse_float=Decimal)
    packages = document.get("content", [document])
    return [{**package, KEY: package[KEY]} for package in packages]


def keep_packages(copy: LocalCopy, packages: Iterable[Row]) -> None:
    """Hold packages unless newer ones are there, and act once on each status that a package comes to.

    Source: docs/webhook-model, D: a call that failed is made again, so one may come twice, or late.
    """
    rows = list(packages)
    changes = ({KEY: row[KEY], "status": row["status"], "id": f"{row[KEY]} {row['status']}"} for row in rows)
    copy.add_once("changes", "id", changes)
    copy.merge_newer("packages", KEY, "lastModifiedDate", rows)


@dataclass(frozen=True, slots=True)
class Receiver:
    """What a receiver may do its own way."""

    knows_caller: Callable[[Call], bool] = has_key
    """Whether a call is the vendor's."""

    keep: Callable[[LocalCopy, list[Row]], None] = keep_packages
    """Takes what a call says."""

    before_answer: Callable[[Call, list[Row]], None] = lambda call, packages: None
    """What it does before it answers."""

    status_of: Callable[[list[Row]], int] = lambda packages: OK
    """What it answers to packages that it has kept."""

    def take(self, call: Call) -> int:
        """Take a call, and give the status of the answer."""
        if not self.knows_caller(call):
            return UNAUTHORIZED
        try:
            packages = packages_of(call.body)
        except (ValueError, LookupError, TypeError):
            return BAD_REQUEST
        self.before_answer(call, packages)
        self.keep(call.copy, packages)
        return self.status_of(packages)

    def listen(self, environment: Mapping[str, str], copy: LocalCopy, stopping: Event) -> None:
        """Take calls until it has to stop."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            """Answers a call by its status alone."""

            def do_POST(self) -> None:
                """Take a call."""
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.send_response(receiver.take(Call(headers, body, environment, copy)))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", int(environment[PORT_VARIABLE])), Handler) as server:
            server.daemon_threads = True
            thread = Thread(target=server.serve_forever, args=(LOOK_S,), daemon=True)
            thread.start()
            stopping.wait()
            server.shutdown()
            thread.join()


RECEIVER = Receiver()
