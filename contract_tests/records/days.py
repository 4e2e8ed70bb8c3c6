"""Days as the vendor announces them: they begin at midnight in Istanbul."""

from __future__ import annotations

from datetime import datetime
from functools import cache


@cache
def beginning_ms(day: str) -> float:
    """When a day begins, such as 2026-10-15, in epoch milliseconds UTC."""
    return datetime.fromisoformat(f"{day}T00:00:00+03:00").timestamp() * 1000
