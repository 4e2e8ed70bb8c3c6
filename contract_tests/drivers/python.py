"""Drives an integration in Python: any object with sync, export and reset, or a function that is its sync."""

from __future__ import annotations

import importlib
import inspect
import json
import sys
import threading
import time
import traceback
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from contract_tests.records.run import (
    WEBHOOK_KEY,
    WEBHOOK_PORT,
    WEBHOOK_URL,
    CannotDrive,
    ListeningDriver,
    Run,
    Runaway,
)
from contract_tests.records.systems import SYSTEMS, Access
from contract_tests.virtual_time.listening import thread_listener

TRACEBACK_LINES = 12

Row = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ClientStage:
    """What an integration in Python is told of its stage: the environment of a command, as values.

    Units: ``now_ms`` epoch milliseconds UTC; ``pause_s`` seconds.
    """

    systems: Mapping[str, Access]
    """Base URL and credentials of trendyol, b2b and pazarsync; empty where the profile does not use one."""
    seller: int
    """The seller id of the account."""
    storefront: str
    """Such as RO; empty in the Turkish edition."""
    wanted: tuple[Row, ...]
    """The rows of CLIENT_WANTED: what the shop wants done."""
    store: Path | None
    """A path the integration may keep its copy at: the same for all runs of a scenario."""
    now_ms: int
    """The world's time when the verb began."""
    pause_s: float
    """The pause between looks at a batch."""
    environment: Mapping[str, str]
    """All of it under the names of the variables."""
    stopping: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)
    """Set when ``listen`` has to come to its end."""
    _began_s: float = field(default_factory=time.time, repr=False)
    """The real time when the verb began."""

    def now(self) -> float:
        """Tell the world's time in seconds since the epoch; it passes while the verb runs."""
        return self.now_ms / 1000 + time.time() - self._began_s

    @property
    def webhook_port(self) -> int:
        """Where to listen for calls, on 127.0.0.1."""
        return int(self.environment[WEBHOOK_PORT])

    @property
    def webhook_url(self) -> str:
        """What to subscribe; it leads to that port."""
        return self.environment[WEBHOOK_URL]

    @property
    def webhook_key(self) -> str:
        """What calls have to carry in the header x-api-key."""
        return self.environment[WEBHOOK_KEY]

    @property
    def base_url(self) -> str:
        """Where to ask the marketplace, without /integration."""
        return self.systems["trendyol"].base_url

    @property
    def key(self) -> str:
        """The seller's API key."""
        return self.systems["trendyol"].name

    @property
    def secret(self) -> str:
        """The seller's API secret."""
        return self.systems["trendyol"].secret

    @property
    def b2b_base_url(self) -> str:
        """Where to ask the B2B gateway, prefix included."""
        return self.systems["b2b"].base_url

    @property
    def b2b_user(self) -> str:
        """The buyer's user name."""
        return self.systems["b2b"].name

    @property
    def b2b_password(self) -> str:
        """The buyer's password."""
        return self.systems["b2b"].secret

    @property
    def pazarsync_base_url(self) -> str:
        """Where to ask PazarSync, without /api."""
        return self.systems["pazarsync"].base_url

    @property
    def pazarsync_client_id(self) -> str:
        """The client id that a token is asked for with."""
        return self.systems["pazarsync"].name

    @property
    def pazarsync_client_secret(self) -> str:
        """The client secret that a token is asked for with."""
        return self.systems["pazarsync"].secret


def stage_of(environment: Mapping[str, str]) -> ClientStage:
    """Read the environment of a verb; what it does not name is empty."""

    def read(variable: str) -> str:
        return environment.get(variable, "")

    store = read("CLIENT_STORE")
    return ClientStage(
        systems={name: Access(*map(read, system.variables)) for name, system in SYSTEMS.items()},
        seller=int(read("TRENDYOL_SELLER_ID") or 0),
        storefront=read("TRENDYOL_STOREFRONT"),
        wanted=_read_desired_rows(read("CLIENT_WANTED")),
        store=Path(store) if store else None,
        now_ms=int(read("TRENDYOL_NOW_MS") or time.time() * 1000),
        pause_s=float(read("CLIENT_PAUSE_SECONDS") or 5),
        environment=dict(environment),
    )


def _read_desired_rows(path: str) -> tuple[Row, ...]:
    if not path:
        return ()
    return tuple(json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines() if line)


def callable_driver(integration: Any) -> ListeningDriver:
    """Make the driver of an object in this process, or of a function that is its ``sync``.

    Shapes: ``sync(stage)`` is given a ClientStage; None, True or 0 from it is exit 0, False or another number
    or an exception exit 1. ``export(kind)`` gives the rows, mappings each; ``reset()`` forgets all; an
    integration without them knows no kind and keeps nothing. Coroutines are run to their end. Nothing can
    end a call that takes too long. Output is that of an exception: the end of its traceback.
    ``listen(stage)`` is called in a thread of its own and comes to its end once ``stage.stopping`` is set.
    """

    def drive(verb: str, environment: Mapping[str, str]) -> Run:
        began = time.monotonic()
        try:
            code, rows = _run_verb(integration, verb.split(), environment)
        except (Exception, SystemExit, Runaway) as fault:
            return Run(*_ended_by(fault, began))
        return Run(code, time.monotonic() - began, rows=rows)

    def serve(environment: Mapping[str, str], stopping: threading.Event) -> None:
        if not callable(getattr(integration, "listen", None)):
            raise CannotDrive(f"{type(integration).__name__} has no listen(stage)")
        _complete(integration.listen(replace(stage_of(environment), stopping=stopping)))

    return ListeningDriver(drive, thread_listener(serve))


def _run_verb(
    integration: Any, verb: list[str], environment: Mapping[str, str]
) -> tuple[int, tuple[Row, ...] | None]:
    match verb:
        case ["sync"]:
            sync = getattr(integration, "sync", integration)
            return _exit_of(_complete(sync(stage_of(environment)))), None
        case ["export", kind]:
            return 0, _rows(getattr(integration, "export", _nothing)(kind))
        case ["reset"]:
            return _exit_of(_complete(getattr(integration, "reset", _nothing)())), None
    raise ValueError(f"there is no verb {' '.join(verb)}")


def _nothing(*_: Any) -> None:
    """Stand for a verb that the integration does not have."""


def _rows(answer: Any) -> tuple[Row, ...]:
    if inspect.isasyncgen(answer):
        return tuple(_run(_all(answer)))
    return tuple(_complete(answer) or ())


async def _all(rows: Any) -> list[Row]:
    return [row async for row in rows]


def _complete(answer: Any) -> Any:
    if inspect.isawaitable(answer):
        return _run(_await(answer))
    return answer


def _run(work: Coroutine[Any, Any, T]) -> T:
    import asyncio  # most integrations need none

    return asyncio.run(work)


async def _await(answer: Any) -> Any:
    return await answer


def _exit_of(answer: Any) -> int:
    """Turn what ``sync`` gave back into an exit code; whatever is neither False nor a number is success."""
    if isinstance(answer, bool):
        return 0 if answer else 1
    return 1 if isinstance(answer, int) and answer else 0


def _ended_by(fault: BaseException, began: float) -> tuple[int | None, float, str]:
    seconds = time.monotonic() - began
    if isinstance(fault, Runaway):
        return None, seconds, str(fault)
    if isinstance(fault, SystemExit) and (fault.code is None or isinstance(fault.code, int)):
        return fault.code or 0, seconds, ""
    if isinstance(fault, SystemExit):
        return 1, seconds, str(fault.code)
    traceback_lines = "".join(traceback.format_exception(fault)).rstrip().splitlines()
    return 1, seconds, "\n".join(traceback_lines[-TRACEBACK_LINES:])


def load_integration(reference: str, folder: Path | None = None) -> Any:
    """Import what ``package.module:Name`` names, from ``folder`` too; a class is made without arguments.

    Errors: CannotDrive when it cannot be imported or made, or is nothing that could be driven.
    """
    module_name, _, name = reference.partition(":")
    if not module_name or not name:
        raise CannotDrive(f"{reference} is not of the form package.module:Name")
    if folder is not None and str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        target = getattr(importlib.import_module(module_name), name)
        integration = target() if inspect.isclass(target) else target
    except Exception as fault:
        raise CannotDrive(f"{reference} cannot be loaded: {type(fault).__name__}: {fault}") from fault
    if not callable(getattr(integration, "sync", integration)):
        raise CannotDrive(f"{reference} has no sync, nor can it be called")
    return integration
