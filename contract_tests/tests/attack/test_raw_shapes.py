"""Bytes that are no proper request: refused, answered or hung up on, and never two answers or a fault."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from contract_tests.tests.attack.raw_shapes import SHAPES, Shape
from contract_tests.tests.attack.wire import Target, request
from contract_tests.tests.effort import is_nightly
from contract_tests.tests.provider.conftest import INT, TR
from emulator.contract.contract import load_contract

OPERATIONS = [(entry.method, entry.path) for entry in load_contract().operations]
SENDERS: tuple[dict[str, str], ...] = ({}, INT, TR)
PIECES = [
    "2738", "2748", "x", "0", "-1", "9" * 400, "%00", "%ff", "..", "{}", "[]", "null", "true",
    "a=b&a=c", "1e999",
]  # fmt: skip
LEAST_SHAPES = 125
REQUESTS = 1_000_000 if is_nightly() else 1_000


def test_shapes_are_many_and_each_is_another() -> None:
    assert len({shape.data for shape in SHAPES}) == len({shape.name for shape in SHAPES}) == len(SHAPES)
    assert len(SHAPES) >= LEAST_SHAPES


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_shape_is_answered_as_what_it_is_and_hangs_nobody(target: Target, shape: Shape) -> None:
    answer = target.send(shape.data, half_close=shape.stops, patience_s=5)
    assert answer.status in shape.statuses
    assert answer.body.count(b"HTTP/1.1 ") < shape.answers
    assert b"root:" not in answer.body


def test_requests_of_chance_are_no_fault(target: Target) -> None:
    chance, faults, statuses = random.Random(7), [], Counter[int]()
    for _ in range(REQUESTS):
        method, path = chance.choice(OPERATIONS)
        while "{" in path:
            start, _, rest = path.partition("{")
            path = start + chance.choice(PIECES).replace("{", "%7B") + rest.partition("}")[2]
        query = "&".join(f"{chance.choice(['page', 'size', 'x'])}={chance.choice(PIECES)}" for _ in "12")
        body = None if method == "GET" else chance.choice(PIECES).encode()
        answer = target.send(request(f"{method} {path}?{query}", body, **chance.choice(SENDERS)))
        statuses[answer.status] += 1
        if answer.status >= 500 and answer.status != 501:
            faults.append((method, path, query, body, answer.status))
    assert faults == []
    assert {200, 400, 401, 404} <= statuses.keys()
