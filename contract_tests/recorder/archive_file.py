"""Writes a recording that is a whole HTTP Archive after each entry: a line an entry, then the end anew."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

import orjson
from harfile import HAR_VERSION

PRODUCT = "trendyol-emulator"
END = b"\n]}}\n"


class ArchiveFile:
    """The file of one recording, which must not be there before.

    Errors: FileExistsError, OSError.
    """

    def __init__(self, path: Path) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._file = os.open(path, flags, 0o600)
        self._lock = threading.Lock()
        self.count = 0
        creator = {"name": PRODUCT, "version": version(PRODUCT)}
        head = {"version": HAR_VERSION, "creator": creator}
        self._end = 0
        self._write(b'{"log":' + orjson.dumps(head)[:-1] + b',"entries":[')

    def _write(self, text: bytes) -> None:
        """Write over the end of the file and put the end behind; a crash in between costs this text alone."""
        os.lseek(self._file, self._end, os.SEEK_SET)
        rest = memoryview(text + END)
        while rest:
            rest = rest[os.write(self._file, rest) :]
        self._end += len(text)

    def add(self, entry: Mapping[str, Any]) -> None:
        """Add an entry; it can be read once this returns."""
        with self._lock:
            self._write((b",\n" if self.count else b"\n") + orjson.dumps(entry))
            self.count += 1

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def __enter__(self) -> Self:
        """Use it for a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()
