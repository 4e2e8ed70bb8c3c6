"""Bytes that are no proper request: refused, answered or hung up on, and never two answers or a fault."""

from __future__ import annotations

import random

import pytest

from contract_tests.tests.attack.wire import Target, request
from contract_tests.tests.effort import is_nightly
from emulator.contract.contract import load_contract

HOST = b"Host: localhost\r\nConnection: close\r\n"
LINE = b"POST /_emulator/clock/run HTTP/1.1\r\n" + HOST
RAW: dict[str, bytes] = {
    "two lengths": LINE + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello",
    "length and chunks": LINE + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "negative length": LINE + b"Content-Length: -1\r\n\r\n",
    "length in words": LINE + b"Content-Length: five\r\n\r\n",
    "plus length": LINE + b"Content-Length: +5\r\n\r\nhello",
    "odd coding": LINE + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "blank before colon": LINE + b"Content-Length : 5\r\n\r\nhello",
    "folded header": LINE + b"X-A: 1\r\n 2\r\n\r\n",
    "bare line feeds": LINE.replace(b"\r\n", b"\n") + b"\n",
    "no version": b"GET /healthz\r\n\r\n",
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64,
    "zeros": b"\0" * 1000,
    "method of odd letters": b"G\xffT / HTTP/1.1\r\n" + HOST + b"\r\n",
    "path up": b"GET /../../etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n",
    "path up, escaped": b"GET /_emulator/docs/%2e%2e%2fetc HTTP/1.1\r\n" + HOST + b"\r\n",
    "line ends in a name": b"DELETE /_emulator/worlds/a%0d%0aX:1 HTTP/1.1\r\n" + HOST + b"\r\n",
}
OPERATIONS = [(entry.method, entry.path) for entry in load_contract().operations]
PIECES = ["x", "0", "-1", "9" * 400, "%00", "%ff", "..", "{}", "[]", "null", "true", "a=b&a=c", "1e999"]
REQUESTS = 1_000_000 if is_nightly() else 1_000


@pytest.mark.parametrize("shape", RAW)
def test_shape_is_no_fault_and_hangs_nobody(target: Target, shape: str) -> None:
    answer = target.send(RAW[shape], half_close=True)
    assert answer.status < 500
    assert b"HTTP/1.1 " not in answer.body
    assert b"root:" not in answer.body


def test_requests_of_chance_are_no_fault(target: Target) -> None:
    chance, faults = random.Random(7), []
    for _ in range(REQUESTS):
        method, path = chance.choice(OPERATIONS)
        while "{" in path:
            start, _, rest = path.partition("{")
            path = start + chance.choice(PIECES).replace("{", "%7B") + rest.partition("}")[2]
        query = "&".join(f"{chance.choice(['page', 'size', 'x'])}={chance.choice(PIECES)}" for _ in "12")
        body = None if method == "GET" else chance.choice(PIECES).encode()
        answer = target.send(request(f"{method} {path}?{query}", body))
        if answer.status >= 500 and answer.status != 501:
            faults.append((method, path, query, body, answer.status))
    assert faults == []
