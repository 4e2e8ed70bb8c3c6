"""Until when a question can be answered: three business days of Istanbul."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from emulator.world.core.istanbul import ISTANBUL

# Source: the guides, D: what is not answered within three business days is closed. That the hour of the day
# counts, and that holidays do not, is I.
BUSINESS_DAYS = 3
SATURDAY = 5


def deadline_ms(created_ms: int) -> int:
    """The last moment to answer what was asked at a moment, both in epoch milliseconds UTC."""
    moment = datetime.fromtimestamp(created_ms / 1000, UTC).astimezone(ISTANBUL)
    days = BUSINESS_DAYS
    while days:
        moment += timedelta(days=1)
        days -= moment.weekday() < SATURDAY
    return round(moment.timestamp() * 1000)
