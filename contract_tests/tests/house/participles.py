"""Which names are bare participles: `told`, `kept`, `asked` without the noun that says what was."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_IRREGULAR = """
told asked said shown drawn known found kept held heard struck seen given taken made done gone sent sown
grown chosen written broken spoken stolen hidden forgotten fallen risen driven ridden thrown blown flown
worn torn born sworn begun sung drunk swum brought bought thought caught taught sought fought built lent
spent bent meant dealt felt lost paid laid stood understood hung sold slept swept wept crept beaten eaten
bitten gotten proven mown woven frozen shaken woken laden
"""
_NO_PARTICIPLES = """
need seed feed speed bed red shed exceed proceed embed indeed fed led weed breed creed deed greed freed heed
agreed hundred sacred naked
"""
IRREGULAR = frozenset(_IRREGULAR.split())
"""Participles by their looks; left out are those that are first of all nouns or verbs (read, set, cut)."""
NO_PARTICIPLES = frozenset(_NO_PARTICIPLES.split())
"""Words that end in -ed and are none."""


@dataclass(frozen=True, slots=True)
class FileNames:
    """The names of one file.

    Shapes: ``path`` from the root; ``bare`` the bare participles with their lines.
    """

    path: str
    count: int
    bare: Sequence[tuple[int, str]]


def is_bare(name: str) -> bool:
    """Whether a name is a participle and nothing else; digits and underscores at its ends do not count."""
    word = name.strip("_0123456789").lower()
    regular = word.endswith("ed") and len(word) > 3 and word not in NO_PARTICIPLES
    return "_" not in word and (regular or word in IRREGULAR)


def names_in(tree: ast.AST) -> list[tuple[int, str]]:
    """The names of functions, parameters and variables: each once in its scope, with its first line."""
    first: dict[tuple[str, str], int] = {}
    for scope, name, line in _bindings(tree, ""):
        first.setdefault((scope, name), line)
    return [(line, name) for (_, name), line in first.items()]


def _bindings(tree: ast.AST, scope: str) -> Iterator[tuple[str, str, int]]:
    for child in ast.iter_child_nodes(tree):
        inner = scope
        match child:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield scope, child.name, child.lineno
                inner = f"{scope}.{child.name}:{child.lineno}"
            case ast.ClassDef():
                inner = f"{scope}.{child.name}"
            case ast.Lambda():
                inner = f"{scope}.lambda:{child.lineno}"
            case ast.arg():
                yield scope, child.arg, child.lineno
            case ast.Name(ctx=ast.Store()):
                yield scope, child.id, child.lineno
            case ast.Attribute(ctx=ast.Store()):
                yield scope, child.attr, child.lineno
            case ast.ExceptHandler(name=str()):
                yield scope, str(child.name), child.lineno
        yield from _bindings(child, inner)


def names_of_files(root: Path, files: Sequence[Path]) -> list[FileNames]:
    """Read the names of each file."""
    return [_file_names(root, path) for path in files]


def _file_names(root: Path, path: Path) -> FileNames:
    names = names_in(ast.parse(path.read_text(encoding="utf-8")))
    bare = sorted((line, name) for line, name in names if is_bare(name))
    return FileNames(path.relative_to(root).as_posix(), len(names), bare)
