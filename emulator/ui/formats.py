"""Moments, amounts and numbers as a reader of a language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from emulator.world.core.istanbul import ISTANBUL

MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "tr": ("Oca", "Şub", "Mar", "Nis", "May", "Haz", "Tem", "Ağu", "Eyl", "Eki", "Kas", "Ara"),
}
DAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "tr": ("Pzt", "Sal", "Çar", "Per", "Cum", "Cmt", "Paz"),
}
_MARKS: Mapping[str, Any] = {"en": str.maketrans({}), "tr": str.maketrans(",.", ".,")}
NOTHING, MINUS = "\u2013", "\u2212"
_LIRA = {"tr": {"TRY": "TL"}}
_SIZES = ((1024 * 1024, "MB"), (1024, "kB"))
_CENT = Decimal("0.01")


def instant(at_ms: float) -> datetime:
    """Give a moment in Istanbul's time."""
    return datetime.fromtimestamp(at_ms / 1000, ISTANBUL)


def day(language: str, at_ms: float | None) -> str:
    """Write the day of a moment: Wed 2 Dec 2026, 2 Ara 2026 Çar."""
    if at_ms is None:
        return NOTHING
    moment = instant(at_ms)
    date = f"{moment.day} {MONTHS[language][moment.month - 1]} {moment.year}"
    name = DAYS[language][moment.weekday()]
    return f"{date} {name}" if language == "tr" else f"{name} {date}"


def clock(at_ms: float) -> str:
    """Write the time of day of a moment."""
    return f"{instant(at_ms):%H:%M:%S}"


def moment(language: str, at_ms: float | None) -> str:
    """Write a moment: 28 Nov 2026, 20:24."""
    if at_ms is None:
        return NOTHING
    when = instant(at_ms)
    comma = "" if language == "tr" else ","
    return f"{when.day} {MONTHS[language][when.month - 1]} {when.year}{comma} {when:%H:%M}"


def amount(language: str, value: str | float | None, currency: str = "") -> str:
    """Write an amount to the hundredth: 1,234.50 TRY, 1.234,50 TL."""
    if value is None:
        return NOTHING
    text = f"{Decimal(str(value)).quantize(_CENT, ROUND_HALF_UP):,}".translate(_MARKS[language])
    return f"{text} {_LIRA.get(language, {}).get(currency, currency)}".rstrip().replace("-", MINUS)


def exact(language: str, value: str) -> str:
    """Write a number with all its decimals: -0.0044, -0,0044, with the sign of a minus."""
    return f"{Decimal(value):,f}".translate(_MARKS[language]).replace("-", MINUS)


def count(language: str, value: int) -> str:
    """Write a whole number: 20,000 or 20.000."""
    return f"{value:,}".translate(_MARKS[language])


def took(language: str, ms: float) -> str:
    """Write how long something took, in milliseconds."""
    return f"{ms:,.1f}".translate(_MARKS[language]) if ms < 10 else count(language, round(ms))


def size(language: str, value: int) -> str:
    """Write a number of bytes."""
    for unit, name in _SIZES:
        if value >= unit:
            return f"{value / unit:,.1f} {name}".translate(_MARKS[language])
    return f"{value} B"
