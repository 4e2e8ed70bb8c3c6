"""Names with their texts, one under the other, as wide as people read and as whole as they copy."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape

Row = tuple[str, str]

NARROW, WIDE = 40, 120


def print_rows(
    console: Console, rows: Iterable[Row], *, indent: int, names: int, whole: Iterable[str], hang: int = 0
) -> None:
    """Print each row that has a text; those named in ``whole`` are never broken into lines.

    Shapes: where a row without a name is broken, its text goes on ``hang`` columns to the right.
    """
    kept = frozenset(whole)
    for name, text in rows:
        told = f"{name:<{names}}"
        lines = broken(console, text, indent + names + 1, whole=name in kept, hang=0 if name else hang)
        for line in lines:
            console.print(f"{' ' * indent}[dim]{told}[/] {escape(line)}", soft_wrap=True, highlight=False)
            told = " " * names


def broken(console: Console, text: str, indent: int, *, whole: bool = False, hang: int = 0) -> list[str]:
    """Break a text into lines that fit beside an indent; nothing is broken that has no blank in it."""
    if whole or console.soft_wrap:
        return text.splitlines()
    wrap = textwrap.TextWrapper(
        width=max(NARROW, min(console.width, WIDE) - indent),
        subsequent_indent=" " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [part for line in text.splitlines() for part in wrap.wrap(line) or [""]]
