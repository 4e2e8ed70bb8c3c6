"""What happens while somebody looks on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

import orjson

from emulator.control import wire
from emulator.exchange import Call, Reply
from emulator.stage.stage import Stage
from emulator.stage.stages import Stages

_OPENING = b"retry: 2000\n: what happens from now on\n\n"
_BEAT = b": still here\n\n"
_BEAT_S = 15.0
_MOST_ROWS = 200


def stream_events(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Tell what happens from now on."""
    until_s = time.monotonic() + call.query["longest_s"]

    def goes_on() -> bool:
        return time.monotonic() < until_s and not stage.is_closed and not stages.is_ending

    pieces = _pieces(stage, goes_on)
    next(pieces)
    headers = (("Cache-Control", "no-store"),)
    return Reply(
        (_OPENING,), content_type="text/event-stream", headers=headers, follow=partial(next, pieces, None)
    )


def _pieces(stage: Stage, goes_on: Callable[[], bool]) -> Iterator[bytes]:
    """Give what has come since the last time, again and again; the first piece is empty."""
    resets, closings, faults = stage.resets, stage.journal.closings, stage.fault_log.last_id
    sent_s, piece = time.monotonic(), b""
    while True:
        yield piece
        if not goes_on():
            return
        parts = [_event("world", wire.stage_view(stage))] if stage.resets != resets else []
        count = stage.journal.closings - closings
        resets, closings = stage.resets, stage.journal.closings
        rows = stage.journal.newest(min(count, _MOST_ROWS)) if count else []
        events = stage.fault_log.since(faults) if stage.fault_log.last_id > faults else []
        faults = max(faults, stage.fault_log.last_id)
        parts += [_event("request", wire.exchange_row(exchange)) for exchange in rows]
        parts += [_event("fault", wire.fault_event_view(event)) for event in events]
        is_late = time.monotonic() - sent_s > _BEAT_S
        piece = b"".join(parts) or (_BEAT if is_late else b"")
        sent_s = time.monotonic() if piece else sent_s


def _event(name: str, value: object) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), orjson.dumps(value))
