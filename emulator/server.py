"""Runs the application on granian: one worker process, its socket bound before the worker starts."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

_THREADS = 4
_PAUSE_S = 0.005


def free_port(host: str) -> int:
    """Give a port nobody listens on now."""
    with socket.create_server((host, 0)) as probe:
        return int(probe.getsockname()[1])


def port_taken(host: str, port: int) -> bool:
    """Say whether another program already listens there."""
    try:
        socket.create_server((host, port)).close()
    except OSError:
        return True
    return False


def run(host: str, port: int, load: Callable[[], Any], ready: Callable[[Any], None]) -> None:
    """Serve the application that ``load`` makes in the worker process, until a signal says stop.

    ``ready`` is called with the application, in the worker, once the socket listens.
    """

    def load_and_tell(*_: Any, **__: Any) -> Any:
        app = load()
        Thread(target=_tell_once_listening, args=(host, port, partial(ready, app)), daemon=True).start()
        return app

    server = Granian(
        "emulator",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        blocking_threads=_THREADS,
        websockets=False,
        log_level=LogLevels.error,
    )
    server.serve(target_loader=load_and_tell, wrap_loader=False)


def _tell_once_listening(host: str, port: int, ready: Callable[[], None]) -> None:
    while not _answers(host, port):
        time.sleep(_PAUSE_S)
    ready()


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
