"""Reads the entries of an HTTP Archive one by one, so that a large file needs little memory."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any, Protocol

CHUNK_CHARS = 1 << 20
# One entry larger than this is no entry, but the rest of a broken file.
LONGEST_ENTRY_CHARS = 256 << 20
LONGEST_NUMBER = 400
BLANKS = " \t\r\n\ufeff"
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Readable(Protocol):
    """What has bytes to read: a file, for one."""

    def read(self, size: int = -1, /) -> bytes:
        """Give so many bytes at the most, none at the end."""
        ...


class NotJson(Exception):
    """The text is no JSON where a value must stand."""


def encoding_of(head: bytes) -> str:
    """Tell the encoding of a JSON text from its first bytes, with or without a byte order mark."""
    for bom, encoding in BOMS:
        if head.startswith(bom):
            return encoding
    if head[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if head[:1] == b"\0" else "utf-8"


def number_of(digits: str) -> int | float:
    """Read a whole number; one with more digits than anything has is as good as endless."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else float(digits)


class JsonStream:
    """A cursor in a JSON text that is read piece by piece."""

    def __init__(self, file: Readable) -> None:
        head = file.read(4)
        self._file = file
        self._bytes = codecs.getincrementaldecoder(encoding_of(head))(errors="replace")
        self._text = self._bytes.decode(head)
        self._at = 0
        self._decoder = json.JSONDecoder(parse_int=number_of)

    def peek(self) -> str:
        """Give the next character that is no blank, empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in BLANKS:
                self._at += 1
            if self._at < len(self._text) or not self._more(CHUNK_CHARS):
                return self._text[self._at : self._at + 1]

    def take(self, character: str) -> bool:
        """Pass over a character if it is the next one."""
        if self.peek() != character:
            return False
        self._at += 1
        return True

    def value(self) -> Any:
        """Read one whole value.

        Errors: NotJson, also when the text ends within it.
        """
        self.peek()
        size = CHUNK_CHARS
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except (json.JSONDecodeError, RecursionError) as error:
                size *= 2
                if size > LONGEST_ENTRY_CHARS or not self._more(size):
                    raise NotJson(str(error)) from error
                continue
            # A number may go on in the next piece.
            if end == len(self._text) and self._more(CHUNK_CHARS):
                continue
            self._at = end
            return value

    def _more(self, size: int) -> bool:
        piece = self._file.read(size)
        text = self._bytes.decode(piece, final=not piece)
        self._text, self._at = self._text[self._at :] + text, 0
        return bool(piece)


def find_entries(stream: JsonStream) -> bool:
    """Go to the first entry of log.entries; tell whether there is such a list.

    Errors: NotJson.
    """
    return _enter(stream, "log") and _enter(stream, "entries") and stream.take("[")


def _enter(stream: JsonStream, name: str) -> bool:
    """Go to the value of a member of the object that is next."""
    if not stream.take("{"):
        return False
    while stream.peek() == '"':
        key = stream.value()
        if not stream.take(":"):
            return False
        if key == name:
            return True
        stream.value()
        stream.take(",")
    return False


def entries_of(stream: JsonStream) -> Iterator[Any]:
    """Yield the entries of a list that ``find_entries`` has found.

    Errors: NotJson where the file is broken; what came before is good.
    """
    while stream.peek() not in ("]", ""):
        yield stream.value()
        if not stream.take(",") and stream.peek() != "]":
            raise NotJson("the list of entries does not end")
    if not stream.peek():
        raise NotJson("the list of entries does not end")
