"""Documented addresses that no operation serves: what the list of the specs has more than the documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from emulator.contract.dates import span_of
from emulator.contract.operations import Operation, buckets_of

_BRACES = re.compile(r"\{\w+\}")


def unbuilt_operations(
    documents: Mapping[str, Mapping[str, Any]], operations: Iterable[Operation]
) -> Iterator[Operation]:
    """Yield each documented address that nothing serves, once an edition, as an operation without schemas.

    Shapes: gates, envelope and limits are those of the document its entry names; ``tree`` has the entry
    itself in the place of an OpenAPI operation.
    """
    served_keys = {address_key(entry.method, entry.path, entry.edition) for entry in operations}
    words = {name: _words(document) for name, document in documents.items() if "x-edition" in document}
    for document in documents.values():
        for address, entry in document.get("x-documented", {}).items():
            method, path = address.split(" ")
            for edition in entry["editions"]:
                if address_key(method, path, edition) not in served_keys:
                    name = f"{entry['like']}/{edition}"
                    yield _unbuilt(method, path, name, words[name], entry)


def address_key(method: str, path: str, edition: str) -> tuple[str, str, str]:
    """Give what is one address, however the parameters of its path are named."""
    return method, _BRACES.sub("{}", path), edition


def _words(document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key.startswith("x-")}


def _unbuilt(
    method: str, path: str, name: str, words: Mapping[str, Any], entry: Mapping[str, Any]
) -> Operation:
    edition = words["x-edition"]
    return Operation(
        id=entry["id"],
        document=name,
        method=method,
        path=path,
        parameters=(),
        buckets=tuple(buckets_of(words.get("x-limit", ()), entry, edition)),
        words=words,
        tree=entry,
        components={},
        queries={},
        query_names={},
        defaults={},
        span=span_of(entry, edition),
    )
