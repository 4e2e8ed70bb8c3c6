"""The English sentences that code writes, as the tables of translations have them: with numbers for facts."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import product
from pathlib import Path

from contract_tests.reports.evidence import say_evidence
from contract_tests.reports.language import speaking

WORD = re.compile(r"[a-z]{2,}")


def sentences_of(text: ast.JoinedStr) -> Iterator[str]:
    """The keys of a written text in the table: its sentences, facts side by side as one."""
    parts = (str(part.value) if isinstance(part, ast.Constant) else "{}" for part in text.values)
    for sentence in "".join(parts).split("; "):
        whole = "{}" + sentence if sentence.startswith((" ", ", ")) else sentence
        beginning, *rest = re.split(r"(?:\{\})+", whole)
        yield beginning + "".join(f"{{{number}}}{text}" for number, text in enumerate(rest))


def texts_of_answers(path: Path) -> Iterator[str]:
    """What the functions of a file that give texts return or yield."""
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        returns = getattr(function, "returns", None)
        if returns is not None and "str" in ast.unparse(returns):
            for node in ast.walk(function):
                if isinstance(node, ast.Return | ast.Yield) and isinstance(node.value, ast.JoinedStr):
                    yield from sentences_of(node.value)


def texts_of_calls(path: Path, names: Collection[str], at: int = 0) -> Iterator[str]:
    """What a file hands to functions or exceptions of those names as a text, with 7 for each fact.

    Shapes: ``at`` is the place of the text among the arguments.
    """
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in names:
            for argument in call.args[at : at + 1]:
                yield from filled_texts(argument)


def texts_of(path: Path) -> Iterator[str]:
    """Every text with facts in a file, with 7 for each."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return (text for node in nodes if isinstance(node, ast.JoinedStr) for text in filled_texts(node))


def filled_texts(node: ast.expr) -> Iterator[str]:
    """What an expression may be as a text, with 7 for each of its facts."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from filled_texts(one)
            yield from filled_texts(other)
        case ast.BinOp(left=left, right=right):
            yield from map("".join, product(filled_texts(left), filled_texts(right)))


def sentences_left_in_english(texts: Iterable[str]) -> set[str]:
    """The sentences among texts that are the same in Turkish."""
    sentences = {one for text in texts for one in text.split("; ") if WORD.search(one)}
    with speaking("tr"):
        return {one for one in sentences if say_evidence(one) == one}
