"""Has an integration of this process listen in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from contract_tests.records.run import CannotDrive, EndOfListening, Listen
from contract_tests.virtual_time.ports import wait_for_port

# How long its port may take to answer, and the thread to end.
LISTEN_S, STOP_S = 30.0, 5.0

Serve = Callable[[Mapping[str, str], threading.Event], None]


def thread_listener(serve: Serve) -> Listen:
    """Make what has a function listen: it is called in a thread and ends once its event is set.

    Errors: CannotDrive when its port does not answer.
    """

    @contextmanager
    def listen(environment: Mapping[str, str]) -> Iterator[EndOfListening]:
        stopping, faults = threading.Event(), list[BaseException]()

        def run() -> None:
            try:
                serve(environment, stopping)
            except BaseException as fault:  # as a process would, it ends alone and is told of
                faults.append(fault)

        thread = threading.Thread(target=run, name="listener", daemon=True)

        def ending() -> str:
            if thread.is_alive():
                return ""
            return "; ".join(f"{type(one).__name__}: {one}" for one in faults) or "`listen` came to its end"

        thread.start()
        try:
            _wait(environment, ending, faults)
            yield ending
        finally:
            stopping.set()
            thread.join(STOP_S)

    return listen


def _wait(environment: Mapping[str, str], ending: EndOfListening, faults: list[BaseException]) -> None:
    try:
        wait_for_port(environment, LISTEN_S, ending)
    except CannotDrive:
        if faults and isinstance(faults[0], CannotDrive):
            raise faults[0] from None
        raise
