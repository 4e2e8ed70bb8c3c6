"""How what happens is written down: text for people, or one JSON object a line for programs."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click
import orjson

FORMATS = ("text", "json")
LEVELS = ("debug", "info", "warning", "error")
_TEXT = "%(levelname)s %(message)s"


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object; its ``facts`` are members of their own."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one line."""
        facts: dict[str, Any] = dict(getattr(record, "facts", {}))
        if record.exc_info:
            facts["exception"] = self.formatException(record.exc_info)
        return json_line(record.created, record.levelname, record.getMessage(), facts)


def json_line(at: float, level: str, message: str, facts: Mapping[str, Any]) -> str:
    """Write an object with the moment in UTC, the level, a sentence, and facts.

    Units: ``at`` real epoch seconds.
    """
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return orjson.dumps({"time": moment, "level": level, "message": message, **facts}, default=str).decode()


def configure_log(log_format: str, level: str) -> None:
    """Have this process write its log to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if log_format == "json" else logging.Formatter(_TEXT))
    logging.basicConfig(handlers=[handler], level=level.upper())


def server_log(log_format: str) -> dict[str, Any] | None:
    """Give the formatters of the server's own log; None for its usual ones."""
    lines = {"()": JsonLines}
    return {"formatters": {"generic": lines, "access": lines}} if log_format == "json" else None


def writes_json() -> bool:
    """Tell whether this process writes JSON."""
    return any(isinstance(handler.formatter, JsonLines) for handler in logging.getLogger().handlers)


def say(text: str, **facts: Any) -> None:
    """Print what a start has to tell on standard output; where JSON is written, as a line with facts."""
    if writes_json():
        moment = datetime.now(UTC).timestamp()
        text = json_line(moment, "INFO", text.strip(), facts)
    click.echo(text)
