"""The language of the reports for people: English, and what a table says in its place.

What rules ask and advise is translated in specs/translations/, the words of the reports in the table beside
this file, what was seen in the one of evidence.py. The formats for programs stay in English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files

from emulator import rule_sentences

LANGUAGES = ("en", "tr")
_current: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Have reports speak a language within the block."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def current_language() -> str:
    """Name the language that reports speak now."""
    return _current.get()


def say(sentence: str, /, **facts: object) -> str:
    """Give a sentence in the language of the report, with its facts; in English without a translation."""
    language = current_language()
    words = sentence if language == LANGUAGES[0] else _table(language).get(sentence, sentence)
    return words.format(**facts) if facts else words


@cache
def _table(language: str) -> Mapping[str, str]:
    text = files("contract_tests.reports").joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return {**rule_sentences(language), **tomllib.loads(text)}


def upper_case(words: str) -> str:
    """Write words in capitals, as the language has them: in Turkish i becomes İ."""
    return (words.replace("i", "İ") if current_language() == "tr" else words).upper()
