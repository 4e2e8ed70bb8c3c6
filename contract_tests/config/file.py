"""The configuration file: how an integration is driven and judged, as values."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from contract_tests.config.schema import config_errors
from contract_tests.config.waivers import Waiver
from contract_tests.drivers.command import command_driver, command_listener
from contract_tests.drivers.http import http_driver
from contract_tests.drivers.python import callable_driver, load_integration
from contract_tests.records.run import ListeningDriver
from contract_tests.stages.rulebook import installed_rulebook

_ENDLESS_KEY = re.compile(r"^\[{0,2}[\w \"'-]+(?:\.[\w \"'-]+){200}", re.MULTILINE)
NAME = "trendyol-emulator.toml"
PROJECT, TABLE = "pyproject.toml", "trendyol-emulator"
# More than 10,000 packages at the 30 requests a minute of the smallest sellers take 140.
RUN_S = 180.0


class NotAConfig(Exception):
    """A configuration cannot be used; the text is one sentence that names file, key and what is expected."""


@dataclass(frozen=True, slots=True)
class Integration:
    """How the integration is driven: exactly one of ``command``, ``url`` and ``python`` is not empty.

    Units: ``timeout_s`` real seconds.
    """

    command: tuple[str, ...] = ()
    """The words of a command."""
    url: str = ""
    """Where one answers that is a server."""
    python: str = ""
    """What is imported, as package.module:Name."""
    timeout_s: float = RUN_S
    """How long one verb may take."""
    listen: tuple[str, ...] = ()
    """The command that listens for webhooks, where it is another one."""
    webhook_url: str = ""
    """Where it listens for webhooks all the time."""
    subscribe: bool = True
    """Whether it subscribes its webhook itself."""


@dataclass(frozen=True, slots=True)
class ProfileOptions:
    """What is special about one profile; None is what the profile says itself.

    Shapes: ``level`` L0 to L3, how far it is judged; ``exports`` the kinds the integration knows.
    """

    edition: str | None = None
    storefront: str | None = None
    span_days: int | None = None
    level: str = "L3"
    exports: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """How much is searched; None is the kit's own. Units: ``seconds`` real time a profile."""

    examples: int | None = None
    seed: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """All that a configuration file says. Shapes: ``reports`` are formats with their paths."""

    path: Path
    """The file."""
    integration: Integration | None = None
    """How the integration is driven."""
    profiles: tuple[str, ...] = ()
    """The profiles that are checked."""
    special: Mapping[str, ProfileOptions] = field(default_factory=dict)
    """Options of single profiles."""
    search: SearchOptions = SearchOptions()
    """How much is searched."""
    waivers: tuple[Waiver, ...] = ()
    """What its owner accepts."""
    reports: tuple[tuple[str, Path], ...] = ()
    """Formats with their paths."""

    @property
    def folder(self) -> Path:
        """Where the file stands: commands run there, and paths start there."""
        return self.path.parent

    def options_of(self, profile: str) -> ProfileOptions:
        """Give what is special about a profile."""
        return self.special.get(profile, ProfileOptions())


def find_config(start: Path) -> Config | None:
    """Find and read the file of a folder or of one above it, up to the one that holds ``.git``.

    Shapes: trendyol-emulator.toml goes before a pyproject.toml beside it, which counts with our table only.
    Errors: NotAConfig.
    """
    here = start.resolve()
    for folder in (here, *here.parents):
        for path in (folder / NAME, folder / PROJECT):
            if path.is_file() and _is_ours(path):
                return read_config(path)
        if (folder / ".git").exists():
            break
    return None


def _is_ours(path: Path) -> bool:
    """Tell whether a file speaks to us; a pyproject.toml that never names us may be as broken as it likes."""
    if path.name == NAME:
        return True
    has_name = TABLE in path.read_text(encoding="utf-8", errors="replace")
    return has_name and TABLE in read_toml(path).get("tool", {})


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Errors: NotAConfig when it is none.
    """
    try:
        text = path.read_text(encoding="utf-8")
        if _ENDLESS_KEY.search(text):  # the parser would take a second for each few thousand parts
            raise RecursionError
        return tomllib.loads(text)
    except ValueError as syntax:
        raise NotAConfig(f"{path} is no TOML: {syntax}") from syntax
    except RecursionError as fault:
        raise NotAConfig(f"{path} is no TOML of ours: it is nested too deeply") from fault
    except OSError as fault:
        raise NotAConfig(f"{path} cannot be read: {fault.strerror}") from fault


def read_config(path: Path) -> Config:
    """Read one file; of a pyproject.toml its table ``tool.trendyol-emulator``.

    Errors: NotAConfig that names the first key that is wrong.
    """
    document, where = read_toml(path), ""
    if path.name == PROJECT:
        document, where = document.get("tool", {}).get(TABLE, {}), f"tool.{TABLE}."
    try:
        plain = _plain(document)
        wrong = next(config_errors(plain), None)
        if wrong:
            raise NotAConfig(wrong)
        return _config(path, plain)
    except RecursionError as fault:
        raise NotAConfig(f"{path} is no TOML of ours: it is nested too deeply") from fault
    except NotAConfig as fault:
        raise NotAConfig(f"{path}: {where}{fault}") from None


def _plain(value: Any) -> Any:
    """Write TOML's own dates as text, so that a date may be given either way."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float) else value.isoformat()


def _config(path: Path, plain: Mapping[str, Any]) -> Config:
    table = plain.get("integration")
    special = {
        name: ProfileOptions(**{**one, "exports": tuple(one["exports"]) if "exports" in one else None})
        for name, one in plain.get("profile", {}).items()
    }
    return Config(
        path,
        integration=_integration(table) if table else None,
        profiles=tuple(plain.get("profiles", ())),
        special=special,
        search=SearchOptions(**plain.get("search", {})),
        waivers=_waivers(plain.get("waive", ())),
        reports=tuple((kind, path.parent / where) for kind, where in plain.get("report", {}).items()),
    )


def _integration(table: Mapping[str, Any]) -> Integration:
    return Integration(
        _words(table, "command"),
        table.get("url", ""),
        table.get("python", ""),
        table.get("timeout_seconds", RUN_S),
        _words(table, "listen"),
        table.get("webhook_url", ""),
        table.get("subscribe", True),
    )


def _words(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    command = table.get(name, [])
    try:
        return tuple(shlex.split(command, comments=True) if isinstance(command, str) else command)
    except ValueError as fault:
        raise NotAConfig(f"integration.{name}: this is no command line: {fault}") from fault


def _waivers(rows: Sequence[Mapping[str, Any]]) -> tuple[Waiver, ...]:
    if not rows:
        return ()
    rulebook = installed_rulebook()
    rules = {rule.id for rule in rulebook.rules}
    operations = {None, *(operation.id for operation in rulebook.operations)}
    for number, one in enumerate(rows):
        if one["rule"] not in rules:
            raise NotAConfig(
                f"waive[{number}].rule: there is no rule {one['rule']}; rules list names them all"
            )
        if one.get("operation") not in operations:
            raise NotAConfig(f"waive[{number}].operation: there is no operation {one['operation']}")
    return tuple(Waiver(**{**one, "expires": date.fromisoformat(one["expires"])}) for one in rows)


def driver_of(config: Config) -> ListeningDriver:
    """Make the driver of a configuration.

    Errors: NotAConfig when it names no integration, CannotDrive when a Python one cannot be loaded.
    """
    integration = config.integration
    if integration is None:
        raise NotAConfig(f"{config.path}: integration is missing: exactly one of command, url and python")
    driver = _plain_driver(integration, config.folder)
    if integration.listen:
        listen = command_listener(integration.listen, integration.timeout_s, config.folder)
        driver = replace(driver, listen=listen)
    return replace(driver, url=integration.webhook_url, subscribes=integration.subscribe)


def _plain_driver(integration: Integration, folder: Path) -> ListeningDriver:
    if integration.python:
        return callable_driver(load_integration(integration.python, folder))
    if integration.url:
        return http_driver(integration.url, integration.timeout_s)
    return command_driver(integration.command, integration.timeout_s, folder)


def as_default_map(config: Config) -> dict[str, Any]:
    """Write the options that a file gives to ``check`` as click takes defaults, below the environment."""
    defaults = {
        "profile": list(config.profiles),
        "timeout": config.integration.timeout_s if config.integration else None,
        "examples": config.search.examples,
        "seed": config.search.seed,
        "seconds": config.search.seconds,
        "report": [f"{kind}={path}" for kind, path in config.reports],
    }
    return {name: value for name, value in defaults.items() if value not in (None, [])}
