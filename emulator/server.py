"""Runs the application on granian: one worker process with one event loop, its socket bound beforehand."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import Any, TypeVar

from granian import Granian
from granian.constants import HTTPModes, Interfaces, TaskImpl
from granian.log import LogLevels

_Front = TypeVar("_Front")
_PAUSE_S = 0.005
_FAREWELL_S = 1


def claim(host: str, port: int) -> int:
    """Give the port when it can be listened on, or a free one for 0.

    Errors: OSError when nobody may listen there, or another program already does.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as probe:
        return int(probe.getsockname()[1])


def run(
    host: str,
    port: int,
    load: Callable[[], _Front],
    door: Callable[[_Front], Any],
    ready: Callable[[_Front], None],
) -> None:
    """Serve what ``door`` makes of what ``load`` opens in the worker process, until a signal says stop.

    ``ready`` is called with what was opened, in the worker, once the socket listens.
    """

    def load_and_tell(*_: Any, **__: Any) -> Any:
        front = load()
        Thread(target=_tell_once_listening, args=(host, port, partial(ready, front)), daemon=True).start()
        return door(front)

    server = Granian(
        "emulator",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        task_impl=TaskImpl.rust,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        workers_kill_timeout=_FAREWELL_S,
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
