"""A long run of mixed requests at one server, and what it holds meanwhile; `python -m` runs it by hand."""

from __future__ import annotations

import base64
import json
import math
import os
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlsplit

from contract_tests.stages.server import serving

SELLER, STOREFRONT = 2748, "RO"
READER = {
    "Authorization": "Basic " + base64.b64encode(b"demo-int-key:demo-int-secret").decode(),
    "User-Agent": f"{SELLER} - SelfIntegration",
    "storeFrontCode": STOREFRONT,
}
CLIENT = {"client_id": "demo-pazarsync-kurumsal", "client_secret": "demo-pazarsync-kurumsal-secret"}
APPROVED = f"GET /integration/product/sellers/{SELLER}/products/approved"
FINANCE = f"GET /integration/finance/che/sellers/{SELLER}/settlements"
IN_FLIGHT = 50
"""Requests that are sent before their answers are read, over one connection."""
ROUND = 500
"""Requests of one connection; the next one opens another."""
FILLING = 20_000
"""Requests after which the journal has let go of its first ones for a while."""
PATIENCE_S = 20.0
"""Real seconds after which an answer counts as a hang."""
WATCHED = 10_000
"""Requests from one look at the server to the next."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a server holds at a moment, all its processes together. Units: ``rss_kib`` KiB."""

    rss_kib: int
    files: int
    threads: int
    folders: int


@dataclass(slots=True)
class Faults:
    """What no request may come to: an answer of 500 or more, and none at all in time."""

    answers_5xx: int = 0
    hangs: int = 0


@dataclass(frozen=True, slots=True)
class Soak:
    """What a run saw.

    Shapes: ``before`` was taken once the journal was full, ``after`` at the end; ``widest_percent`` is the
    widest distance of the resident memory from that of ``before`` on the way, with its sign.
    """

    requests: int
    faults: Faults
    seconds: float
    widest_percent: float
    before: Holdings
    after: Holdings

    def line(self) -> str:
        """Put the figures on one line."""
        growth = ", ".join(
            f"{name} {getattr(self.before, name)} -> {getattr(self.after, name)}"
            for name in ("files", "threads", "folders")
        )
        return (
            f"soak: {self.requests:,} requests in {self.seconds:,.0f} s,"
            f" {self.faults.answers_5xx} answers 5xx, {self.faults.hangs} hangs;"
            f" RSS {self.before.rss_kib // 1024} -> {self.after.rss_kib // 1024} MiB,"
            f" widest {self.widest_percent:+.1f} %; {growth}"
        )


def soak(requests: int, longest_s: float = math.inf, filling: int = FILLING) -> Soak:
    """Ask one server so often, and watch what it holds from the moment its journal is full."""
    with (
        tempfile.TemporaryDirectory() as folder,
        # What others open beside it is none of its own.
        patch.dict(os.environ, {"TMPDIR": folder}),
        serving("--world", "demo", "--limits", "count") as address,
    ):
        where = urlsplit(address)
        place = (where.hostname or "", where.port or 0)
        pid, began, lines = server(), time.monotonic(), cycle(mixed(place))
        faults = Faults()
        for _ in range(0, filling, ROUND):
            ask_many(place, lines, ROUND, faults)
        before, widest, count = holdings(pid, folder), 0.0, filling
        while count < requests and time.monotonic() - began < longest_s:
            ask_many(place, lines, ROUND, faults)
            count += ROUND
            if count % WATCHED == 0:
                widest = max(widest, percent(holdings(pid, folder), before), key=abs)
        after = holdings(pid, folder)
        widest = max(widest, percent(after, before), key=abs)
        return Soak(count, faults, time.monotonic() - began, widest, before, after)


def percent(now: Holdings, before: Holdings) -> float:
    """How much more is resident now."""
    return 100 * (now.rss_kib / before.rss_kib - 1)


def mixed(place: tuple[str, int]) -> list[bytes]:
    """Write one turn of the mix: mostly reads, some refused; writes; every now and then a world."""
    bearer = {"Authorization": f"Bearer {token(place)}"}
    now_ms = int(time.time() * 1000)
    week = f"startDate={now_ms - 7 * 86_400_000}&endDate={now_ms}&transactionType=Sale"
    reads = [
        request(f"{APPROVED}?page=0&size=5", READER),
        request(f"{APPROVED}?page=1&size=20", READER),
        request(f"{APPROVED}?page=0&size=101", READER),
        request(f"{APPROVED}?page=0&size=1", {}),
        request("GET /integration/nowhere", READER),
        request(f"{FINANCE}?{week}&size=50", READER),
        request(f"{FINANCE}?startDate=x", READER),
        request("GET /api/v1/products?limit=20&page=1", bearer),
        request("GET /api/v1/products?limit=20&page=1", {"Authorization": "Bearer stale"}),
        request("GET /_emulator/clock", {}),
    ]
    writes = [
        request("POST /api/auth/token", {}, {**CLIENT, "grant_type": "client_credentials"}),
        request("POST /api/v1/stocks/batch", bearer, {"items": [{"sku": "none", "stock": 1}]}),
        request("POST /_emulator/faults", {}, {"operation": "getProductBase", "status": 503, "at": 1}),
        request("DELETE /_emulator/faults", {}),
        request("POST /_emulator/clock/advance", {}, {"ms": 1}),
    ]
    seldom = [
        request("POST /_emulator/worlds", {}, {"name": "aside", "world": "empty"}),
        request(f"GET /w/aside{APPROVED.removeprefix('GET ')}", READER),
        request("POST /w/aside/_emulator/reset", {}),
        request("DELETE /_emulator/worlds/aside", {}),
    ]
    return [*[*reads * 9, *writes] * 20, *seldom]


def request(line: str, headers: Mapping[str, str], body: object = None) -> bytes:
    """Write one request of a connection that stays open."""
    data = b"" if body is None else json.dumps(body).encode()
    extent = {"Content-Type": "application/json", "Content-Length": str(len(data))} if data else {}
    if not line.startswith("GET"):
        extent |= {"Content-Length": str(len(data))}
    lines = [f"{name}: {value}" for name, value in {"Host": "localhost", **headers, **extent}.items()]
    return "\r\n".join([f"{line} HTTP/1.1", *lines, "", ""]).encode() + data


def token(place: tuple[str, int]) -> str:
    """Get a token of PazarSync."""
    line = request("POST /api/auth/token", {}, {**CLIENT, "grant_type": "client_credentials"})
    with socket.create_connection(place, timeout=PATIENCE_S) as connection:
        connection.sendall(line)
        (body,) = (body for _, body in answers(connection, 1))
    return str(json.loads(body)["access_token"])


def ask_many(place: tuple[str, int], lines: Iterator[bytes], count: int, faults: Faults) -> None:
    """Send requests over one connection, some ahead of their answers; a hang ends the connection."""
    try:
        with socket.create_connection(place, timeout=PATIENCE_S) as connection:
            for _ in range(0, count, IN_FLIGHT):
                connection.sendall(b"".join(islice(lines, IN_FLIGHT)))
                faults.answers_5xx += sum(status >= 500 for status, _ in answers(connection, IN_FLIGHT))
    except TimeoutError:
        faults.hangs += 1


def answers(connection: socket.socket, count: int) -> Iterator[tuple[int, bytes]]:
    """Read so many answers: status and body."""
    text = b""
    for _ in range(count):
        while (end := text.find(b"\r\n\r\n")) < 0:
            text += received(connection)
        head, begin = text[:end].lower(), end + 4
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        while len(text) < begin + length:
            text += received(connection)
        yield int(head.split(b" ", 2)[1]), text[begin : begin + length]
        text = text[begin + length :]


def received(connection: socket.socket) -> bytes:
    """Read what is there.

    Errors: ConnectionError when the server has ended the connection.
    """
    piece = connection.recv(1 << 20)
    if not piece:
        raise ConnectionError("the server ended the connection before its answers")
    return piece


def server() -> int:
    """Find the server among the children of this process: the one that was started last."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    words = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
    return max(int(pid) for pid, line in words.items() if b"emulator" in line)


def holdings(pid: int, folder: str) -> Holdings:
    """Count what a process and its children hold, and what lies in its temporary folder."""
    family = list(family_of(pid))
    rss_kib = sum(
        int(line.split()[1])
        for one in family
        for line in Path(f"/proc/{one}/status").read_text().splitlines()
        if line.startswith("VmRSS")
    )
    files = sum(len(os.listdir(f"/proc/{one}/fd")) for one in family)
    threads = sum(len(os.listdir(f"/proc/{one}/task")) for one in family)
    folders = len(os.listdir(folder))
    return Holdings(rss_kib, files, threads, folders)


def family_of(pid: int) -> Iterator[int]:
    """Give a process and all below it."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from family_of(int(child))


if __name__ == "__main__":
    sys.stdout.write(soak(*map(int, sys.argv[1:])).line() + "\n")
