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
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Any

import click
from granian import Granian

from emulator.adapters.asgi import asgi_application
from emulator.adapters.listeners import SERVER_OPTIONS, Listeners, accepts, allow_open_files
from emulator.app import open_dispatcher, pages_of
from emulator.logs import configure_log, say, server_log, writes_json
from emulator.pipeline.dispatch import Dispatcher
from emulator.settings import Settings
from emulator.stage.stages import Stages
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
        dispatcher = open_dispatcher(settings)
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
    return dispatcher


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


def listeners_for(host: str, dispatcher: Dispatcher) -> Listeners:
    """Make the application that the server runs; worlds may have ports of their own beside it."""
    listeners = Listeners(host, asgi_application(dispatcher, cache(lambda: pages_of(dispatcher).wsgi_app)))
    dispatcher.stages.ports.listen = listeners.listen
    listeners.on_loop = partial(note_of_end, dispatcher.stages)
    return listeners


def note_of_end(stages: Stages) -> None:
    """Have a signal to stop end the answers that have no end; the server waits for every answer.

    The server's own handler still hears of it: by the loop where that has one, else from here.
    """

    def handle(number: int, frame: FrameType | None) -> None:
        stages.is_ending = True
        if callable(former):
            former(number, frame)

    former = signal.getsignal(signal.SIGTERM)
    signal.signal(signal.SIGTERM, handle)


def announce(host: str, port: int, dispatcher: Dispatcher, _: Listeners) -> None:
    """Print where the emulator listens, which sellers it knows, and where to look; as JSON only the first."""
    base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    stage = dispatcher.stages.default
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
    """The server, for which SIGHUP is an end like any other and no wish to reload, or nothing under nohup."""

    _ignores_hangup = hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """Stop; the workers, to whom a terminal gives the same signal, may end first without a complaint."""
        for worker in self.wrks:
            worker.interrupt_by_parent = True
        super().signal_handler_interrupt(*args, **kwargs)

    def signal_handler_reload(self, *args: Any, **kwargs: Any) -> None:
        """Stop, unless this process was started to ignore it."""
        if not self._ignores_hangup:
            self.signal_handler_interrupt(*args, **kwargs)


@dataclass(frozen=True, slots=True)
class Service:
    """What the worker process serves and where.

    Its functions belong to modules: where a system cannot fork, a new process is sent them.
    """

    host: str
    """The address that is listened on."""
    port: int
    """Its port."""
    load: Callable[[], Dispatcher]
    """Opens the default stage, in the worker."""
    listeners: Callable[[Dispatcher], Listeners]
    """Makes the application that the server runs of what was opened."""
    announce: Callable[[Dispatcher, Listeners], None]
    """Says where it listens, in the worker, once it does."""


def plain_service(host: str, port: int, load: Callable[[], Dispatcher]) -> Service:
    """Bring together what the worker serves at an address without TLS."""
    return Service(host, port, load, partial(listeners_for, host), partial(announce, host, port))


def run(service: Service, log_format: str = "text") -> None:
    """Serve in a worker process until a signal says stop."""
    allow_open_files()
    server = _Server(
        "emulator",
        address=service.host,
        port=service.port,
        workers_kill_timeout=_KILL_S,
        log_dictconfig=server_log(log_format),
        **SERVER_OPTIONS,
    )
    server.serve(target_loader=partial(start_worker, service), wrap_loader=False)


def start_worker(service: Service, *_: Any, **__: Any) -> Any:
    """Give the worker what it serves, and have it say so once it listens."""
    dispatcher = service.load()
    listeners = service.listeners(dispatcher)
    atexit.register(_end_at_once)
    announcement = partial(service.announce, dispatcher, listeners)
    place = (service.host, service.port)
    Thread(target=_announce_once_listening, args=(*place, announcement), daemon=True).start()
    return listeners.serve_first_port


def _end_at_once() -> None:
    """End the worker before Python takes itself down: the server's threads would not survive that."""
    sys.stdout.flush()
    os._exit(0)


def _announce_once_listening(host: str, port: int, announcement: Callable[[], None]) -> None:
    while not accepts(host, port):
        time.sleep(_PAUSE_S)
    # Whoever reads the first line alone, as head does, may close the pipe.
    with suppress(BrokenPipeError):
        announcement()
