"""Drives a client of this folder without a process: its copy lives in memory."""

from __future__ import annotations

import time
from collections.abc import Mapping

from contract_tests.clients.client import Client, export, sync
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.problems import Problem
from contract_tests.records.run import Driver, Run, Runaway


def client_driver(client: Client, profile: str) -> Driver:
    """Make the driver of a client for one profile; what it holds is its own until it is reset."""
    held = LocalCopy()

    def drive(verb: str, environment: Mapping[str, str]) -> Run:
        began = time.monotonic()
        match verb.split():
            case ["sync"]:
                return _synced(client, profile, environment, held, began)
            case ["export", kind]:
                return Run(0, 0.0, rows=export(profile, kind, held, client))
            case _:
                held.reset()
                return Run(0, 0.0)

    return drive


def _synced(
    client: Client, profile: str, environment: Mapping[str, str], held: LocalCopy, began: float
) -> Run:
    try:
        sync(profile, environment, held, client)
    except Problem as trouble:
        return Run(1, time.monotonic() - began, str(trouble))
    except Runaway as stopped:
        return Run(None, time.monotonic() - began, str(stopped))
    except Exception as fault:  # a broken client breaks in its own way, as a process would with exit 1
        return Run(1, time.monotonic() - began, f"{type(fault).__name__}: {fault}")
    return Run(0, time.monotonic() - began)
