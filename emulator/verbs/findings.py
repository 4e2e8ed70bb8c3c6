"""Findings of a program's traffic as lines for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

_WIDTH = 110
_COLOURS = {"MUST": "red", "SHOULD": "yellow"}


def finding_lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Write the findings, those of a MUST first, each with its advice."""
    if not rows:
        yield click.style("trendyol-emulator: its traffic keeps the rules that it met", fg="green")
        return
    for row in sorted(rows, key=lambda each: each["level"]):
        times = f" ({row['count']} times)" if row["count"] > 1 else ""
        where = f" {row['operation']}:" if row["operation"] else ""
        head = click.style(f"{row['level']} {row['rule']}", fg=_COLOURS.get(row["level"]))
        yield f"{head}{where} {row['law']}{times}"
        yield from textwrap.wrap(row["seen"], _WIDTH, initial_indent="  ", subsequent_indent="  ")
        yield from textwrap.wrap(row["advice"], _WIDTH, initial_indent="  -> ", subsequent_indent="     ")
