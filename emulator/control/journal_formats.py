"""The three forms a journal is handed out in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import orjson

from emulator.control.wire import exchange_row
from emulator.exchange import Reply, json_reply
from emulator.stage.journal import Exchange


def as_json(exchanges: Sequence[Exchange], count: int) -> Reply:
    """Rows, and how many matched before the limit."""
    return json_reply({"count": count, "requests": [exchange_row(entry) for entry in exchanges]})


def as_har(exchanges: Sequence[Exchange], _count: int) -> Reply:
    """HTTP Archive 1.2 with headers and bodies."""
    from emulator.stage.har import archive

    return Reply(archive(exchanges))


def as_ndjson(exchanges: Sequence[Exchange], _count: int) -> Reply:
    """One row a line."""
    lines = [orjson.dumps(exchange_row(entry), option=orjson.OPT_APPEND_NEWLINE) for entry in exchanges]
    return Reply(lines, content_type="application/x-ndjson")


FORMATS: Mapping[str, Callable[[Sequence[Exchange], int], Reply]] = {
    "json": as_json,
    "har": as_har,
    "ndjson": as_ndjson,
}
