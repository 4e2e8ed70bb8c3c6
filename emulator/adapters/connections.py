"""Ends a connection of this process under its server, which has no word for it: found by its other end."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_OPEN_FILES = Path("/dev/fd")


def reset_connection(host: str, port: int) -> bool:
    """End the connection whose other end is that address; False where it cannot be found.

    Linux and macOS list the open files of a process; elsewhere nothing is found.
    """
    for connection in _sockets():
        with connection, suppress(OSError):
            if connection.getpeername()[:2] == (host, port):
                connection.shutdown(socket.SHUT_RDWR)
                return True
    return False


def _sockets() -> Iterator[socket.socket]:
    """Give a second handle on each socket of this process, to be closed by whoever takes it."""
    if not _OPEN_FILES.is_dir():
        return
    for name in os.listdir(_OPEN_FILES):
        with suppress(OSError, ValueError):
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                yield socket.socket(fileno=os.dup(int(name)))
