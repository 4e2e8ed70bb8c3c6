"""One request stops no other: what a body costs, and bodies and heads that never end."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest

from contract_tests.tests.attack.wire import Target, request
from contract_tests.tests.provider.support.pazarsync import KURUMSAL, credentials

ADVANCE = "POST /_emulator/clock/advance"
SHAPES: dict[str, bytes] = {
    "lists 260 deep": b"[" * 260 + b"]" * 260,
    "lists 100,000 deep": b"[" * 100_000 + b"]" * 100_000,
    "objects 100,000 deep": b'{"ms":' * 100_000 + b"1" + b"}" * 100_000,
    "number of 5,000 digits": b'{"ms":' + b"9" * 5000 + b"}",
    "endless number": b'{"ms":1e400}',
    "past the year 9999": b'{"ms":255441600000000}',
    "past 64 bits": b'{"ms":99999999999999999999}',
    "50,000 members": b"{" + b",".join(b'"%d":1' % number for number in range(50_000)) + b"}",
    "half a character": b'{"ms":"\\ud800"}',
    "no UTF-8": b'{"ms":"\xff"}',
}


def token(target: Target) -> str:
    return f"Bearer {target.ask('POST /api/auth/token', credentials(KURUMSAL)).json['access_token']}"


@pytest.mark.parametrize("shape", SHAPES)
def test_body_without_bounds_is_refused_at_once(target: Target, shape: str) -> None:
    answer = target.ask(ADVANCE, SHAPES[shape])
    assert (answer.status, len(answer.body) < 700, answer.seconds < 5) == (400, True, True)


@pytest.mark.parametrize("line", ["GET /integration/product/sellers/{}/products/approved",
                                  "DELETE /_emulator/faults/{}", "GET /_emulator/requests/{}"])  # fmt: skip
def test_number_without_end_in_a_path_is_refused(target: Target, line: str) -> None:
    assert target.ask(line.format("9" * 4301)).status in {400, 401}


@pytest.mark.parametrize("row", [7, {}, {"id": "x" * 60}, {"edition": "tr", "key": "a", "secret": "b" * 40}])
def test_sellers_that_are_wrong_cost_what_they_weigh(target: Target, row: object) -> None:
    rows = [row] * (8_000_000 // (len(json.dumps(row)) + 2))
    answer = target.ask("POST /_emulator/worlds", {"name": "wrong", "recipe": {"sellers": rows}})
    assert (answer.status, len(answer.body) < 700, answer.seconds < 5) == (400, True, True)


def test_product_of_wrong_images_costs_what_it_weighs(target: Target) -> None:
    body = {"sku": "X", "name": "A", "stock": 1, "price": 1, "images": [7] * 50_000}
    answer = target.ask("POST /api/v1/products", body, Authorization=token(target))
    assert (answer.status, len(answer.body) < 700, answer.seconds < 5) == (400, True, True)


def test_batch_without_end_is_refused_by_its_limit(target: Target) -> None:
    items = [{"product_id": "prod_1", "stock": 1}] * 200_000
    answer = target.ask("POST /api/v1/stocks/batch", {"items": items}, Authorization=token(target))
    assert (answer.status, answer.rule, len(answer.body) < 700) == (400, "pazarsync-body-invalid", True)


def test_body_is_refused_while_it_arrives(target: Target) -> None:
    sent = 0
    with target.connect() as connection, suppress(OSError):
        connection.sendall(request(ADVANCE, b"", Content_Length=str(2**30)))
        while sent < 2**30:
            connection.sendall(b" " * 2**20)
            sent += 2**20
    assert sent < 2**26


def test_body_that_stops_is_refused_in_time(target: Target) -> None:
    answer = target.send(request(ADVANCE, b"", Content_Length="100") + b"{")
    assert (answer.status, answer.rule, answer.seconds < 10) == (408, "body-late", True)


@pytest.mark.nightly
def test_head_that_stops_ends_its_connection(target: Target) -> None:
    answer = target.send(b"GET / HTTP/1.1\r\nHost: loc", patience_s=60)
    assert (answer.status, answer.seconds < 45) == (0, True)
