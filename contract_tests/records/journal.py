"""The journal of an emulator as a history: of its rows nothing has to be guessed, as of a HAR's entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from contract_tests.records.har import with_operations
from contract_tests.records.har_entry import OddEntry, pairs_of, place_of
from contract_tests.records.history import Body, Exchange, History
from contract_tests.records.rulebook import Rulebook

Row = Mapping[str, Any]
_BLANK = Exchange(0, "", "", "", "", (), {}, "", 0, {}, Body(""), 0.0, 0.0, 0.0)


def history_of_journal(rows: Iterable[Row], rulebook: Rulebook) -> History:
    """Make a history of what an emulator hands to its judges; what is not with the vendor is passed over.

    Shapes: a row has the fields of an ``Exchange`` by their names, but for those that follow from its URL;
    its ``body`` is text.
    """
    return History(with_operations(list(_vendor_exchanges(rows)), rulebook))


def _vendor_exchanges(rows: Iterable[Row]) -> Iterator[Exchange]:
    body_of: Callable[[str], Body] = cache(Body)  # what stands in equal answers is worked out once
    for row in rows:
        url = row["url"].encode("utf-8", "replace").decode()
        try:
            _, path, query = place_of(url)
        except OddEntry:
            continue
        if path is not None:
            place = {"url": url, "path": path, "raw_query": query, "query": pairs_of(query)}
            method, body = row["method"].upper(), body_of(row["body"])
            yield _BLANK.with_fields(**{**row, **place, "method": method, "body": body})
