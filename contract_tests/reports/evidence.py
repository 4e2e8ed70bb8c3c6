"""What was seen, in the language of the report: sentences of judges and of timelines, by their templates.

Judges write English, which tests, waivers and the formats for programs read. The table beside this file has
each of their sentences once more, with numbers for its facts, and what it is in another language.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from contract_tests.records.scenario import Moment
from contract_tests.reports.language import LANGUAGES, current_language

FACT = re.compile(r"\{(\d)\}")
LONGEST = 500
"""What is longer holds what a client has sent, and would take long to take apart."""


@dataclass(frozen=True, slots=True)
class Template:
    """One sentence. Shapes: each group of ``pattern`` is a fact, in their order."""

    pattern: re.Pattern[str]
    translation: str
    rank: tuple[bool, int]
    """Whether it says how a run ended, which holds all that follows, and how much of it is its own."""


def say_evidence(text: str) -> str:
    """Give what was seen in the language of the report; what the table does not have stays English."""
    language = current_language()
    return text if language == LANGUAGES[0] else translate_text(text, templates(language))


def say_timeline(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """Give the moments of a story in the language of the report."""
    return tuple(replace(moment, text=say_evidence(moment.text)) for moment in moments)


def translate_text(text: str, rows: tuple[Template, ...]) -> str:
    """Translate each sentence of a text."""
    return "; ".join(translate_sentence(sentence, rows) for sentence in text.split("; "))


def translate_sentence(text: str, rows: tuple[Template, ...]) -> str:
    """Translate a sentence and the sentences among its facts."""
    for row in rows if len(text) <= LONGEST else ():
        if match := row.pattern.fullmatch(text):
            facts = (translate_sentence(fact, rows) if " " in fact else fact for fact in match.groups())
            return row.translation.format(*facts)
    return text


@cache
def templates(language: str) -> tuple[Template, ...]:
    """Read the sentences of a language, in the order in which they are tried."""
    rows = (template(sentence, words) for sentence, words in table(language).items())
    return tuple(sorted(rows, key=lambda row: row.rank, reverse=True))


def table(language: str) -> Mapping[str, str]:
    """Read a language's table: English sentences and their translations."""
    text = files("contract_tests.reports").joinpath(f"evidence.{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def template(sentence: str, translation: str) -> Template:
    """Make a template of a sentence whose facts are numbers in braces."""
    own_texts = FACT.split(sentence)[::2]
    pattern = "(.+?)".join(map(re.escape, own_texts))
    rank = (sentence.startswith("exit "), len("".join(own_texts)))
    return Template(re.compile(pattern, re.DOTALL), translation, rank)
