"""Waits until an integration that listens can be called."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from contract_tests.records.run import WEBHOOK_URL, CannotDrive, EndOfListening

LOOK_S = 0.02
LAST_WORDS_CHARS = 160


def wait_for_port(environment: Mapping[str, str], timeout_s: float, ending: EndOfListening) -> None:
    """Wait until the address of CLIENT_WEBHOOK_URL accepts connections.

    Units: ``timeout_s`` real seconds, whatever time the block around it lives in.
    Errors: CannotDrive when it does not, or the integration has ended.
    """
    where = urlsplit(environment[WEBHOOK_URL])
    host, port = where.hostname or "", where.port or 80
    until = time.perf_counter() + timeout_s
    # Waiting for a lock that nobody lets go takes real time in travelled time, too.
    pause = threading.Lock()
    with pause:
        while not accepts(host, port):
            if reason := ending():
                raise CannotDrive(f"nobody listens at {host}:{port}: {reason}")
            if time.perf_counter() > until:
                raise CannotDrive(f"nobody listens at {host}:{port} after {timeout_s:g} s")
            pause.acquire(timeout=LOOK_S)


def accepts(host: str, port: int) -> bool:
    """Tell whether a port is open."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def last_words(output: str) -> str:
    """Give the end of what was printed, behind a colon; nothing where nothing was."""
    lines = output.strip().splitlines()
    return f": {lines[-1][:LAST_WORDS_CHARS]}" if lines else ""
