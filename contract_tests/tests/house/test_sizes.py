"""Files a stranger can read in three minutes."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.tests.places import ROOT

LONGEST_PYTHON, LONGEST_YAML, LONGEST_FUNCTION = 400, 900, 40
SOURCES = sorted(
    path for top in ("emulator", "contract_tests", "benchmarks") for path in (ROOT / top).rglob("*.py")
)
PRODUCT = [path for path in SOURCES if not path.name.startswith(("test_", "conftest"))]


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_python_file_is_short(path: Path) -> None:
    assert lines_of(path) <= LONGEST_PYTHON


@pytest.mark.parametrize("path", sorted((ROOT / "specs").rglob("*.yaml")), ids=shown)
def test_spec_file_is_short(path: Path) -> None:
    assert lines_of(path) <= LONGEST_YAML


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[1] if ast.get_docstring(function) and len(function.body) > 1 else function.body[0]
    return (function.end_lineno or 0) - first.lineno + 1


@pytest.mark.parametrize("path", PRODUCT, ids=shown)
def test_functions_are_short(path: Path) -> None:
    long = {node.name: body_lines(node) for node in functions(path) if body_lines(node) > LONGEST_FUNCTION}
    assert not long


@pytest.mark.parametrize("path", [path for path in SOURCES if path.name == "__init__.py"], ids=shown)
def test_folder_opens_with_words(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    if path.parent.name not in {"emulator", "contract_tests"}:
        assert len(tree.body) == 1, "a folder's __init__ holds its description and no code"


@pytest.mark.parametrize("path", PRODUCT, ids=shown)
def test_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_no_room_is_called_by_an_empty_name(path: Path) -> None:
    assert path.stem not in {"utils", "helpers", "base", "common", "manager", "service"}
