"""The stretch of time that a row beside the orders looks back on."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """After one moment, that of the row before, and up to another. Units: epoch milliseconds UTC."""

    after_ms: int
    until_ms: int
