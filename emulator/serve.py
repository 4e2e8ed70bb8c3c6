"""What `serve` does around the application: settings, one worker on granian, its socket bound beforehand."""

from __future__ import annotations

import atexit
import ctypes
import gc
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from threading import Thread
from typing import Any

import click
from granian import Granian

from emulator.adapters.asgi import asgi_door
from emulator.adapters.listeners import SERVER_OPTIONS, Listeners, accepts, allow_open_files
from emulator.app import open_dispatcher, pages_of
from emulator.contract.contract import Contract, contract_with
from emulator.contract.dates import day_ms
from emulator.contract.faults import SpecFault
from emulator.contract.sources import read_recipe
from emulator.logs import configure_log, say, server_log, writes_json
from emulator.pipeline.dispatch import Dispatcher
from emulator.settings import Settings
from emulator.world.accounts.api_clients import all_clients
from emulator.world.accounts.buyers import all_buyers
from emulator.world.accounts.sellers import all_sellers
from emulator.world.recipes import RecipeFault
from emulator.world.store.interface import OtherWorld, StoreFault
from emulator.world.store.place import SCHEMES, PostgresPlace, postgres_place

_SQLITE = "sqlite:///"
FAULT, ENVIRONMENT = 2, 4
_FAREWELL_S = 5
_PAUSE_S = 0.005
_KILL_S = 1
_LOOK_S = 1.0
_PARENT_DEATH_SIGNAL = 1


def settings_of(folder: Path, **options: Any) -> Settings:
    """Turn the options of ``serve`` into settings.

    Errors: ValueError or SpecFault with one sentence.
    """
    recipes = recipe_folder(options["worlds"])
    contract = contract_with(recipes)
    read_recipe(options["world"], contract.worlds)
    decisions = chosen_options(options["decide"], contract)
    return Settings(
        world=options["world"],
        recipes=recipes,
        seed=options["seed"],
        now_ms=clock_start(options["now"], options["as_of"]),
        orders_per_hour=options["orders_per_hour"],
        database=database_place(options["database"]),
        limits=options["limits"],
        strict=options["strict"],
        check_answers=options["strict"],
        decisions=decisions,
        control_token=options["control_token"],
        insecure_control=options["insecure_control"],
        host=options["host"],
        control_hosts=options["control_host"],
        allowed_origins=options["allow_origin"],
        emulator_headers=options["emulator_headers"],
        body_timeout_s=options["body_timeout"],
        webhook_hosts=tuple(host.lower() for host in options["webhook_allow"]),
        folder=folder,
    )


def chosen_options(pairs: Sequence[str], contract: Contract) -> dict[str, str]:
    """Read the choices between contradicting sources, each ID=OPTION.

    Errors: ValueError with one sentence.
    """
    for pair in pairs:
        if "=" not in pair:
            raise ValueError(f"--decide {pair} names no option: write ID=OPTION, such as retry-after=seconds")
    choices = dict(pair.partition("=")[::2] for pair in pairs)
    try:
        contract.decide(choices)
    except SpecFault as fault:
        raise ValueError(f"--decide: {fault.sentence}") from fault
    return choices


def clock_start(now: str | None, as_of: str | None) -> int | None:
    """Read where the clock starts: a moment, or the beginning of a day in Istanbul.

    Errors: ValueError with one sentence.
    """
    if as_of is None:
        return moment(now)
    if now is not None:
        raise ValueError("--now and --as-of both set the clock: give one of them")
    return day_ms(as_of)


def moment(text: str | None) -> int | None:
    """Read epoch milliseconds or ISO 8601; a time without zone is UTC."""
    if text is None:
        return None
    if text.isdecimal():
        return int(text)
    try:
        read = datetime.fromisoformat(text)
    except ValueError as fault:
        raise ValueError(f"--now {text} is neither epoch milliseconds nor ISO 8601") from fault
    aware = read if read.tzinfo else read.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)


class PlaceFault(ValueError):
    """A file or folder of this machine cannot be used; the text is one sentence."""


def recipe_folder(name: str | None) -> Path | None:
    """Name the folder of further recipes.

    Errors: PlaceFault for what is no folder, or may not be read.
    """
    if not name:
        return None
    try:
        os.listdir(name)
    except OSError as fault:
        raise PlaceFault(f"--worlds {name} cannot be used: {fault.strerror}") from fault
    return Path(name)


def database_place(url: str | None) -> Path | PostgresPlace | None:
    """Read a database URL: a SQLite file, or a PostgreSQL server, which is not called yet.

    Errors: ValueError for a URL of another form, PlaceFault for a file that cannot be used.
    """
    return postgres_place(url) if url is not None and url.startswith(SCHEMES) else database_file(url)


def database_file(url: str | None) -> Path | None:
    """Read the URL of a SQLite file.

    Errors: ValueError for a URL of another form, PlaceFault for a file that cannot be used.
    """
    if url is None:
        return None
    if not url.startswith(_SQLITE) or url == _SQLITE:
        raise ValueError(
            f"--database {url} cannot be used: write sqlite:///path/to/stage.db or postgresql://..."
        )
    path = Path(url.removeprefix(_SQLITE))
    if path.name == ":memory:":
        raise PlaceFault(f"--database {url} cannot be used: a world is kept in a file; leave --database out")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
        if path.exists() and not path.is_file():
            raise PlaceFault(f"--database {url} cannot be used: {path} is no file")
        if path.exists() and not os.access(path, os.R_OK | os.W_OK):
            raise PlaceFault(f"--database {url} cannot be used: {path} may not be written")
    except OSError as fault:
        place = fault.filename or path.parent
        raise PlaceFault(
            f"--database {url[:200]} cannot be used: {str(place)[:200]}: {fault.strerror}"
        ) from fault
    return path


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


def sentence_on(fault: Exception, world: str) -> str | None:
    """Say what is wrong with what the user gave; None when the fault is ours."""
    if isinstance(fault, SpecFault | StoreFault):
        return str(fault)
    if isinstance(fault, OSError):
        return f"{fault.filename or 'a file'} cannot be written: {fault.strerror}"
    if isinstance(fault, RecipeFault):
        return f"{world}: this recipe makes no world: {fault}"
    if Path(world).is_file():
        return f"{world}: no world can be made of this recipe: {type(fault).__name__} {fault}"
    return None


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
