"""Tells in lines what the vendor has dated, and whether the day has come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from emulator.contract.contract import Contract
from emulator.contract.dates import dates_in, moment_of
from emulator.contract.operations import Operation, rules_in
from emulator.control.spec_views import error_ids

_EDITIONS = {"int": "international", "tr": "Turkish"}


class Change(NamedTuple):
    """One dated change of one edition.

    Shapes: ``word`` is x-since or x-until with its value; ``places`` are operations, with what of them.
    Units: ``at_ms`` epoch milliseconds UTC.
    """

    at_ms: int
    day: str
    edition: str
    word: str
    value: Mapping[str, Any]
    places: tuple[str, ...]


def changes_of(contract: Contract) -> list[Change]:
    """List every dated change of the specs, the earliest first; places that share one stand together."""
    places: dict[tuple[str, str, str], dict[str, None]] = {}
    values: dict[tuple[str, str, str], tuple[str, Mapping[str, Any]]] = {}
    for edition, place, word, value in _dated_places(contract):
        day = value["at"].get(edition) if isinstance(value["at"], dict) else value["at"]
        if day is not None:
            key = (day, edition, value["what"])
            places.setdefault(key, {})[place] = None
            values[key] = (word, value)
    return [
        Change(moment_of(key[0], key[1]) or 0, key[0], key[1], *values[key], tuple(places[key]))
        for key in sorted(places)
    ]


def _dated_places(contract: Contract) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    for operation in (*contract.distinct(), *contract.unbuilt):
        for part, words in _dated_parts(contract, operation):
            place = f"{operation.id} {part}".rstrip()
            yield from ((operation.edition, place, *each) for each in dates_in(words).items())
    for document in contract.documents.values():
        for code, words in document.get("x-storefront", {}).get("codes", {}).items():
            for each in dates_in(words.get("local", {})).items():
                yield document["x-edition"], f"storefront {code}", *each


def _dated_parts(contract: Contract, operation: Operation) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what of an operation can have dates, with the words that have them."""
    errors = contract.catalogue.errors
    yield "", operation.tree
    yield from ((one.name, one.dates) for one in operation.parameters)
    yield from ((one.name, one.dates) for one in operation.fields)
    names = {bucket.name for bucket in operation.buckets}
    limits = contract.documents[operation.document].get("x-limit", ())
    yield from (("limit", one) for one in limits if one["per"] == "operation" or one["bucket"] in names)
    yield from ((word, rule) for word, rule in rules_in(operation.tree))
    yield from ((error_id, errors[error_id]) for error_id in error_ids(contract, operation))


def change_lines(contract: Contract, now_ms: int) -> Iterator[str]:
    """Yield the lines about every change, seen from a moment.

    Units: ``now_ms`` epoch milliseconds UTC.
    """
    for change in changes_of(contract):
        source = change.value["x-source"]
        state = "has come" if now_ms >= change.at_ms else "lies ahead"
        yield f"{change.day}  {state}  {_EDITIONS[change.edition]} edition: {change.value['what']}"
        yield f"  {', '.join(change.places)}"
        brownout = change.value.get("brownout")
        if brownout is not None:
            times = ", ".join(brownout["times"])
            yield f"  browned out from {brownout['from']} on, {brownout['minutes']} minutes at {times}"
        if "decision" in change.value:
            yield f"  decision {change.value['decision']}: by-date, open or closed"
        text = " - ".join(str(source[key]) for key in ("page", "note") if key in source)
        yield f"  [{source['confidence']}] {text}"
