"""What was run and seen, in the language of the report: English sentences by their templates.

Judges and runs write English, which tests, waivers and the formats for programs read. The tables beside this
file have each of their sentences once more, with numbers for its facts, and what it is in another language.
A fact that is an amount, {0:number}, is written as that language writes it; what others have written,
{0:verbatim}, stays as it is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import zip_longest

from contract_tests.records.scenario import Moment
from contract_tests.reports.language import LANGUAGES, current_language

FACT = re.compile(r"\{(\d)(?::(\w+))?\}")
ANY, PATTERN_OF_KIND = "(.+?)", {"number": r"([\d.,]+)"}
MARKS = {"tr": str.maketrans(",.", ".,")}
"""What a language writes between thousands and before decimals, for the marks of English."""
HOLDS_THE_REST = re.compile(r"exit .* although|\{0\}, then|\{0:verbatim\} -> ")
RULE_ID = re.compile(r"[A-Z]+-[A-Z0-9]+-\d+")
LONGEST = 500
"""What is longer holds what a client has sent, and would take long to take apart."""
TABLES = ("evidence", "requests", "runs", "refusals", "scenarios")


@dataclass(frozen=True, slots=True)
class Template:
    """One sentence. Shapes: each group of ``pattern`` is a fact, in their order."""

    pattern: re.Pattern[str]
    kinds: tuple[str | None, ...]
    """The kind of each fact: None where it may be a sentence itself."""
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
            facts = zip(match.groups(), row.kinds, strict=True)
            return row.translation.format(*(translate_fact(fact, kind, rows) for fact, kind in facts))
    return text


def translate_fact(fact: str, kind: str | None, rows: tuple[Template, ...]) -> str:
    """Translate a fact that is a sentence itself, or an amount; a name or value stays as it is."""
    if kind == "number":
        return fact.translate(MARKS[current_language()])
    return translate_sentence(fact, rows) if kind is None and " " in fact else fact


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
    parts = FACT.split(sentence)
    own_texts, kinds = parts[::3], tuple(parts[2::3])
    groups = (PATTERN_OF_KIND.get(kind, ANY) for kind in kinds)
    pattern = "".join(re.escape(text) + group for text, group in zip_longest(own_texts, groups, fillvalue=""))
    rank = (HOLDS_THE_REST.match(sentence) is not None, len("".join(own_texts)))
    return Template(re.compile(pattern, re.DOTALL), kinds, translation, rank)
