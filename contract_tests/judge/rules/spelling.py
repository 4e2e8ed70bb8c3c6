"""How a request is written: its path, the encoding of its query, the spelling of its values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache, partial
from itertools import repeat
from urllib.parse import unquote

from contract_tests.records.days import beginning_ms
from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.paths import match
from contract_tests.records.rulebook import Rule

# Servers and proxies let these through unencoded, so only what no URL may hold is looked for (RFC 3986).
NEVER_IN_A_QUERY = re.compile(r"[^\x21-\x7e]|[\"<>\\^`{|}]")

# What else stands where a name would is a query that is no name=value pairs.
A_NAME = re.compile(r"[A-Za-z_][\w.-]*(\[\w*\])?")
# How like a documented name one has to be to be taken for it.
NAME_CUTOFF = 0.75

# What a server says of a path, or of a method on it, that it does not have.
NOWHERE = (404, 405)
# And of one that is closed.
CLOSED_STATUSES = (404, 410, 426)
DAY_MS = 86_400_000


_LENGTHS_OF_BOOLEANS = (len("true"), len("false"))


def query_encoded(history: History, rule: Rule) -> Iterator[Evaluation]:
    """The query is name=value pairs in percent-encoding."""
    for exchange in history.of(rule):
        if exchange.raw_query:
            yield Evaluation((exchange,), _query_violation(exchange.raw_query))


def _query_violation(raw: str) -> str | None:
    if not raw[0].isalnum() and unquote(raw).lstrip().startswith(("{", "[")):
        return "query parameters arrived as an encoded JSON object"
    wrong = NEVER_IN_A_QUERY.search(raw)
    return f"the query holds {wrong[0]!r} without percent-encoding" if wrong else None


def boolean_spelling(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A boolean is written true or false."""
    for exchange in history.of(rule):
        for name, value in exchange.query:
            if len(value) in _LENGTHS_OF_BOOLEANS and value.lower() in ("true", "false"):
                yield Evaluation((exchange,), None if value.islower() else f"{name}={value}")


def names_documented(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A name in a query is one that the operation's document has; ``instead`` names those of older ones."""
    for exchange in history.operations_of(rule):
        names = [name for name, _ in exchange.query]
        distinct_names = set(names)
        others = distinct_names.difference(exchange.query_names)
        yield from repeat(Evaluation((exchange,)), len(distinct_names) - len(others))
        for name in sorted(filter(_is_name, others), key=names.index):
            yield Evaluation((exchange,), _describe_name(name, exchange, rule))


@lru_cache(4096)
def _is_name(text: str) -> bool:
    return A_NAME.fullmatch(text) is not None


def _describe_name(name: str, exchange: Exchange, rule: Rule) -> str:
    plain = re.sub(r"\[\w*\]$", "", name)
    by_letters = {_letters(one): one for one in exchange.query_names}
    similar = get_close_matches(_letters(plain), by_letters, n=1, cutoff=NAME_CUTOFF)
    instead = rule.facts["instead"].get(plain)
    right = next(
        (one for one in (instead, *(by_letters[one] for one in similar)) if one in exchange.query_names), None
    )
    return f"{name} is no parameter of {exchange.operation}" + (f"; its name is {right}" if right else "")


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def path_current(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A ``retired`` family of paths is not used any more from the day ``until``."""
    retired_prefixes = tuple(f"{prefix.rstrip('/')}/" for prefix in rule.facts["retired"])
    closed_ms = beginning_ms(rule.facts["until"])
    for exchange in history.exchanges:
        old = exchange.path.startswith(retired_prefixes)
        if old or history.covers(rule, exchange):
            is_closed = old and not 0 < exchange.at_ms < closed_ms
            yield Evaluation((exchange,), f"{exchange.path} is a retired path" if is_closed else None)


def path_documented(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A path ``under`` these beginnings that nobody answers is one ``documented`` in its edition."""
    under = tuple(rule.facts["under"])
    addresses = [
        (*address.split(" "), entry["editions"]) for address, entry in rule.facts["documented"].items()
    ]
    for exchange in history.of(rule):
        if exchange.path.startswith(under):
            is_unanswered = exchange.operation is None and exchange.status in NOWHERE
            is_undocumented = is_unanswered and not any(
                method == exchange.method
                and exchange.edition in (None, *editions)
                and match(template, exchange.path) is not None
                for method, template, editions in addresses
            )
            yield Evaluation((exchange,), _describe_undocumented(exchange) if is_undocumented else None)


def _describe_undocumented(exchange: Exchange) -> str:
    edition = "international" if exchange.edition == "int" else "Turkish"
    return f"{exchange.method} {exchange.path} is in no document of the {edition} edition"


def address_open(history: History, rule: Rule) -> Iterator[Evaluation]:
    """One of these ``addresses`` is not called, and refused, after the day of their ``closing``.

    Shapes: the day stands alone, or by edition.
    """
    addresses = tuple(rule.facts["addresses"])
    for exchange in history.at_addresses(partial(_is_among, addresses)):
        yield Evaluation((exchange,), _describe_closed(exchange, rule.facts["closing"]["at"]))


def address_closing(history: History, rule: Rule) -> Iterator[Evaluation]:
    """An address that still answers is left before its day, of which the last ``days`` are a warning.

    Shapes: ``closings`` each with its ``closing`` and with ``addresses``, or with what they are ``under``.
    """

    @cache
    def closings_of(method: str, path: str) -> list[str | Mapping[str, str]]:
        return [
            one["closing"]["at"]
            for one in rule.facts["closings"]
            if path.startswith(tuple(f"{prefix}/" for prefix in one.get("under", ())))
            or _is_among(one.get("addresses", ()), method, path)
        ]

    for exchange in history.at_addresses(lambda *address: bool(closings_of(*address))):
        for days in closings_of(exchange.method, exchange.path):
            yield Evaluation((exchange,), _describe_closing(exchange, days, rule.facts["days"]))


def _is_among(addresses: Iterable[str], method: str, path: str) -> bool:
    """Tell whether an address is called."""
    return any(
        its_method == method and match(template, path) is not None
        for its_method, _, template in (address.partition(" ") for address in addresses)
    )


def _describe_closed(exchange: Exchange, days: Mapping[str, str] | str) -> str | None:
    day = _day_for(exchange, days)
    if exchange.at_ms < beginning_ms(day) or exchange.status not in CLOSED_STATUSES:
        return None
    return f"{exchange.method} {exchange.path} was answered {exchange.status}: it is closed since {day}"


def _describe_closing(exchange: Exchange, days: Mapping[str, str] | str, warning_days: int) -> str | None:
    day = _day_for(exchange, days)
    left_ms = beginning_ms(day) - exchange.at_ms
    if not 0 < left_ms <= warning_days * DAY_MS:
        return None
    return f"{exchange.method} {exchange.path} closes on {day}"


def _day_for(exchange: Exchange, days: Mapping[str, str] | str) -> str:
    return days if isinstance(days, str) else days.get(exchange.edition or "", max(days.values()))


def path_complete(history: History, rule: Rule) -> Iterator[Evaluation]:
    """The literal ``segment`` after the segment ``after`` is not forgotten."""
    segment, after = rule.facts["segment"], rule.facts["after"]

    @cache
    def next_segment(path: str) -> str:
        words = path.split("/")
        is_meant = path.startswith("/integration/") and after in words[:-1]
        return words[words.index(after) + 1] if is_meant else ""

    for exchange in history.at_addresses(lambda _, path: bool(next_segment(path))):
        is_incomplete = next_segment(exchange.path) != segment
        yield Evaluation(
            (exchange,), _describe_complete_path(exchange, after, segment) if is_incomplete else None
        )


def _describe_complete_path(exchange: Exchange, after: str, segment: str) -> str:
    complete_path = exchange.path.replace(f"/{after}/", f"/{after}/{segment}/", 1)
    return f"{exchange.path} was asked, {complete_path} is the path"
