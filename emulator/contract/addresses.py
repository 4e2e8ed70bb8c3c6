"""Where operations live: listed once, while the law is compiled, so that a start reads no document for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from emulator.contract.dates import span_of
from emulator.contract.operations import Operation, buckets_of

_BRACES = re.compile(r"\{\w+\}")


class Address(NamedTuple):
    """One path and method of one edition."""

    method: str
    """The method in capital letters."""
    path: str
    """The whole template with the server's prefix."""
    edition: str
    """The edition that it belongs to."""
    family: str
    """The package under emulator/ that answers."""
    operation: str
    """The operationId."""
    document: str
    """The document that describes it, or whose manners it has."""
    listed_in: str = ""
    """The document that lists it as documented, where nothing serves it yet; else empty."""


def addresses_of(
    documents: Mapping[str, Mapping[str, Any]], operations: Iterable[Operation]
) -> Iterator[Address]:
    """Yield the address of each operation, then each documented address that nothing serves."""
    served_keys = set()
    for entry in operations:
        served_keys.add(address_key(entry.method, entry.path, entry.edition))
        yield Address(entry.method, entry.path, entry.edition, entry.family, entry.id, entry.document)
    for listed_in, document in documents.items():
        for address, entry in document.get("x-documented", {}).items():
            method, path = address.split(" ")
            for edition in entry["editions"]:
                if address_key(method, path, edition) not in served_keys:
                    name = f"{entry['like']}/{edition}"
                    family = documents[name]["x-family"]
                    yield Address(method, path, edition, family, entry["id"], name, listed_in)


def address_key(method: str, path: str, edition: str) -> tuple[str, str, str]:
    """Give what is one address, however the parameters of its path are named."""
    return method, _BRACES.sub("{}", path), edition


def unbuilt_operation(documents: Mapping[str, Mapping[str, Any]], address: Address) -> Operation:
    """Make the operation of an address that nothing serves, without schemas.

    Shapes: gates, envelope and limits are those of the document that it is like; ``tree`` has its entry in
    the list in the place of an OpenAPI operation.
    """
    entry = documents[address.listed_in]["x-documented"][f"{address.method} {address.path}"]
    document = documents[address.document]
    words = {key: value for key, value in document.items() if key.startswith("x-")}
    return Operation(
        id=address.operation,
        document=address.document,
        method=address.method,
        path=address.path,
        parameters=(),
        buckets=tuple(buckets_of(words.get("x-limit", ()), entry, address.edition)),
        words=words,
        tree=entry,
        components={},
        queries={},
        query_names={},
        defaults={},
        span=span_of(entry, address.edition),
    )
