"""Answers to customer questions: to which questions, how often, and with what.

What a client knew of a question is what the lists had shown it by then, and which of its answers were taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.judge.rules.knowledge import with_knowledge
from contract_tests.judge.rules.package_writes import body_value
from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.rulebook import Rule

WAITING = "WAITING_FOR_ANSWER"


@dataclass(slots=True)
class Knowledge:
    """What a client knew when it sent a request.

    Shapes: questions by their numbers, as a list showed them last; ``answered_numbers`` are those of which an
    answer was taken since; ``rejected_texts`` are the texts that came back rejected.
    """

    statuses: dict[str, str] = field(default_factory=dict)
    answered_numbers: set[str] = field(default_factory=set)
    rejected_texts: dict[str, set[str]] = field(default_factory=dict)

    def read(self, exchange: Exchange) -> None:
        """Take in what a list or a lookup shows."""
        for row in listed_questions(exchange):
            number = str(row["id"])
            self.statuses[number] = str(row.get("status"))
            if self.statuses[number] == WAITING:
                self.answered_numbers.discard(number)
            rejected_answer = row.get("rejectedAnswer")
            if isinstance(rejected_answer, Mapping) and isinstance(rejected_answer.get("text"), str):
                self.rejected_texts.setdefault(number, set()).add(rejected_answer["text"])

    def write(self, exchange: Exchange) -> None:
        """Take in that an answer was taken."""
        if exchange.is_success:
            self.answered_numbers.add(question_number(exchange))


def answered_when_waiting(history: History, rule: Rule) -> Iterator[Evaluation]:
    """An answer is sent to a question that waits for one, as the client last read it."""
    for exchange, knowledge in _answers(history, rule):
        number = question_number(exchange)
        status = knowledge.statuses.get(number)
        if status is not None:
            sentence = f"question {number} was {status} when an answer was sent"
            yield Evaluation((exchange,), sentence if status != WAITING else None)


def answered_once(history: History, rule: Rule) -> Iterator[Evaluation]:
    """After an answer was taken no other one is sent, unless a list has shown the question waiting again."""
    for exchange, knowledge in _answers(history, rule):
        number = question_number(exchange)
        sentence = f"question {number} was answered again, though an answer had been taken"
        yield Evaluation((exchange,), sentence if number in knowledge.answered_numbers else None)


def rejected_text_changed(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A text that came back rejected is not sent to the same question again."""
    for exchange, knowledge in _answers(history, rule):
        number = question_number(exchange)
        texts = knowledge.rejected_texts.get(number)
        if texts:
            sentence = f"question {number} was sent the text again that had been rejected"
            yield Evaluation((exchange,), sentence if body_value(exchange, "text") in texts else None)


def listed_question(history: History, rule: Rule) -> Iterator[Evaluation]:
    """The number in a path is one that a list has shown; one that was refused and never shown is none."""
    for exchange, knowledge in _answers(history, rule):
        number = question_number(exchange)
        if knowledge.statuses:
            is_unknown = number not in knowledge.statuses and exchange.status in rule.facts["statuses"]
            sentence = f"{number} was refused with {exchange.status}, and no list has shown it"
            yield Evaluation((exchange,), sentence if is_unknown else None)


def _answers(history: History, rule: Rule) -> Iterator[tuple[Exchange, Knowledge]]:
    """Go through the answers that a rule speaks of, each with what the client knew before it."""
    return with_knowledge(history, rule, Knowledge(), question_number)


def listed_questions(exchange: Exchange) -> list[Mapping[str, Any]]:
    """Read the questions that an answer shows, be it a list or one by itself."""
    body = exchange.body.json if exchange.is_success and "/qna/" in exchange.path else None
    rows = body.get("content", [body]) if isinstance(body, dict) else []
    return [row for row in rows if isinstance(row, dict) and "id" in row] if isinstance(rows, list) else []


def question_number(exchange: Exchange) -> str:
    """Give the number of the question in a path, empty when it has none."""
    return exchange.segments.get("id", "") if "/qna/" in exchange.path else ""
