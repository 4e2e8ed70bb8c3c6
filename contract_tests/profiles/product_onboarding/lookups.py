"""The numbers that the names of brands, categories, attributes and values stand for: asked once, and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.patience import endpoint
from contract_tests.clients.problems import Problem
from contract_tests.clients.protocol import Row

KIND = "lookups"
SIZE = 1_000
WEEK_MS = 7 * 86_400_000


class Unknown(Problem):
    """A name that the marketplace does not know, or one that it takes no products under."""


@dataclass(frozen=True, slots=True)
class Lookups:
    """What is looked up, and kept for a week."""

    market: Marketplace
    """Whom to ask."""

    copy: LocalCopy
    """Where answers are kept for the next run."""

    answers: dict[str, Row]
    """What was answered, by question."""

    def ask(self, operation: str, path: str, query: Row | None = None) -> Any:
        """Give the answer to a question, the one of before where it is not a week old."""
        key, now_ms = f"{path}?{query or ''}", self.market.account.now_ms
        row = self.answers.get(key)
        if row is not None and now_ms - row["asked_ms"] < WEEK_MS:
            return row["answer"]
        service = self.market.service
        answer: Any = service.read(
            f"/integration/product{path}",
            query or {},
            before=lambda: self.market.pace.take([endpoint(operation)], service.clock),
        )
        self.answers[key] = {"key": key, "answer": answer, "asked_ms": now_ms}
        self.copy.merge(KIND, "key", [self.answers[key]])
        return answer

    def brand_id(self, name: str) -> int:
        """The number of a brand.

        Errors: Unknown.
        """
        brands = self.ask("brand", "/brands/by-name", {"name": name})
        return int(
            _first([each["id"] for each in brands if each["name"] == name], f"there is no brand {name}")
        )

    def category_id(self, names: list[str]) -> int:
        """The number of the leaf that is found under these names, from a root on.

        Errors: Unknown, for a node that has others below it too.
        """
        node = self.node(names)
        if node["subCategories"]:
            raise Unknown(f"{' > '.join(names)} has categories below it")
        return int(node["id"])

    def node(self, names: list[str]) -> Row:
        """The node that is found under these names.

        Errors: Unknown.
        """
        tree = self.ask("categories", "/product-categories")
        nodes: list[Row] = tree["categories"] if isinstance(tree, dict) else tree
        node: Row = {}
        for name in names:
            node = _first([each for each in nodes if each["name"] == name], f"there is no category {names}")
            nodes = node["subCategories"]
        return node

    def attributes(self, category_id: int, values: Row) -> list[Row]:
        """What is sent for the named values of a category's attributes.

        Errors: Unknown.
        """
        path = f"/categories/{category_id}/attributes"
        rows = self.ask("attributes", path)["categoryAttributes"]
        by_name = {each["attribute"]["name"]: each for each in rows}
        missing = [name for name, each in by_name.items() if each["required"] and name not in values]
        if missing:
            raise Unknown(f"required and not given: {', '.join(missing)}")
        return [self.attribute(path, by_name.get(name), name, str(value)) for name, value in values.items()]

    def attribute(self, path: str, row: Row | None, name: str, value: str) -> Row:
        """One attribute with its value by number, or as text where it is none of the list.

        Errors: Unknown.
        """
        if row is None:
            raise Unknown(f"there is no attribute {name}")
        number = row["attribute"]["id"]
        for each in self.values(f"{path}/{number}/values"):
            if value in (each.get("attributeValueName"), each.get("attributeValue")):
                return {"attributeId": number, "attributeValueId": each["attributeValueId"]}
        if not row["allowCustom"]:
            raise Unknown(f"{name} has no value {value}")
        return {"attributeId": number, "customAttributeValue": value}

    def values(self, path: str) -> Iterable[Row]:
        """Every value of an attribute."""
        page = self.ask("values", path, {"page": 0, "size": SIZE})
        yield from page["content"]
        for number in range(1, page["totalPages"]):
            yield from self.ask("values", path, {"page": number, "size": SIZE})["content"]


MakeLookups = Callable[[Marketplace, LocalCopy], Lookups]


def saved_lookups(market: Marketplace, copy: LocalCopy) -> Lookups:
    """Go on with what earlier runs were answered."""
    return Lookups(market, copy, {row["key"]: row for row in copy.rows(KIND)})


def _first(matches: list[Any], sentence: str) -> Any:
    if not matches:
        raise Unknown(sentence)
    return matches[0]
