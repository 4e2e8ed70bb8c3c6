"""Secrets are compared in constant time: how long a refusal takes tells nothing of how much was right."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.tests.places import ROOT

SECRET = re.compile(r"(secret|password|token|signature|signing_key)s?$")
# What the start refuses is nobody's secret.
OTHERS = {'options["control_token"] in {"", "*"}'}
EQUALITY = (ast.Eq, ast.NotEq, ast.In, ast.NotIn)


def names_of(node: ast.expr) -> Iterator[str]:
    """The name of an operand: a variable, an attribute, a member, what is encoded, those in a set."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        yield str(node.slice.value)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield from names_of(node.func.value)
    elif isinstance(node, ast.Set | ast.Tuple | ast.List):
        for one in node.elts:
            yield from names_of(one)


def plain_comparisons(source: str) -> list[str]:
    """The comparisons of secrets by their first difference, as they are written."""
    nodes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Compare))
    return [
        text
        for node in nodes
        if isinstance(node.ops[0], EQUALITY)
        and not any(isinstance(one, ast.Constant) and one.value is None for one in node.comparators)
        and any(SECRET.search(name) for one in (node.left, *node.comparators) for name in names_of(one))
        and (text := str(ast.get_source_segment(source, node))) not in OTHERS
    ]


def files() -> list[Path]:
    return sorted((ROOT / "emulator").rglob("*.py"))


def test_no_secret_is_compared_by_its_first_difference() -> None:
    comparisons = {
        path.relative_to(ROOT).as_posix(): lines
        for path in files()
        if (lines := plain_comparisons(path.read_text(encoding="utf-8")))
    }
    assert comparisons == {}


def test_every_gate_that_knows_a_secret_compares_it_in_constant_time() -> None:
    gates = {path.name for path in files() if "hmac.compare_digest" in path.read_text(encoding="utf-8")}
    assert gates >= {"auth.py", "buyer_auth.py", "client_credentials.py", "control_token.py"}


@pytest.mark.parametrize(
    "line",
    ["seller.secret == word", "token != word", 'a["password"] in words', "header.encode() == token.encode()"],
)
def test_comparison_by_the_first_difference_is_seen(line: str) -> None:
    assert plain_comparisons(f"{line}\n") == [line]
