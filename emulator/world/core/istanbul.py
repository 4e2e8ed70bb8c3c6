"""The calendar of the marketplace's head office: days and payout Wednesdays of Europe/Istanbul."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from emulator.world.core.plan import DAY_MS

ISTANBUL = ZoneInfo("Europe/Istanbul")
WEDNESDAY = 2
# Source: the day is D (docs/cari-hesap-ekstresi-entegrasyonu), the hour is I.
PAYOUT_TIME = time(10)


def day_bounds(day: date) -> tuple[int, int]:
    """The first instant of a day and the first one after it, in epoch milliseconds UTC."""
    first_ms = _instant(day, time(0))
    is_last = day == date.max  # no day can be named after it
    return first_ms, first_ms + DAY_MS if is_last else _instant(day + timedelta(days=1), time(0))


def next_time(after_ms: int, clock: time) -> int:
    """The first moment after ``after_ms`` when it is that time of day, both in epoch milliseconds UTC."""
    day = datetime.fromtimestamp(after_ms / 1000, UTC).astimezone(ISTANBUL).date()
    moment = _instant(day, clock)
    return moment if moment > after_ms else _instant(day + timedelta(days=1), clock)


def next_wednesday(after_ms: int) -> int:
    """The first payout moment after ``after_ms``, both in epoch milliseconds UTC."""
    day = datetime.fromtimestamp(after_ms / 1000, UTC).astimezone(ISTANBUL).date()
    day += timedelta(days=(WEDNESDAY - day.weekday()) % 7)
    moment = _instant(day, PAYOUT_TIME)
    return moment if moment > after_ms else _instant(day + timedelta(days=7), PAYOUT_TIME)


def _instant(day: date, clock: time) -> int:
    return round(datetime.combine(day, clock, ISTANBUL).timestamp() * 1000)
