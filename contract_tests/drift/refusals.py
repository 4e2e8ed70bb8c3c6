"""Compares what is refused, in which order and in which words: reality beside the emulator's own answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contract_tests.drift.bounds import Bounds
from contract_tests.drift.patches import scalar, with_member
from contract_tests.drift.second_opinion import Opinion, Question, SecondOpinion
from contract_tests.drift.spec_tree import Cursor, SpecTree
from contract_tests.drift.values import Confirmation, Difference, Edit
from contract_tests.records.exchange_lines import request_line
from contract_tests.records.history import Exchange

# By these an error is known: its words may be any.
IDENTITY_NAMES = ("exception", "key", "error", "code", "errorCode", "type")
CATALOGUE_NAMES = ("exception", "key", "code")
# Which gate a refusal comes from, by the beginning of its id.
GATES: Mapping[str, str] = {
    "credentials": "auth",
    "seller-mismatch": "auth",
    "user-agent": "user_agent",
    "storefront": "storefront",
}
PASSING_STATUSES = frozenset({500, 502, 503, 504})


@dataclass(slots=True)
class Refusals:
    """Compares the statuses and errors of a recording."""

    tree: SpecTree
    errors: Mapping[str, Mapping[str, Any]]
    opinions: SecondOpinion
    bounds: Bounds
    confirmations: list[Confirmation] = field(default_factory=list)

    def differences(self, operation: Any, exchange: Exchange) -> Iterator[Difference]:
        """Yield what is refused otherwise; an answer that only says that it is a bad moment is none."""
        if exchange.status in PASSING_STATUSES or not exchange.status:
            return
        question = self.opinions.question_of(exchange, operation)
        if question is None:
            yield from self._unknown_error(operation, exchange)
            return
        opinion = self.opinions.ask(question)
        if opinion.status == exchange.status:
            yield from self._same_status(operation, exchange, opinion)
        elif exchange.is_success:
            yield self._too_strict(operation, exchange, opinion)
        elif opinion.status // 100 == 2:
            yield self._too_lenient(operation, exchange, opinion)
        else:
            yield self._other_refusal(operation, exchange, question, opinion)

    def _same_status(self, operation: Any, exchange: Exchange, opinion: Opinion) -> Iterator[Difference]:
        if exchange.is_success or not opinion.refusal:
            return
        place = self.tree.error(opinion.refusal)
        ours, theirs = identity_of(opinion.body), identity_of(exchange.body.json)
        others = {name: (ours.get(name), one) for name, one in theirs.items() if one != ours.get(name)}
        if not others and theirs and place is not None and place.confidence == "I":
            self.confirmations.append(_confirmation(place, opinion, exchange))
        if not others or place is None:
            return
        edits = [edit for pair in others.values() for edit in self._new_words(place, *pair)]
        yield Difference(
            "other error",
            operation.id,
            f"{exchange.status} {opinion.refusal}",
            _words(ours),
            _words(ours),
            _words(theirs),
            request_line(exchange),
            line=place.line,
            edits=tuple(edits),
        )

    def _new_words(self, place: Cursor, ours: str | None, theirs: str) -> Iterator[Edit]:
        """Yield the edits that put the words of an error right."""
        for name in CATALOGUE_NAMES:
            word = place.child(name)
            if word is not None and word.value == ours:
                yield word.edit(scalar(theirs))
                return

    def _too_strict(self, operation: Any, exchange: Exchange, opinion: Opinion) -> Difference:
        """Say that reality takes what the emulator refuses."""
        bound = self.bounds.refused_by(operation, exchange, opinion.refusal)
        place = self.tree.error(opinion.refusal)
        line = bound.line if bound else place.line if place else None
        return Difference(
            "wider limit" if bound else "not refused",
            operation.id,
            bound.name if bound else opinion.refusal,
            bound.documents if bound else f"{opinion.refusal} is answered {opinion.status}",
            f"refuses it: {opinion.status} {opinion.refusal}",
            f"{bound.reality if bound else 'took it'}, answered {exchange.status}",
            request_line(exchange),
            line=line,
            edits=bound.edits if bound else (),
        )

    def _is_another_error(self, exchange: Exchange, refusal: str) -> bool:
        """Tell whether an answer is another error of the catalogue than the one that was due."""
        words = set(identity_of(exchange.body.json).values())
        return any(
            entry["status"] == exchange.status and entry.get("key") in words
            for error_id, entry in self.errors.items()
            if error_id != refusal
        )

    def _too_lenient(self, operation: Any, exchange: Exchange, opinion: Opinion) -> Difference:
        """Say that reality refuses what the emulator takes, or refuses for another reason."""
        bound = self.bounds.beyond_accepted(operation, exchange)
        words = _words(identity_of(exchange.body.json))
        place = self.tree.operation(operation)
        line = bound.line if bound else place.line if place else None
        return Difference(
            "narrower limit" if bound else "refused",
            operation.id,
            bound.name if bound else str(exchange.status),
            bound.documents if bound else opinion.refusal or "nothing forbids it",
            f"refuses it: {opinion.status} {opinion.refusal}" if opinion.refusal else "takes it",
            f"{bound.reality if bound else ''} {exchange.status} {words}".strip(),
            request_line(exchange),
            line=line,
            edits=bound.edits if bound else (),
        )

    def _other_refusal(
        self, operation: Any, exchange: Exchange, question: Question, opinion: Opinion
    ) -> Difference:
        gate = gate_of(opinion.refusal)
        other = self.opinions.without_fault(question, gate) if gate else None
        later = self.opinions.ask(other) if other else None
        if later is not None and later.status == exchange.status:
            return self._other_order(operation, exchange, (opinion, later))
        if self._is_another_error(exchange, opinion.refusal):
            return self._too_lenient(operation, exchange, opinion)
        place = self.tree.error(opinion.refusal)
        status = place.child("status") if place else None
        responses = self._declared_responses(operation, opinion.status, exchange.status)
        return Difference(
            "other status",
            operation.id,
            opinion.refusal,
            f"{opinion.refusal} is answered {opinion.status}",
            str(opinion.status),
            f"{exchange.status} {_words(identity_of(exchange.body.json))}".strip(),
            request_line(exchange),
            line=status.line if status else None,
            edits=(*([status.edit(str(exchange.status))] if status else ()), *responses),
        )

    def _declared_responses(self, operation: Any, old: int, new: int) -> list[Edit]:
        """Declare the new status beside the old one, with the same answer."""
        place = self.tree.operation(operation)
        responses = place.child("responses") if place else None
        answer = responses.child(str(old)) if responses else None
        if responses is None or answer is None or responses.child(str(new)) or "\n" in answer.source_text:
            return []
        return [with_member(responses, f'"{new}"', answer.source_text)]

    def _other_order(self, operation: Any, exchange: Exchange, both: tuple[Opinion, Opinion]) -> Difference:
        first, second = (gate_of(one.refusal) for one in both)
        word = self.tree.word(operation, "x-gates")
        gates = word.resolve() if word else None
        edits = swap(gates, first, second) if gates and first and second else []
        return Difference(
            "other order of checks",
            operation.id,
            f"{both[0].refusal} and {both[1].refusal}",
            f"{first} comes before {second}",
            f"answers {both[0].status} {both[0].refusal}",
            f"answered {exchange.status}, as for {both[1].refusal}",
            request_line(exchange),
            line=gates.line if gates else None,
            edits=tuple(edits),
        )

    def _unknown_error(self, operation: Any, exchange: Exchange) -> Iterator[Difference]:
        """Say that an error is none of the catalogue, where the emulator cannot be asked."""
        identity = identity_of(exchange.body.json)
        if exchange.is_success or exchange.status < 400 or not identity:
            return
        entries = [one for one in self.errors.values() if one["status"] == exchange.status]
        if any(set(identity.values()) & {one.get(name) for name in CATALOGUE_NAMES} for one in entries):
            return
        place = self.tree.operation(operation)
        yield Difference(
            "unknown error",
            operation.id,
            f"{exchange.status} {_words(identity)}",
            "no error of the catalogue",
            "never answers it",
            _words(identity),
            request_line(exchange),
            line=place.line if place else None,
        )


def identity_of(body: Any) -> dict[str, str]:
    """Give what an error is known by, the outermost first."""
    identity: dict[str, str] = {}
    for value in body if isinstance(body, list) else [body]:
        if isinstance(value, Mapping):
            for name in IDENTITY_NAMES:
                if isinstance(value.get(name), str) and value[name]:
                    identity.setdefault(name, value[name])
            for name, one in identity_of(value.get("errors")).items():
                identity.setdefault(name, one)
    return identity


def gate_of(refusal: str) -> str:
    """Name the gate that a refusal comes from; empty for one of none."""
    return next((gate for beginning, gate in GATES.items() if refusal.startswith(beginning)), "")


def swap(gates: Cursor, first: str, second: str) -> list[Edit]:
    """Put two items of a list in each other's place."""
    items = {one.value: one for one in gates.items()}
    if first not in items or second not in items:
        return []
    return [items[first].edit(second), items[second].edit(first)]


def _words(identity: Mapping[str, str]) -> str:
    return " ".join(dict.fromkeys(identity.values())) or "no word to know it by"


def _confirmation(place: Cursor, opinion: Opinion, exchange: Exchange) -> Confirmation:
    confidence = place.walk(["x-source", "confidence"])
    edits: Sequence[Edit] = [confidence.edit("C")] if confidence else []
    sentence = f"{opinion.refusal} is answered {exchange.status} with {_words(identity_of(opinion.body))}"
    return Confirmation(place.line, sentence, 1, tuple(edits))
