"""Whether what a test starts heeds a terminal that closes, however the tests themselves were started."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def hangup_set_to(handler: signal.Handlers) -> Iterator[None]:
    """Start processes in the block with SIGHUP at its default, or ignored as by nohup, where there is one."""
    if not hasattr(signal, "SIGHUP"):
        yield
        return
    before = signal.signal(signal.SIGHUP, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)
