"""The texts of the pages: one catalogue a language, and which of them a visitor reads."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from emulator.contract.contract import rule_sentences

LANGUAGES = ("en", "tr")
_FOLDER = Path(__file__).with_name("languages")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Read the texts of a language by their keys, such as ``traffic.title``."""
    with (_FOLDER / f"{language}.toml").open("rb") as file:
        return dict(_flatten(tomllib.load(file)))


def _flatten(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def say(language: str, key: str, **facts: Any) -> str:
    """Give a text with its facts filled in.

    Errors: KeyError where the catalogue has no such text.
    """
    return catalogue(language)[key].format_map(facts)


def word(language: str, kind: str, name: str | None) -> str:
    """Give the word for a value of a kind, such as a status; the value itself where there is none."""
    return catalogue(language).get(f"{kind}.{name}", str(name or ""))


def rule_text(language: str, sentence: str) -> str:
    """Give what a rule asks or advises in a language; the English sentence where it has no translation."""
    return sentence if language == LANGUAGES[0] else rule_sentences(language).get(sentence, sentence)


def preferred_language(choice: str | None, accept_language: str) -> str:
    """Tell which language a visitor reads: the chosen one, else the first of ours that the browser names."""
    if choice in LANGUAGES:
        return choice
    ranges = sorted(_ranges(accept_language), key=lambda pair: -pair[1])
    names = (name.partition("-")[0].strip().lower() for name, weight in ranges if weight > 0)
    return next((name for name in names if name in LANGUAGES), LANGUAGES[0])


def _ranges(accept_language: str) -> Iterator[tuple[str, float]]:
    for part in accept_language.split(","):
        name, _, weight = part.partition(";q=")
        try:
            yield name, float(weight or 1)
        except ValueError:
            yield name, 0.0
