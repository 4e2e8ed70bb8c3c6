"""The laws themselves, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from contract_tests.law import Place, Rule
from contract_tests.reports.console import COLOURS, CONFIDENCE


def print_rules(console: Console, rules: Iterable[Rule]) -> None:
    """Print one line a rule."""
    table = Table("id", "level", "law", "from", box=None, header_style="bold", pad_edge=False)
    for rule in rules:
        table.add_row(
            rule.id, f"[{COLOURS[rule.level]}]{rule.level}[/]", escape(rule.law), rule.source.confidence
        )
    console.print(table)


def print_rule(console: Console, rules: Iterable[Rule]) -> None:
    """Print everything that is known of a rule; an edition may have a form of its own."""
    for rule in rules:
        source = rule.source
        console.print(f"[bold]{rule.id}[/] [{COLOURS[rule.level]}]{rule.level}[/]", highlight=False)
        lines = [
            rule.law,
            f"holds at: {', '.join(dict.fromkeys(map(where, rule.places)))}",
            f"judge:    {rule.judge} {orjson.dumps(rule.facts).decode()}",
            f"source:   {source.page or 'no page'} ({CONFIDENCE[source.confidence]})",
            f"note:     {source.note}" if source.note else "",
        ]
        for line in filter(None, lines):
            console.print(f"  {escape(line)}", soft_wrap=True, highlight=False)


def where(place: Place) -> str:
    """Name a place in words."""
    if place.whole_system:
        return f"all traffic of {place.document.rstrip('/')}"
    return f"{place.operation} ({place.document})" if place.operation else f"all of {place.document}"


def as_rows(rules: Iterable[Rule]) -> bytes:
    """Write the rules as one JSON document."""
    rows = [
        {
            "id": rule.id,
            "level": rule.level,
            "law": rule.law,
            "places": [where(place) for place in rule.places],
            "judge": rule.judge,
            "with": rule.facts,
            "source": {
                "page": rule.source.page,
                "confidence": rule.source.confidence,
                "note": rule.source.note,
            },
        }
        for rule in rules
    ]
    return orjson.dumps({"rules": rows}, option=orjson.OPT_INDENT_2) + b"\n"
