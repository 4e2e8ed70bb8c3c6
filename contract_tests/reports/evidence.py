"""What was run and seen, in the language of the report: English sentences by their templates.

Judges and runs write English, which tests, waivers and the formats for programs read. The tables beside this
file have each of their sentences once more, with numbers for its facts, and what it is in another language.
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
HOLDS_THE_REST = re.compile(r"exit .* although|\{0\}, then")
RULE_ID = re.compile(r"[A-Z]+-[A-Z0-9]+-\d+")
LONGEST = 500
TABLES = ("evidence", "runs", "scenarios")
"""What is longer holds what a client has sent, and would take long to take apart."""


@dataclass(frozen=True, slots=True)
class Template:
    """One sentence. Shapes: each group of ``pattern`` is a fact, in their order."""

    pattern: re.Pattern[str]
    translation: str
    rank: tuple[bool, int]
    """Whether all that follows belongs to it, and how much of it is its own."""

    def is_name(self, text: str) -> bool:
        """Tell whether a text is this sentence, and the sentence has no facts."""
        return not self.pattern.groups and self.pattern.fullmatch(text) is not None


def say_evidence(text: str) -> str:
    """Give what was seen in the language of the report; what the table does not have stays English."""
    language = current_language()
    return text if language == LANGUAGES[0] else translate_text(text, templates(language))


def say_output(text: str) -> str:
    """Give what a client printed as it stands, and say in the language of the report where it did."""
    place, line_end, output = text.partition("\n")
    return f"{say_evidence(place)}{line_end}{output}"


def say_timeline(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """Give the moments of a story in the language of the report."""
    return tuple(replace(moment, text=say_evidence(moment.text)) for moment in moments)


def translate_text(text: str, rows: tuple[Template, ...]) -> str:
    """Translate each sentence of a text."""
    return "; ".join(translate_sentence(sentence, rows) for sentence in text.split("; "))


def translate_sentence(text: str, rows: tuple[Template, ...]) -> str:
    """Translate a sentence and those among its facts; a name and what is said of it, each by itself."""
    name, colon, rest = text.partition(": ")
    if colon and (RULE_ID.fullmatch(name) or any(row.is_name(name) for row in rows)):
        return f"{translate_sentence(name, rows)}{colon}{translate_sentence(rest, rows)}"
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
    """Read a language's tables: English sentences and their translations."""
    folder = files("contract_tests.reports")
    texts = (folder.joinpath(f"{name}.{language}.toml").read_text(encoding="utf-8") for name in TABLES)
    return {sentence: words for text in texts for sentence, words in tomllib.loads(text).items()}


def template(sentence: str, translation: str) -> Template:
    """Make a template of a sentence whose facts are numbers in braces."""
    own_texts = FACT.split(sentence)[::2]
    pattern = "(.+?)".join(map(re.escape, own_texts))
    rank = (HOLDS_THE_REST.match(sentence) is not None, len("".join(own_texts)))
    return Template(re.compile(pattern, re.DOTALL), translation, rank)
