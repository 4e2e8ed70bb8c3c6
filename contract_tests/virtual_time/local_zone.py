"""The time zone of this process, for a block."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def local_zone(name: str) -> Iterator[None]:
    """Have the local time of this process be that of a zone; an empty name, or Windows, changes nothing."""
    if not name or not hasattr(time, "tzset"):
        yield
        return
    before = os.environ.get("TZ")
    _set_zone(name)
    try:
        yield
    finally:
        _set_zone(before)


def _set_zone(name: str | None) -> None:
    if name is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = name
    time.tzset()
