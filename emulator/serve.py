"""What `serve` does around the application: one worker on granian, its socket bound beforehand."""

from __future__ import annotations

import atexit
import ctypes
import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from threading import Thread
from typing import Any

import click
from granian import Granian

from emulator.adapters.asgi import asgi_door
from emulator.adapters.listeners import SERVER_OPTIONS, Listeners, accepts, allow_open_files
from emulator.app import open_dispatcher, pages_of
from emulator.logs import configure_log, say, server_log, writes_json
from emulator.pipeline.dispatch import Dispatcher
from emulator.settings import Settings
from emulator.start_up import sentence_on
from emulator.world.accounts.api_clients import all_clients
from emulator.world.accounts.buyers import all_buyers
from emulator.world.accounts.sellers import all_sellers
from emulator.world.store.interface import OtherWorld, StoreFault

FAULT, ENVIRONMENT = 2, 4
_FAREWELL_S = 5
_PAUSE_S = 0.005
_KILL_S = 1
_LOOK_S = 1.0
_PARENT_DEATH_SIGNAL = 1


def load(log: tuple[str, str], settings: Settings) -> Dispatcher:
    """Make the application in the worker process; a start-up fault is noted, and the command ends.

    Shapes: ``log`` is the format and the level of its log.
    """
    configure_log(*log)
    die_with_parent()
    try:
        front = open_dispatcher(settings)
    except Exception as fault:
        sentence = sentence_on(fault, settings.world)
        if sentence is None:
            raise
        is_place = isinstance(fault, StoreFault | OSError) and not isinstance(fault, OtherWorld)
        code = ENVIRONMENT if is_place else FAULT
        note_of_fault(settings).write_text(f"{code} {sentence}", encoding="utf-8")
        end_command()
        raise SystemExit(2) from fault
    gc.enable()  # the command had it at rest; what was made until here stays
    return front


def die_with_parent() -> None:
    """Have this worker end when the command is gone, even if nobody could tell it so."""
    parent = os.getppid()
    with suppress(OSError, AttributeError, TypeError):  # what systems say that have no such call
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """Look now and then whether the parent is still there, for systems without a signal that says so."""
    while os.getppid() == parent:
        time.sleep(_LOOK_S)
    os._exit(1)


def end_command() -> None:
    """Tell the command to stop, and wait until it ends this worker: it complains of one that goes first."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.kill(os.getppid(), signal.SIGTERM)
    time.sleep(_FAREWELL_S)


def note_of_fault(settings: Settings) -> Path:
    """Name the file in which the worker tells the command why it could not start."""
    assert settings.folder is not None
    return settings.folder / "start-up-fault.txt"


def door(host: str, front: Dispatcher) -> Listeners:
    """Make the application that the server runs; worlds may have ports of their own beside it."""
    listeners = Listeners(host, asgi_door(front, cache(lambda: pages_of(front).wsgi_app)))
    front.stages.ports.listen = listeners.listen
    return listeners


def announce(host: str, port: int, front: Dispatcher, _: Listeners) -> None:
    """Print where the emulator listens, which sellers it knows, and where to look; as JSON only the first."""
    base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    stage = front.stages.default
    say(f"Listening on {base}", url=base, world=stage.opened_from, seed=stage.seed, limits=stage.limits)
    if writes_json():
        return
    click.echo(f"  world {stage.opened_from}, seed {stage.seed}, limits {stage.limits}")
    for seller in all_sellers(stage.world):
        places = ", ".join(seller.storefronts)
        click.echo(
            f"  seller {seller.id} ({seller.edition}: {places})  key {seller.key}  secret {seller.secret}"
        )
    for buyer in all_buyers(stage.world):
        click.echo(f"  buyer {buyer.code}  user {buyer.user}  password {buyer.password}")
    clients = all_clients(stage.world)
    click.echo("  PazarSync  " + "  ".join(f"{each.id}:{each.secret} ({each.plan})" for each in clients))
    click.echo(f"  docs {base}/_emulator/docs/   journal {base}/_emulator/requests   stop with Ctrl-C")
    sys.stdout.flush()


class _Server(Granian):  # type: ignore[misc, valid-type]  # granian chooses it for the system
    """The server, for which SIGHUP is an end like any other and no wish to reload."""

    def signal_handler_reload(self, *args: Any, **kwargs: Any) -> None:
        """Stop."""
        self.signal_handler_interrupt(*args, **kwargs)


def run(
    host: str,
    port: int,
    load: Callable[[], Dispatcher],
    door: Callable[[Dispatcher], Listeners],
    ready: Callable[[Dispatcher, Listeners], None],
    log_format: str = "text",
) -> None:
    """Serve what ``door`` makes of what ``load`` opens in the worker process, until a signal says stop.

    ``ready`` is called with what was opened, in the worker, once the socket listens. All three are functions
    of modules with their values: where a system cannot fork, the worker is a new process that is sent them.
    """
    allow_open_files()
    server = _Server(
        "emulator",
        address=host,
        port=port,
        workers_kill_timeout=_KILL_S,
        log_dictconfig=server_log(log_format),
        **SERVER_OPTIONS,
    )
    server.serve(target_loader=partial(load_and_tell, host, port, load, door, ready), wrap_loader=False)


def load_and_tell(
    host: str,
    port: int,
    load: Callable[[], Dispatcher],
    door: Callable[[Dispatcher], Listeners],
    ready: Callable[[Dispatcher, Listeners], None],
    *_: Any,
    **__: Any,
) -> Any:
    """Give the worker what it serves, and have it say so once it listens."""
    front = load()
    listeners = door(front)
    atexit.register(_end_at_once)
    tell = partial(ready, front, listeners)
    Thread(target=_tell_once_listening, args=(host, port, tell), daemon=True).start()
    return listeners.serve_first_port


def _end_at_once() -> None:
    """End the worker before Python takes itself down: the server's threads would not survive that."""
    sys.stdout.flush()
    os._exit(0)


def _tell_once_listening(host: str, port: int, ready: Callable[[], None]) -> None:
    while not accepts(host, port):
        time.sleep(_PAUSE_S)
    # Whoever reads the first line alone, as head does, may close the pipe.
    with suppress(BrokenPipeError):
        ready()
