"""The rulebook an integration is judged by: operations and rules as values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contract_tests.records.paths import literals, match


@dataclass(frozen=True, slots=True)
class Source:
    """Where a claim comes from; confidence D documented, C seen by a client, I inferred, P the purpose."""

    page: str
    confidence: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule stands: a whole document without an ``operation``.

    Shapes: ``document`` that ends with a slash is a folder: every document of a system, and all its traffic.
    """

    document: str
    operation: str | None

    @property
    def whole_system(self) -> bool:
        """Whether all traffic of a system is meant."""
        return self.document.endswith("/")

    def holds(self, document: str, operation: str | None) -> bool:
        """Tell whether an operation of a document stands here; a path no spec has is under the folder's."""
        if self.whole_system:
            return document.startswith(self.document)
        return operation is not None and self.document == document and self.operation in (None, operation)


@dataclass(frozen=True, slots=True)
class Rule:
    """One checkable rule."""

    id: str
    """Such as TY-CAT-004."""
    level: str
    """MUST or SHOULD."""
    sentence: str
    """What it asks of a client, in one sentence."""
    judge: str
    """The name of its judge in JUDGES."""
    facts: Mapping[str, Any]
    """The parameters of its judge."""
    source: Source
    """Where it comes from."""
    advice: str = ""
    """What to do when it was broken, in one sentence."""
    places: tuple[Place, ...] = ()
    """Every document or operation at which it holds."""

    def covers(self, document: str, operation: str | None) -> bool:
        """Tell whether the rule speaks of an operation, or of a path that no spec has."""
        return any(place.holds(document, operation) for place in self.places)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of one edition.

    Shapes: ``edition`` is empty where there are none; ``path`` is the template with the vendor's prefix;
    ``query_names`` are those its document has; ``names_by_lower_case`` leads to them where case is ignored.
    """

    id: str
    """Its operationId."""
    document: str
    """The name of its document."""
    edition: str
    """int or tr, empty where there are none."""
    method: str
    """The method in capital letters."""
    path: str
    """The template with the vendor's prefix."""
    names_by_lower_case: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Query names by small letters where case is ignored."""
    query_names: tuple[str, ...] = ()
    """The query names that its document has."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Every operation and every rule."""

    operations: tuple[Operation, ...] = ()
    rules: tuple[Rule, ...] = ()

    def operation_at(
        self, method: str, path: str, edition: str
    ) -> tuple[Operation, Mapping[str, str]] | None:
        """Find the operation of a path in an edition, with the values of the path's braces."""
        matches = [
            (operation, values)
            for operation in self.operations
            if operation.method == method and operation.edition in ("", edition)
            if (values := match(operation.path, path)) is not None
        ]
        return max(matches, key=lambda pair: literals(pair[0].path), default=None)

    def is_unbuilt(self, method: str, path: str, edition: str) -> bool:
        """Tell whether a path is documented in an edition and the emulator has no operation for it."""
        return any(
            edition in entry["editions"] and match(template, path) is not None
            for one in self.rules_by("path_documented")
            for address, entry in one.facts["documented"].items()
            for its_method, _, template in [address.partition(" ")]
            if its_method == method
        )

    def rules_by(self, judge: str, **facts: Any) -> tuple[Rule, ...]:
        """List the rules of one judge whose parameters have these values."""
        return tuple(
            rule
            for rule in self.rules
            if rule.judge == judge and all(rule.facts.get(name) == value for name, value in facts.items())
        )

    def for_operations(self, operations: Collection[str], edition: str) -> Rulebook:
        """Keep the rules of the documents that hold these operations, and those of their systems."""
        mentioned_operations = (
            one for one in self.operations if one.edition in ("", edition) and one.id in operations
        )
        documents = {one.document for one in mentioned_operations}
        rules = (rule for rule in self.rules if any(_speaks_of(place, documents) for place in rule.places))
        return replace(self, rules=tuple(rules))


def _speaks_of(place: Place, documents: Collection[str]) -> bool:
    if place.whole_system:
        return any(document.startswith(place.document) for document in documents)
    return place.document in documents
