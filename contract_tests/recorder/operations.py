"""Finds what the documents say of a request: its operation, and the places of its values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from contract_tests.recorder.personal_places import Place, Places
from contract_tests.records.paths import segments_of, vendor_path
from contract_tests.records.rulebook import Operation, Rulebook

TURKISH = ("", "TR", "1")
JSON = "application/json"
LITERAL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")

Tree = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes, cut into its parts, and what the documents say of them."""

    prefix: str
    """What stands before the vendor's path."""
    segments: tuple[str, ...]
    """The vendor's path, as it was sent."""
    query: tuple[tuple[str, str], ...]
    """The decoded query."""
    edition: str = ""
    """The edition it was found in."""
    template: tuple[str, ...] = ()
    """The segments of the operation's path; none where no document has it."""
    parameters: Mapping[str, Place | None] = field(default_factory=dict)
    """The places of its parameters by their names, in small letters."""
    request: Place | None = None
    """The place of its body."""
    answers: Mapping[str, Place | None] = field(default_factory=dict)
    """The places of its answers by status, and under 2 and 4 of all that are a success or not."""

    @property
    def is_known(self) -> bool:
        """Whether a document has the path."""
        return bool(self.template)

    @property
    def literals(self) -> frozenset[str]:
        """The segments of its path that are no parameters."""
        return frozenset(one for one in self.template if not one.startswith("{"))

    def path_parameter(self, at: int) -> Place | None:
        """Give the place of a segment; None where it is no parameter."""
        if at >= len(self.template) or not self.template[at].startswith("{"):
            return None
        return self.parameters.get(self.template[at].strip("{}").lower())

    def parameter(self, name: str) -> Place | None:
        """Give the place of a query parameter; None for one that no document has."""
        return self.parameters.get(name.lower())

    def answer(self, status: int) -> Place | None:
        """Give the place of an answer; of a status that no document has, what those of its kind have."""
        return self.answers.get(str(status)) or self.answers.get("2" if status // 100 == 2 else "4")


class Targets:
    """Finds the targets of requests in the documents."""

    def __init__(self, rulebook: Rulebook, documents: Mapping[str, Tree]) -> None:
        self._rulebook, self._documents = rulebook, documents
        self._places = {name: Places(tree.get("components", {})) for name, tree in documents.items()}
        paths = [one.path for one in rulebook.operations]
        self.words = frozenset(
            segment for path in paths for segment in path.split("/") if LITERAL.fullmatch(segment)
        )
        self._by_operation: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._refusals: Place | None = None

    def find(self, method: str, target: str, origin: str, storefront: str) -> Target:
        """Find what the documents say of a request; of an unknown path its parts alone."""
        address = urlsplit(target if target.startswith("/") else "/" + target)
        path = vendor_path(address.path, urlsplit(origin).hostname or "")
        prefix = address.path[: len(address.path) - len(path or address.path)]
        query = tuple(parse_qsl(address.query, keep_blank_values=True, errors="replace"))
        segments = tuple((path or address.path).split("/"))
        for edition in ("tr", "int") if storefront.upper() in TURKISH else ("int", "tr"):
            place = self._rulebook.operation_at(method, path, edition) if path else None
            if place:
                return Target(
                    prefix, segments, query, edition, segments_of(place[0].path), **self._of(place[0])
                )
        return Target(prefix, segments, query, answers={"4": self._refusal()})

    def is_read(self, method: str, target: str, origin: str) -> bool:
        """Tell whether a request changes nothing: by its method, or by what the documents say of it."""
        if method in ("GET", "HEAD", "OPTIONS"):
            return True
        path = vendor_path(urlsplit(target).path, urlsplit(origin).hostname or "")
        for edition in ("tr", "int"):
            place = self._rulebook.operation_at(method, path, edition) if path else None
            if place and _tree(self._documents[place[0].document], place[0])[1].get("x-reads"):
                return True
        return False

    def _of(self, operation: Operation) -> dict[str, Any]:
        key = (operation.document, operation.method, operation.path)
        if key not in self._by_operation:
            self._by_operation[key] = self._describe(operation)
        return self._by_operation[key]

    def _describe(self, operation: Operation) -> dict[str, Any]:
        places, document = self._places[operation.document], self._documents[operation.document]
        item, tree = _tree(document, operation)
        parameters = [
            places.resolve(one["$ref"]) if "$ref" in one else one
            for one in (*item.get("parameters", ()), *tree.get("parameters", ()))
        ]
        responses = {
            status: list(_schemas(places, response)) for status, response in tree["responses"].items()
        }
        kinds = {
            kind: [
                one
                for status, schemas in responses.items()
                if (status[0] == "2") == (kind == "2")
                for one in schemas
            ]
            for kind in ("2", "4")
        }
        return {
            "parameters": {one["name"].lower(): _parameter(places, one) for one in parameters},
            "request": places.place_of(list(_schemas(places, tree.get("requestBody", {})))),
            "answers": {
                status: places.place_of(schemas) for status, schemas in (*kinds.items(), *responses.items())
            },
        }

    def _refusal(self) -> Place | None:
        """Give the place of any refusal, for paths that no document has."""
        if self._refusals is None:
            schemas = (
                (name, schema)
                for name, tree in self._documents.items()
                for schema in [tree.get("components", {}).get("schemas", {}).get("GatewayError")]
                if schema
            )
            name, schema = next(schemas)
            self._refusals = self._places[name].place_of([schema])
        return self._refusals


def _parameter(places: Places, parameter: Tree) -> Place:
    schemas: list[Tree] = [parameter.get("schema", {})]
    if "x-personal" in parameter:
        schemas.insert(0, {"x-personal": parameter["x-personal"]})
    place = places.place_of(schemas) or Place()
    # A value stands in the query as a text, several of a list with commas.
    return Place(place.kind or (place.items.kind if place.items else ""))


def _tree(document: Tree, operation: Operation) -> tuple[Tree, Tree]:
    for server in document["servers"]:
        for path, item in document["paths"].items():
            if server["url"].rstrip("/") + path == operation.path:
                return item, item[operation.method.lower()]
    raise KeyError(operation.path)


def _schemas(places: Places, body: Tree) -> Iterator[Tree]:
    node = places.resolve(body["$ref"]) if "$ref" in body else body
    contents: Sequence[Tree] = [one for kind, one in node.get("content", {}).items() if kind == JSON]
    yield from (one["schema"] for one in contents if "schema" in one)
