"""The integration under test, ready to be driven: by a command of this call, or as its config says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from contract_tests.config.file import (
    NAME,
    RUN_S,
    Config,
    NotAConfig,
    ProfileOptions,
    SearchOptions,
    driver_of,
    find_config,
)
from contract_tests.config.waivers import Waiver
from contract_tests.drivers.command import command_driver
from contract_tests.records.run import Driver

MISSING = (
    "what to drive is not known: give a command after --, or name it in trendyol-emulator.toml, "
    "which `trendyol-emulator init` writes"
)


@dataclass(frozen=True, slots=True)
class ConfiguredIntegration:
    """An integration and how to drive it.

    Shapes: ``command`` is empty unless it was given with the call; ``in_process`` for one in Python;
    ``alone`` where one program serves all scenarios, so that they are played one after another.
    """

    driver: Driver
    in_process: bool = False
    alone: bool = False
    command: tuple[str, ...] = ()
    config: Config | None = None

    @property
    def place(self) -> str:
        """The file that findings are pinned to, from the root of its repository."""
        return from_repository_root(self.config.path if self.config else Path(NAME))

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles that the config names."""
        return self.config.profiles if self.config else ()

    @property
    def search(self) -> SearchOptions:
        """How much the config has searched."""
        return self.config.search if self.config else SearchOptions()

    @property
    def waivers(self) -> tuple[Waiver, ...]:
        """What its owner accepts."""
        return self.config.waivers if self.config else ()

    def options_of(self, profile: str) -> ProfileOptions:
        """Give what the config says of a profile."""
        return self.config.options_of(profile) if self.config else ProfileOptions()


def from_repository_root(path: Path) -> str:
    """Write a path from the root of the repository it is in; as it is where it is in none.

    Shapes: the root holds ``.git``, which in a worktree is a file.
    """
    whole = path.resolve()
    root = next((folder for folder in whole.parents if (folder / ".git").exists()), None)
    if root is None and whole.is_relative_to(Path.cwd()):
        root = Path.cwd()
    return whole.relative_to(root).as_posix() if root else str(whole)


def integration_of(
    command: Sequence[str], config: Config | None, timeout_s: float = RUN_S
) -> ConfiguredIntegration:
    """Make an integration ready; a command goes before what the config names.

    Errors: NotAConfig when neither says what to drive, CannotDrive when a Python one cannot be loaded.
    """
    if command:
        return ConfiguredIntegration(
            command_driver(command, timeout_s), command=tuple(command), config=config
        )
    if config is None:
        raise NotAConfig(MISSING)
    options = config.integration
    in_process = bool(options and options.python)
    alone = in_process or bool(options and options.url)
    return ConfiguredIntegration(driver_of(config), in_process, alone, config=config)


def integration_here(command: Sequence[str]) -> ConfiguredIntegration:
    """Make the integration of this folder ready.

    Errors: those of ``integration_of``.
    """
    return integration_of(command, find_config(Path()))
