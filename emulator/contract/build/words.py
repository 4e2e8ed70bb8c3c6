"""Holds every x- word of the specs to vocabulary.yaml and every error id to the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from emulator.contract.faults import SpecFault

_ERROR_WORDS = frozenset({"x-on-invalid", "x-on-missing", "x-errors"})
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
    for name, document in law["documents"].items():
        for pointer, word, value in words_in(document):
            checker = checkers.get(word)
            if checker is None:
                raise SpecFault(
                    name, pointer, f"{word} is not in vocabulary.yaml; correct the word or define it there"
                )
            for breach in checker.iter_errors(value):
                raise SpecFault(name, pointer, breach.message)
            for error_id in error_ids(word, value):
                if error_id not in law["errors"]:
                    raise SpecFault(name, pointer, f"{error_id} is not in specs/errors/; add it there")


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
