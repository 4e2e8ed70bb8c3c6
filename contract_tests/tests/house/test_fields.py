"""A value of more than six fields says in a sentence what each of them is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from contract_tests.tests.places import INDEPENDENT, ROOT, TESTS

FEW_FIELDS = 6


def large_values() -> Iterator[tuple[str, ast.ClassDef]]:
    """The data classes and named tuples of both halves that have many fields."""
    files = [path for half in ("emulator", "contract_tests") for path in (ROOT / half).rglob("*.py")]
    for path in sorted(files):
        if not {TESTS, INDEPENDENT} & set(path.parents):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef) and is_value(node) and len(fields_of(node)) > FEW_FIELDS:
                    yield path.relative_to(ROOT).as_posix(), node


def is_value(node: ast.ClassDef) -> bool:
    """Whether a class is a data class or a named tuple."""
    marks = [ast.unparse(mark) for mark in (*node.decorator_list, *node.bases)]
    return any("dataclass" in mark or "NamedTuple" in mark for mark in marks)


def fields_of(node: ast.ClassDef) -> list[ast.AnnAssign]:
    """The fields of a class."""
    return [statement for statement in node.body if isinstance(statement, ast.AnnAssign)]


def test_each_field_of_a_large_value_has_its_sentence() -> None:
    count, bare = 0, []
    for path, node in large_values():
        count += 1
        followers = dict(pairwise(node.body))
        bare += [
            f"{path}: {node.name}.{ast.unparse(field.target)}"
            for field in fields_of(node)
            if not isinstance(followers.get(field), ast.Expr)
        ]
    assert bare == []
    assert count > FEW_FIELDS
