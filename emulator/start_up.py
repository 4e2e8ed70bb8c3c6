"""Reads what a command line says into settings, and says in one sentence why a stage cannot start."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from emulator.contract.contract import Contract, contract_with
from emulator.contract.dates import day_ms
from emulator.contract.faults import SpecFault
from emulator.contract.sources import read_recipe
from emulator.settings import Settings
from emulator.world.recipes import RecipeFault
from emulator.world.store.interface import StoreFault
from emulator.world.store.place import SCHEMES, PostgresPlace, postgres_place

_SQLITE = "sqlite:///"


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
