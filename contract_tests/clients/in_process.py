"""Drives a client without a process: its copy lives in memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from contract_tests.clients.client import Client, export, sync
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.problems import Problem
from contract_tests.records.run import CannotDrive, ListeningDriver, Run, Runaway
from contract_tests.virtual_time.listening import thread_listener


def client_driver(client: Client) -> ListeningDriver:
    """Make the driver of a client; its copy is its own until it is reset."""
    copy = LocalCopy()

    def drive(verb: str, environment: Mapping[str, str]) -> Run:
        match verb.split():
            case ["sync"]:
                return _run_sync(client, environment, copy)
            case ["export", kind]:
                return Run(0, 0.0, rows=export(client, kind, copy))
            case _:
                copy.reset()
                return Run(0, 0.0)

    def serve(environment: Mapping[str, str], stopping: threading.Event) -> None:
        if client.listen is None:
            raise CannotDrive("this client does not listen")
        client.listen(environment, copy, stopping)

    return ListeningDriver(drive, thread_listener(serve))


def _run_sync(client: Client, environment: Mapping[str, str], copy: LocalCopy) -> Run:
    start_s = time.monotonic()
    try:
        sync(client, environment, copy)
    except Problem as problem:
        return Run(1, time.monotonic() - start_s, str(problem))
    except Runaway as runaway:
        return Run(None, time.monotonic() - start_s, str(runaway))
    except Exception as error:  # a broken client breaks in its own way, as a process would with exit 1
        return Run(1, time.monotonic() - start_s, f"{type(error).__name__}: {error}")
    return Run(0, time.monotonic() - start_s)
