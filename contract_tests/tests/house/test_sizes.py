"""Files a stranger can read in three minutes."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from contract_tests.tests.places import ROOT

LONGEST_PYTHON, LONGEST_YAML, LONGEST_FUNCTION = 400, 900, 40
EMPTY_NAMES = {"utils", "helpers", "base", "common", "manager", "service"}
SOURCES = sorted(
    path for top in ("emulator", "contract_tests", "benchmarks") for path in (ROOT / top).rglob("*.py")
)
# Clients by other authors stay as these wrote them.
OWN_SOURCES = [path for path in SOURCES if "independent" not in path.parts]
PRODUCT = [path for path in OWN_SOURCES if not path.name.startswith(("test_", "conftest"))]
FOLDERS = [path for path in SOURCES if path.name == "__init__.py"]


def names(paths: Iterable[Path]) -> list[str]:
    """Write files as a reader of the checkout knows them."""
    return [path.relative_to(ROOT).as_posix() for path in paths]


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


def lines_of(path: Path) -> int:
    return len(text_of(path).splitlines())


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[1] if ast.get_docstring(function) and len(function.body) > 1 else function.body[0]
    return (function.end_lineno or 0) - first.lineno + 1


def test_python_files_are_short() -> None:
    assert names(path for path in OWN_SOURCES if lines_of(path) > LONGEST_PYTHON) == []
    assert len(SOURCES) > 500


def test_spec_files_are_short() -> None:
    documents = sorted((ROOT / "specs").rglob("*.yaml"))
    assert names(path for path in documents if lines_of(path) > LONGEST_YAML) == []
    assert len(documents) > 50


def test_functions_are_short() -> None:
    long = {
        f"{name}: {node.name}": body_lines(node)
        for path, name in zip(PRODUCT, names(PRODUCT), strict=True)
        for node in functions(path)
        if body_lines(node) > LONGEST_FUNCTION
    }
    assert long == {}


def test_folders_open_with_words_and_hold_no_code() -> None:
    assert names(path for path in FOLDERS if not ast.get_docstring(tree_of(path))) == []
    rooms = [path for path in FOLDERS if path.parent.name not in {"emulator", "contract_tests"}]
    assert names(path for path in rooms if len(tree_of(path).body) != 1) == []


def test_modules_say_what_they_are_for() -> None:
    assert names(path for path in PRODUCT if not ast.get_docstring(tree_of(path))) == []


def test_no_room_is_called_by_an_empty_name() -> None:
    assert names(path for path in SOURCES if path.stem in EMPTY_NAMES) == []
