"""Holds every x- word of the specs to vocabulary.yaml and every error id to the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from emulator.contract.dates import DATING_WORDS, OPTIONS, dates_in
from emulator.contract.faults import SpecFault

_ERROR_WORDS = frozenset({"x-on-invalid", "x-on-missing", "x-errors"})
_DATED_WORDS = frozenset({*DATING_WORDS, "x-limit", "x-page-window", "x-query-schema", "x-window"})
_ERROR_KEYS = frozenset({"error", "malformed", "missing", "order_error", "unknown"})


def check_words(law: Mapping[str, Any]) -> None:
    """Check all documents of a compiled law.

    Errors: SpecFault for an unknown word, a wrong value, or an error id that is not in the catalogue.
    """
    vocabulary = law["vocabulary"]
    checkers = {
        word: jsonschema_rs.validator_for({**entry["schema"], "$defs": vocabulary["$defs"]})
        for word, entry in vocabulary["words"].items()
    }
    error_dates = {error_id: dates_in(entry) for error_id, entry in law["errors"].items()}
    for name, document in (*law["documents"].items(), ("errors", error_dates)):
        for pointer, word, value in words_in(document):
            checker = checkers.get(word)
            if checker is None:
                raise SpecFault(
                    name, pointer, f"{word} is not in vocabulary.yaml; correct the word or define it there"
                )
            for breach in checker.iter_errors(value):
                raise SpecFault(name, pointer, breach.message)
            for sentence in dating_faults(word, value, law):
                raise SpecFault(name, pointer, sentence)
            for error_id in error_ids(word, value):
                if error_id not in law["errors"]:
                    raise SpecFault(name, pointer, f"{error_id} is not in specs/errors/; add it there")
            if name == "errors" and "error" not in value:
                raise SpecFault(name, pointer, "name the error that answers in its place")


def dating_faults(word: str, value: Any, law: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the dates and the addresses of a word, however deep they stand in it."""
    if word == "x-documented":
        yield from address_faults(value, law["documents"])
    if isinstance(value, list | dict):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from dating_faults(str(key), item, law)
    if word in DATING_WORDS and "decision" in value:
        options = law["decisions"].get(value["decision"], {}).get("options", {})
        if not set(OPTIONS) <= set(options):
            yield f"{value['decision']} is no decision with the options {', '.join(OPTIONS)}"


def address_faults(addresses: Mapping[str, Any], documents: Mapping[str, Any]) -> Iterator[str]:
    """Yield each neighbour of a documented address that is no document, and each id that stands twice."""
    names: set[str] = set()
    for address, entry in addresses.items():
        if entry["id"] in names:
            yield f"{address}: {entry['id']} is the id of another address too"
        names.add(entry["id"])
        for edition in entry["editions"]:
            if f"{entry['like']}/{edition}" not in documents:
                yield f"{address}: there is no document {entry['like']}/{edition} to be like"


def words_in(node: Any, pointer: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield (pointer, word, value) for each x- word outside examples; a word's own value is not searched."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from words_in(item, f"{pointer}/{index}")
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        place = f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
        if str(key).startswith("x-") and not pointer.endswith(("/properties", "/headers")):
            yield place, key, value
        elif key not in {"example", "examples"}:
            yield from words_in(value, place)


def error_ids(word: str, value: Any) -> Iterator[str]:
    """Yield the catalogue ids a word's value names."""
    if word in _ERROR_WORDS:
        yield from [value] if isinstance(value, str) else value
    elif isinstance(value, list):
        for item in value:
            yield from error_ids(word, item)
    elif isinstance(value, dict) and word != "x-rules":
        yield from (item for key, item in value.items() if key in _ERROR_KEYS and isinstance(item, str))
        if word == "x-user-agent":
            yield value["absent"]
        if word in _DATED_WORDS:
            for item in value.values():
                yield from error_ids(word, item)
        if word == "x-documented":
            for entry in value.values():
                for key, item in dates_in(entry).items():
                    yield from error_ids(key, item)
