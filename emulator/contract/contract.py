"""The loaded law: every document, operation, error and decision, ready for use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from emulator.contract.addresses import Address, unbuilt_operation
from emulator.contract.errors import Catalogue
from emulator.contract.faults import SpecFault
from emulator.contract.operations import Operation, operations_of
from emulator.contract.sources import read_compiled, read_recipes


@dataclass(frozen=True, slots=True)
class Contract:
    """What specs/ and fixtures/ say, as values; a document is read when it is first wanted."""

    hosts: Mapping[str, Mapping[str, Any]]
    """The vendor's hosts, each with what is there."""
    translations: Mapping[str, Mapping[str, str]]
    """By language what the rules ask and advise: English sentence -> its own."""
    documents: Mapping[str, Mapping[str, Any]]
    """The bundled OpenAPI documents by name."""
    dated_fields: Mapping[str, Mapping[str, Any]]
    """By document and operation the fields of bodies that come and go."""
    addresses: tuple[Address, ...]
    """Where every operation lives, those that are not served last."""
    retired_paths: Mapping[str, str]
    """From each beginning of paths that is closed the error that answers there."""
    old_paths: Mapping[str, tuple[str, int]]
    """From each path that is closed to the one in its place, and when it closed, epoch milliseconds UTC."""
    catalogue: Catalogue
    """The errors and their envelopes."""
    decisions: Mapping[str, Mapping[str, Any]]
    """Where sources contradict each other: options and default by id."""
    worlds: Mapping[str, Any]
    """The recipes of worlds by name."""
    lookups: Mapping[str, Any]
    """Lists such as places and categories by name."""
    lookups_digest: str
    """What tells them from other lists."""
    samples: Mapping[str, Any]
    """Printed bodies by family, operation and status."""
    operations_by_document: dict[str, tuple[Operation, ...]] = field(default_factory=dict, repr=False)
    """Those that were wanted so far."""

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation that is served; all documents are read for them."""
        return tuple(operation for name in self.documents for operation in self.operations_in(name))

    @property
    def unbuilt(self) -> tuple[Operation, ...]:
        """The documented operations that are not served."""
        return tuple(self.operation_at(address) for address in self.addresses if address.listed_in)

    def operations_in(self, name: str) -> tuple[Operation, ...]:
        """Give the operations of a document, made once."""
        if name not in self.operations_by_document:
            fields = self.dated_fields.get(name, {})
            self.operations_by_document[name] = tuple(operations_of(name, self.documents[name], fields))
        return self.operations_by_document[name]

    def operation_at(self, address: Address) -> Operation:
        """Give the operation of an address, served or not."""
        if address.listed_in:
            return unbuilt_operation(self.documents, address)
        place = (address.method, address.path)
        return next(
            operation
            for operation in self.operations_in(address.document)
            if (operation.method, operation.path) == place
        )

    def decide(self, choices: Mapping[str, str]) -> dict[str, str]:
        """Give every decision its option: the default, or the one chosen.

        Errors: SpecFault for a decision or an option that does not exist.
        """
        for name, option in choices.items():
            entry = self.decisions.get(name)
            if entry is None:
                names = ", ".join(self.decisions)
                raise SpecFault("decisions.yaml", "", f"there is no decision {name}; known: {names}")
            if option not in entry["options"]:
                options = " or ".join(entry["options"])
                raise SpecFault("decisions.yaml", "", f"{name} has no option {option}; choose {options}")
        return {name: choices.get(name, entry["default"]) for name, entry in self.decisions.items()}

    def find_document(self, name: str) -> Mapping[str, Any] | None:
        """Find a document by name; the edition may stand before the family, as it once did."""
        system, _, rest = name.partition("/")
        edition, _, family = rest.partition("/")
        return self.documents.get(name) or self.documents.get(f"{system}/{family}/{edition}")

    def distinct(self) -> list[Operation]:
        """Give each operation of each document once, at the first of the addresses it is served under."""
        first: dict[tuple[str, str], Operation] = {}
        for operation in self.operations:
            first.setdefault((operation.document, operation.id), operation)
        return list(first.values())

    def rules_of(self, operation: Operation) -> Iterator[dict[str, Any]]:
        """Yield the laws that hold at an operation: the platform's, its document's, its own.

        An operation whose document states none of its own goes by those of the other edition.
        """
        own = [rule for rule in self.rules() if rule["operation"] == operation.id]
        yield from (
            rule
            for rule in self.rules()
            if rule["operation"] is None
            and f"{operation.document}/".startswith(self.rule_scope(rule["document"]))
        )
        yield from [rule for rule in own if rule["document"] == operation.document] or own

    def rule_scope(self, name: str) -> str:
        """Name what the rules of a document hold for: the document, or its system where it has no paths.

        Shapes: with a slash at the end; a system is the folder of its documents.
        """
        return f"{name if self.documents[name]['paths'] else name.rpartition('/')[0]}/"

    def rules(self) -> Iterator[dict[str, Any]]:
        """Yield the laws for consumers, each with its document and, where it has one, its operation."""
        for name, document in self.documents.items():
            for rule in document.get("x-rules", ()):
                yield {**rule, "document": name, "operation": None}
        for operation in self.distinct():
            for rule in operation.tree.get("x-rules", ()):
                yield {**rule, "document": operation.document, "operation": operation.id}


@cache
def load_contract() -> Contract:
    """Load the compiled law, once a process.

    Errors: SpecFault with one sentence when the specs cannot be used.
    """
    law = read_compiled()
    return Contract(
        hosts=law["hosts"],
        translations=law["translations"],
        documents=law["documents"],
        dated_fields=law["dated_fields"],
        addresses=tuple(Address(*row) for row in law["addresses"]),
        retired_paths=law["retired_paths"],
        old_paths={path: (new_path, until_ms) for path, (new_path, until_ms) in law["old_paths"].items()},
        catalogue=Catalogue(law["errors"], law["envelopes"]),
        decisions=law["decisions"],
        worlds=law["worlds"],
        lookups=law["lookups"],
        lookups_digest=law["lookups_digest"],
        samples=law["samples"],
    )


def vendor_hosts() -> tuple[str, ...]:
    """Name the vendor's hosts: production, stage, those of old addresses, the B2B gateway's and PazarSync's.

    Source: specs/hosts.yaml.
    """
    return tuple(load_contract().hosts)


def rule_sentences(language: str) -> Mapping[str, str]:
    """Give what the rules ask and advise in another language, by the English sentence.

    Source: specs/translations/.
    """
    return load_contract().translations[language]


def contract_with(recipe_folder: Path | None) -> Contract:
    """Load the law, with the recipes of a folder among its worlds.

    Errors: SpecFault for what is no recipe, OSError for what is no folder.
    """
    contract = load_contract()
    if recipe_folder is None:
        return contract
    return replace(contract, worlds={**contract.worlds, **read_recipes(recipe_folder, contract.worlds)})
