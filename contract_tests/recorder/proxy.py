"""The server that a recorded client calls: each call goes on, each answer is in the file first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
from typing import Any

import orjson

from contract_tests.recorder.archive_file import ArchiveFile
from contract_tests.recorder.faults import CannotListen, NoUpstream
from contract_tests.recorder.forwarding import HOP_BY_HOP, Answer, Upstream, decode_body
from contract_tests.recorder.redaction import RawExchange, RawMessage, Redactor

MOST_BODY_BYTES = 64 * 2**20
NO_BODY_STATUSES = frozenset({204, 304})
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
READ_ONLY = "This recording only reads: {} {} was not sent on; record --allow-writes sends writes."


@dataclass(slots=True)
class Recorder:
    """What a recording works with."""

    upstream: Upstream
    """Where calls go."""
    redactor: Redactor
    """What makes entries of them."""
    archive: ArchiveFile
    """Where these are kept."""
    note: Callable[[str], None]
    """Who is told of each call, in a line."""
    allow_writes: bool = False
    """Whether calls that write go on."""
    refusals: int = 0
    """How many did not."""
    fault: OSError | None = None
    """What the file could not take."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Who redacts; the memory of a recording is one."""

    def keep(self, raw: RawExchange) -> None:
        """Write an exchange into the file.

        Errors: OSError when it cannot be written.
        """
        with self.lock:
            entry = self.redactor.entry_of(raw)
            self.archive.add(entry)
        request = entry["request"]
        path = request["url"].removeprefix(raw.origin)
        self.note(f"{raw.method} {path} -> {raw.status or 'no answer'}, {raw.took_ms:.0f} ms")


class RecordingServer(ThreadingHTTPServer):
    """Listens for the client of a recording; its ``recorder`` is given before it serves.

    Errors: CannotListen.
    """

    daemon_threads = True
    block_on_close = False

    recorder: Recorder

    def __init__(self, host: str, port: int) -> None:
        try:
            super().__init__((host, port), Handler)
        except OSError as fault:
            reason = (fault.strerror or str(fault)).lower()
            raise CannotListen(
                f"{host} port {port} cannot be listened on: {reason}; choose another with --port"
            ) from fault

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up."""


class Handler(BaseHTTPRequestHandler):
    """Takes one call after another of one connection."""

    protocol_version = "HTTP/1.1"
    server: RecordingServer
    timeout = 300

    def handle_call(self) -> None:
        """Send a call on and its answer back, or refuse it."""
        recorder = self.server.recorder
        body = self._request_body()
        if body is None:
            self._refuse(411, "recording.length.required", "The length of the body cannot be read.")
            return
        method, target = self.command, self.path
        if not (
            recorder.allow_writes
            or recorder.redactor.targets.is_read(method, target, recorder.upstream.origin)
        ):
            recorder.refusals += 1
            path = target.partition("?")[0]
            recorder.note(
                f"{method} {recorder.redactor.memory.scrub(path)} was refused: this recording only reads"
            )
            self._refuse(403, "recording.read.only", READ_ONLY.format(method, path))
            return
        self._forward(method, target, body)

    def _forward(self, method: str, target: str, body: bytes) -> None:
        recorder = self.server.recorder
        started_at, start_s = datetime.now(UTC).isoformat(), time.monotonic()
        request = RawMessage([*self.headers.items()], body)

        def keep(status: int, answer: RawMessage) -> bool:
            """Keep the exchange; a file that cannot take it ends the recording."""
            took_ms = (time.monotonic() - start_s) * 1000
            whole_target = recorder.upstream.target_of(target)
            try:
                recorder.keep(
                    RawExchange(
                        method,
                        recorder.upstream.origin,
                        whole_target,
                        request,
                        status,
                        answer,
                        started_at,
                        took_ms,
                    )
                )
            except OSError as fault:
                recorder.fault = fault
                threading.Thread(target=self.server.shutdown, daemon=True).start()
                return False
            return True

        try:
            answer = recorder.upstream.ask(method, target, request.headers, body or None)
        except NoUpstream as fault:
            keep(0, RawMessage([]))
            self._refuse(502, "recording.no.upstream", f"{fault}.")
            return
        self._send_answer(method, answer, keep)

    def _send_answer(self, method: str, answer: Answer, keep: Callable[[int, RawMessage], bool]) -> None:
        length = next((value for name, value in answer.headers if name.lower() == "content-length"), None)
        has_body = method != "HEAD" and answer.status not in NO_BODY_STATUSES and answer.status >= 200
        is_chunked = has_body and length is None and self.request_version != "HTTP/1.0"
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            if name.lower() not in HOP_BY_HOP or name.lower() == "content-length":
                self.send_header(name, value)
        if is_chunked:
            self.send_header("Transfer-Encoding", "chunked")
        elif has_body and length is None:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        pieces: list[bytes] = []
        try:
            for piece in held_back(answer.chunks, pieces):
                self._send_piece(piece, is_chunked=is_chunked)
        except NoUpstream:
            keep(answer.status, _kept_answer(answer, pieces))
            self._hang_up()
            return
        if not keep(answer.status, _kept_answer(answer, pieces)):
            self._hang_up()
            return
        if pieces:
            self._send_piece(pieces[-1], is_chunked=is_chunked)
        if is_chunked:
            self.wfile.write(b"0\r\n\r\n")

    def _hang_up(self) -> None:
        """End the connection in the middle, so that nobody takes an answer for whole."""
        self.close_connection = True
        try:
            self.connection.shutdown(SHUT_RDWR)
        except OSError:
            return

    def _send_piece(self, piece: bytes, *, is_chunked: bool) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if is_chunked else piece)

    def _request_body(self) -> bytes | None:
        """Read the body of a request; None where its length cannot be read."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return b"".join(self._chunks())
        length = self.headers.get("Content-Length", "0").strip()
        return self.rfile.read(int(length)) if length.isdecimal() else None

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().partition(b";")[0].strip() or b"0", 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass

    def _refuse(self, status: int, key: str, message: str) -> None:
        """Answer in the recorder's own name, in the envelope of the vendor's gateway."""
        errors = [{"key": key, "message": message, "errorCode": None}]
        exception = "RecorderException"
        body = orjson.dumps({"timestamp": int(time.time() * 1000), "exception": exception, "errors": errors})
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 411:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: each call is told of once, without what is personal."""


for _method in METHODS:
    setattr(Handler, f"do_{_method}", Handler.handle_call)


def held_back(chunks: Iterator[bytes], pieces: list[bytes]) -> Iterator[bytes]:
    """Yield all pieces of a body but the last, and collect each: the file has it before the client."""
    for chunk in chunks:
        if not chunk:
            continue
        if pieces:
            yield pieces[-1]
        pieces.append(chunk)


def _kept_answer(answer: Answer, pieces: list[bytes]) -> RawMessage:
    """Give the answer as it is kept: its body decoded, and none where it is too long or cannot be decoded."""
    encoding = next((value for name, value in answer.headers if name.lower() == "content-encoding"), "")
    is_long = sum(map(len, pieces)) > MOST_BODY_BYTES
    return RawMessage(answer.headers, None if is_long else decode_body(b"".join(pieces), encoding))
