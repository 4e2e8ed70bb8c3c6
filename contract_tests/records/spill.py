"""Long texts of a recording in a file without a name, so that a large one needs little memory."""

from __future__ import annotations

import tempfile
import weakref
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import IO, Any

from contract_tests.records.computed import computed_once
from contract_tests.records.history import Body, Exchange

LONG_TEXT_CHARS = 4_096


@dataclass(frozen=True, slots=True)
class StoredText:
    """A text in a spill: where it begins and how many bytes it has."""

    spill: Spill
    start: int
    length: int

    def read(self) -> str:
        """Give the text."""
        return self.spill.read(self.start, self.length)


class Spill:
    """A temporary file that goes when the last text in it does."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._end = 0

    @computed_once
    def _file(self) -> IO[bytes]:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - it is there as long as a text in it
        weakref.finalize(self, file.close)
        return file

    def keep(self, text: str) -> StoredText:
        """Write a text at the end.

        Errors: OSError where there is no room.
        """
        data = text.encode("utf-8", "surrogatepass")
        with self._lock:
            self._file.seek(self._end)
            self._file.write(data)
            stored_text = StoredText(self, self._end, len(data))
            self._end += len(data)
        return stored_text

    def read(self, start: int, length: int) -> str:
        """Give a text that was kept."""
        with self._lock:
            self._file.seek(start)
            return self._file.read(length).decode("utf-8", "surrogatepass")


class StoredBody(Body):
    """An answer whose text is read from a spill each time."""

    @property
    def text(self) -> str:
        """The whole text."""
        stored_text: StoredText = self.__dict__["stored_text"]
        return stored_text.read()


class StoredExchange(Exchange):
    """An exchange whose request's body is read from a spill each time."""

    @property
    def request_body(self) -> str:
        """The request's body."""
        stored_text: StoredText = self.__dict__["request_body"]
        return stored_text.read()


def with_stored_texts(exchange: Exchange, spill: Spill) -> Exchange:
    """Put the long bodies of an exchange into a spill; where there is no room they stay in memory."""
    with suppress(OSError):
        if len(exchange.body.text) >= LONG_TEXT_CHARS:
            body = object.__new__(StoredBody)
            body.__dict__["stored_text"] = spill.keep(exchange.body.text)
            exchange = exchange.with_fields(body=body)
        if len(exchange.request_body) >= LONG_TEXT_CHARS:
            stored_exchange: Any = object.__new__(StoredExchange)
            stored_text = spill.keep(exchange.request_body)
            stored_exchange.__dict__.update(exchange.__dict__, request_body=stored_text)
            exchange = stored_exchange
    return exchange
