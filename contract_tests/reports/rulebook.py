"""The laws themselves, for people and for programs."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from rich.console import Console
from rich.markup import escape

from contract_tests.judge.verdict import judge_of, needs_world
from contract_tests.profiles.every import PROFILES
from contract_tests.records.rulebook import Place, Rule
from contract_tests.reports.console import COLOURS
from contract_tests.reports.language import say
from contract_tests.reports.rows import Row, print_rows, wrap_text
from contract_tests.reports.sources import CONFIDENCE, describe_source
from contract_tests.stages.rulebook import installed_rulebook

# Where a sentence begins behind the id, level and confidence of its rule.
LAWS = 22
# More entries of a judge's parameter than these are only counted.
MOST_ENTRIES = 20
ORACLE = "what the client was sent, did or holds, against what the world says, after each run."


def print_rules(console: Console, rules: Iterable[Rule]) -> None:
    """Print one paragraph a rule."""
    for rule in rules:
        first, *more = wrap_text(console, say(rule.sentence), LAWS)
        colour = COLOURS[rule.level]
        sure = f"[dim]{rule.source.confidence}[/]"
        console.print(
            f"{rule.id}  [{colour}]{rule.level:<6}[/] {sure}  {escape(first)}",
            soft_wrap=True,
            highlight=False,
        )
        for line in more:
            console.print(" " * LAWS + escape(line), soft_wrap=True, highlight=False)
    legend = ", ".join(f"{letter} {say(word)}" for letter, word in CONFIDENCE.items())
    console.print(f"\n[dim]{legend}. {say('More of one: rules show ID')}[/]", highlight=False)


def print_rule(console: Console, rules: Iterable[Rule]) -> None:
    """Print all facts of a rule; an edition may have a form of its own."""
    for rule in rules:
        console.print(f"[bold]{rule.id}[/] [{COLOURS[rule.level]}]{rule.level}[/]", highlight=False)
        for line in wrap_text(console, say(rule.sentence), 2):
            console.print(f"  {escape(line)}", soft_wrap=True, highlight=False)
        rows = list(_facts(rule))
        widest = max(len(say(name)) for name, _ in rows)
        print_rows(console, rows, indent=2, names=widest, whole=("source",), label=say)


def print_refusal(console: Console, error_id: str, entry: Mapping[str, Any]) -> None:
    """Print what the emulator answers under one of its own ids, and where that comes from."""
    source = entry["x-source"]
    rows = [("status", str(entry["status"])), ("message", entry.get("message", {}).get("en", ""))]
    rows += [(name, source[name]) for name in ("confidence", "page", "note") if name in source]
    console.print(f"[bold]{error_id}[/] a refusal of the emulator", highlight=False)
    print_rows(console, rows, indent=2, names=10, whole=("page",))


def _facts(rule: Rule) -> Iterator[Row]:
    yield "holds at", "\n".join(dict.fromkeys(map(where, rule.places)))
    yield "do", say(rule.advice)
    yield "source", describe_source(rule.source)
    if rule.source.note:
        yield "note", rule.source.note
    yield "judge", f"{rule.judge}: {judge_summary(rule)}"
    if rule.facts:
        yield "with", ", ".join(f"{name}={_plain(value)}" for name, value in rule.facts.items())
    if profiles := profiles_of(rule):
        yield "profiles", ", ".join(profiles)
    yield "seen by", "check" if needs_world(rule) else "check, lint"


def _plain(value: object) -> str:
    if isinstance(value, dict) and len(value) > MOST_ENTRIES:
        return f"{len(value)} entries"
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def judge_summary(rule: Rule) -> str:
    """Say what the judge of a rule looks at, in its own words."""
    if needs_world(rule):
        return ORACLE
    return (inspect.getdoc(judge_of(rule).function) or "").partition("\n")[0].replace("``", "")


def profiles_of(rule: Rule) -> list[str]:
    """Name the profiles under which a rule can be met."""
    rulebook = installed_rulebook()
    return [
        name
        for name, profile in sorted(PROFILES.items())
        for editions in [(profile.edition,) if profile.edition else ("int", "tr")]
        if any(rule in rulebook.for_operations(profile.operations, edition).rules for edition in editions)
    ]


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
            "law": rule.sentence,
            "advice": rule.advice,
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
