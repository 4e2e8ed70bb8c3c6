"""Names with their texts, one under the other, as wide as people read and as whole as they copy."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable

from rich.console import Console
from rich.markup import escape as escape_markup

from contract_tests.records.printable import printable

Row = tuple[str, str]

NARROW, WIDE = 40, 120


def escape(text: str) -> str:
    """Write text of others so that it shows as it is: nothing in it is markup or steers the terminal."""
    return escape_markup(printable(text))


def print_rows(
    console: Console,
    rows: Iterable[Row],
    *,
    indent: int,
    names: int,
    whole: Iterable[str],
    hang: int = 0,
    label: Callable[[str], str] = str,
) -> None:
    """Print each row that has a text; those named in ``whole`` are never broken into lines.

    Shapes: where a row without a name is broken, its text goes on ``hang`` columns to the right; ``label``
    gives the words for a name.
    """
    whole_names, beside = frozenset(whole), indent + names + 1
    for name, text in rows:
        heading = f"{label(name):<{names}}"
        for line in wrap_text(console, text, beside, whole=name in whole_names, hang=0 if name else hang):
            console.print(f"{' ' * indent}[dim]{heading}[/] {escape(line)}", soft_wrap=True, highlight=False)
            heading = " " * names


def wrap_text(console: Console, text: str, indent: int, *, whole: bool = False, hang: int = 0) -> list[str]:
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
