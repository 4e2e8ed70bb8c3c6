"""Dated behaviour: from which moment on something is there, closed or out of service for minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

# Istanbul has had no summer time since 2016, and every date of the pages is later.
_ISTANBUL = timezone(timedelta(hours=3))
_DAY_MS = 86_400_000
_MINUTE_MS = 60_000
_ABSENT = "path-unknown"
OPTIONS = ("by-date", "open", "closed")
DATING_WORDS = ("x-since", "x-until")


@dataclass(frozen=True, slots=True)
class Brownout:
    """Minutes of every day in which an operation is out of service, from a day on until it closes.

    Units: ``from_ms`` epoch milliseconds UTC; ``starts_ms`` since the day's beginning in Istanbul.
    """

    from_ms: int
    starts_ms: tuple[int, ...]
    length_ms: int
    error: str

    def holds(self, now_ms: int) -> bool:
        """Tell whether service is interrupted at a moment."""
        if now_ms < self.from_ms:
            return False
        time_ms = (now_ms - self.from_ms) % _DAY_MS
        return any(start <= time_ms < start + self.length_ms for start in self.starts_ms)


@dataclass(frozen=True, slots=True)
class Span:
    """When something is there, by the world's clock.

    Units: ``since_ms`` and ``until_ms`` epoch milliseconds UTC, the first moment with it and without it.
    """

    since_ms: int | None = None
    """The first moment with it; None where it always was."""
    until_ms: int | None = None
    """The first moment without it; None where no end is announced."""
    since_error: str = _ABSENT
    """The catalogue id that answers before."""
    until_error: str = _ABSENT
    """The catalogue id that answers after."""
    since_decision: str | None = None
    """The decision that can set the beginning aside."""
    until_decision: str | None = None
    """The decision that can set the end aside."""
    brownout: Brownout | None = None
    """When it is away for a while before its end."""

    def contains(self, now_ms: int) -> bool:
        """Tell whether it is there at a moment."""
        return (self.since_ms is None or now_ms >= self.since_ms) and (
            self.until_ms is None or now_ms < self.until_ms
        )

    def error_at(self, now_ms: int, decisions: Mapping[str, str]) -> str | None:
        """Name the error that answers at a moment, None where the operation itself does.

        Shapes: a decision ``open`` or ``closed`` holds whatever the day.
        """
        if self.since_ms is not None and _is_over(
            now_ms < self.since_ms, decisions.get(self.since_decision or "")
        ):
            return self.since_error
        if self.until_ms is None:
            return None
        option = decisions.get(self.until_decision or "")
        if _is_over(now_ms >= self.until_ms, option):
            return self.until_error
        if option != "open" and self.brownout is not None and self.brownout.holds(now_ms):
            return self.brownout.error
        return None


def _is_over(by_date: bool, option: str | None) -> bool:  # noqa: FBT001  # what the date alone says
    return option == "closed" or (by_date and option != "open")


def dates_in(node: Mapping[str, Any]) -> dict[str, Any]:
    """Give the dating words that stand at a place."""
    return {word: node[word] for word in DATING_WORDS if word in node}


def span_of(words: Mapping[str, Any], edition: str) -> Span | None:
    """Read x-since and x-until; None where neither says anything of the edition."""
    since, until = words.get("x-since", {}), words.get("x-until", {})
    since_ms, until_ms = moment_of(since.get("at"), edition), moment_of(until.get("at"), edition)
    if since_ms is None and until_ms is None:
        return None
    return Span(
        since_ms,
        until_ms,
        since.get("error", _ABSENT),
        until.get("error", _ABSENT),
        since.get("decision"),
        until.get("decision"),
        _brownout(until["brownout"], edition) if "brownout" in until else None,
    )


def day_of(moment_ms: int) -> str:
    """Name the day in Istanbul that a moment lies in.

    Units: ``moment_ms`` epoch milliseconds UTC.
    """
    return datetime.fromtimestamp(moment_ms / 1000, _ISTANBUL).date().isoformat()


def moment_of(day: str | Mapping[str, str] | None, edition: str) -> int | None:
    """Give the first moment of a day in Istanbul, in epoch milliseconds UTC; None without one."""
    text = day.get(edition) if isinstance(day, Mapping) else day
    return None if text is None else _first_moment_ms(text)


@lru_cache(maxsize=1024)
def _first_moment_ms(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=_ISTANBUL).timestamp()) * 1000


def day_ms(text: str) -> int:
    """Give the first moment of a day that somebody wrote, in Istanbul, in epoch milliseconds UTC.

    Errors: ValueError with one sentence.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError as fault:
        raise ValueError(f"{text} is no date: write it as 2026-10-15") from fault
    return int(datetime(day.year, day.month, day.day, tzinfo=_ISTANBUL).timestamp()) * 1000


def _brownout(word: Mapping[str, Any], edition: str) -> Brownout | None:
    from_ms = moment_of(word["from"], edition)
    if from_ms is None:
        return None
    starts = (text.partition(":") for text in word["times"])
    return Brownout(
        from_ms,
        tuple((int(hour) * 60 + int(minute)) * _MINUTE_MS for hour, _, minute in starts),
        word["minutes"] * _MINUTE_MS,
        word["error"],
    )
