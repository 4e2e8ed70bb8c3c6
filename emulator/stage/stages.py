"""The stages of one emulator, each an isolated world: opened by name, kept apart, closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from emulator.contract.contract import Contract
from emulator.contract.sources import cache_folder, read_recipe
from emulator.settings import Settings
from emulator.stage.journal import Journal
from emulator.stage.ports import Ports
from emulator.stage.private_folder import private_folder
from emulator.stage.stage import Stage
from emulator.world.core.plan import Plan, midnight
from emulator.world.core.rendering import Renderers
from emulator.world.core.seeded_files import Files
from emulator.world.hooks.subscriptions import all_webhooks
from emulator.world.opening import open_world
from emulator.world.recipes import fill_in
from emulator.world.store.place import PostgresPlace

DEFAULT = "default"
Judge = Callable[..., list[dict[str, Any]]]
"""Makes findings of the rows of a journal."""
Translator = Callable[[str, str], str]
"""Says in a language, named first, what judges and faults say in English."""


class NameTaken(Exception):
    """A stage of that name is open, or being opened."""


class Outgoing(Protocol):
    """Calls the subscribers of webhooks, beside all requests."""

    def wake(self) -> None:
        """Look for calls that are due now; it begins to work when this is first called."""
        ...

    def settle(self, stage: Stage) -> None:
        """Wait until every call of a stage that is due by its clock has had its result.

        Whoever waits must not hold the stage's lock.
        """
        ...

    def stop(self) -> None:
        """End all work; calls that are not over are made again by whoever opens the world next."""
        ...


@dataclass(slots=True)
class Stages:
    """Every stage of one emulator, by name; ``default`` is the one without a prefix.

    Shapes: ``find_judge`` gives the function that makes findings of the rows of a journal, None where the kit
    is not installed; ``ports`` are those of single worlds.
    Units: ``wall`` gives real epoch milliseconds.
    """

    settings: Settings
    """What the emulator was started with."""
    contract: Contract
    """The law."""
    wall: Callable[[], int]
    """The real time, epoch milliseconds."""
    renderers: Callable[[], Renderers]
    """Gives what makes the documented JSON of the world."""
    rendering_files: tuple[Path, ...] = ()
    """The files of that code."""
    find_judge: Callable[[], Judge | None] = lambda: None
    """Finds what makes findings of the rows of a journal; None where the kit is not installed."""
    find_translator: Callable[[], Translator | None] = lambda: None
    """Finds what says sentences of judges and faults in a language; None where the kit is not installed."""
    stages: dict[str, Stage] = field(default_factory=dict)
    """The stages by name."""
    opening: Lock = field(default_factory=Lock)
    """Taken while a name is given, so that it is given once."""
    names_being_opened: set[str] = field(default_factory=set)
    """The names of those that are being opened."""
    ports: Ports = field(default_factory=Ports)
    """The ports of single worlds."""
    outgoing: Outgoing | None = None
    """Who calls the subscribers of webhooks; None for nobody."""
    own_folder: Path | None = None
    """The folder of their files where none was named."""
    closing: ExitStack = field(default_factory=ExitStack)
    """What goes with them."""
    is_ending: bool = False
    """Whether the server was told to stop: answers without an end come to theirs."""
    closed_counts: Counter[tuple[str | None, int]] = field(default_factory=Counter)
    """The requests of stages that are closed, by operation and status."""

    @property
    def default(self) -> Stage:
        """Give the stage without a prefix."""
        return self.stages[DEFAULT]

    def get(self, name: str) -> Stage | None:
        """Find a stage by name."""
        return self.stages.get(name)

    def translator_into(self, language: str) -> Callable[[str], str]:
        """Give what says a sentence in a language; in English as it stands."""
        translate = self.find_translator() if language != "en" else None
        return str if translate is None else partial(translate, language)

    def open(self, name: str, world: str | None = None, **options: Any) -> Stage:
        """Open a stage of its own, from the recipe of a name or from one that is given among the options.

        Errors: SpecFault for an unknown world or decision, RecipeFault where a recipe makes no world,
        NameTaken where a stage of that name is open or being opened.
        """
        with self._opening(name):
            self.stages[name] = stage = self._new_stage(name, world, **options)
        if all_webhooks(stage.world):
            self._wake_outgoing()
        return stage

    def _wake_outgoing(self) -> None:
        if self.outgoing is not None:
            self.outgoing.wake()

    def _new_stage(
        self,
        name: str,
        world: str | None = None,
        *,
        recipe: Mapping[str, Any] | None = None,
        seed: int | None = None,
        now_ms: int | None = None,
        limits: str | None = None,
        decisions: Mapping[str, str] | None = None,
        unusual: bool = False,
        orders_per_hour: int | None = None,
    ) -> Stage:
        """Make a stage.

        What is not given is as in the settings. What was seeded from a given recipe goes with the process. An
        ``unusual`` one answers in legal but odd ways.
        """
        world_name = world or self.settings.world
        parts = read_recipe(world_name, self.contract.worlds) if recipe is None else recipe
        if orders_per_hour is None and name == DEFAULT:
            orders_per_hour = self.settings.orders_per_hour
        whole_recipe = fill_in(parts, self.contract.worlds)
        if orders_per_hour is not None:
            whole_recipe = {**whole_recipe, "orders_per_hour": orders_per_hour}
        plan = self._plan(whole_recipe, seed, now_ms, decisions or {})
        files = Files(
            directory=self.folder(),
            cache=self.folder() / "recipes" if recipe else (self.settings.cache or cache_folder()) / "worlds",
            database=self._database(name),
        )
        new_world = open_world(plan, files, self.wall, leads_on=True)
        new_world.stage_name, new_world.unusual = name, unusual
        new_world.on_webhook = self._wake_outgoing
        return Stage(
            name=name,
            opened_from=new_world.name if recipe else world_name,
            world=new_world,
            journal=Journal(self.settings.journal_entries, self.settings.journal_bytes),
            limits=self.settings.limits if limits is None else limits,
            lock=new_world.lock,
        )

    def _database(self, name: str) -> Path | PostgresPlace | None:
        """Where a world is kept: those beside the first are private, on a server as in files."""
        database = self.settings.database
        if name == DEFAULT or database is None:
            return database
        return database.private_one() if isinstance(database, PostgresPlace) else None

    @contextmanager
    def _opening(self, name: str) -> Iterator[None]:
        """Keep a name for a block, so that of those who want it at once one gets it."""
        with self.opening:
            if name in self.stages or name in self.names_being_opened:
                raise NameTaken(name)
            self.names_being_opened.add(name)
        try:
            yield
        finally:
            with self.opening:
                self.names_being_opened.discard(name)

    def _plan(
        self, recipe: Mapping[str, Any], seed: int | None, now_ms: int | None, decisions: Mapping[str, str]
    ) -> Plan:
        options = {**recipe.get("decisions", {}), **self.settings.decisions, **decisions}
        seeds = (seed, self.settings.seed, recipe.get("seed"), 1)
        now_ms = self.settings.now_ms if now_ms is None else now_ms
        return Plan(
            recipe={**recipe, "decisions": {}},
            lookups=self.contract.lookups,
            lookups_digest=self.contract.lookups_digest,
            seed=next(number for number in seeds if number is not None),
            anchor_ms=midnight(self.wall() if now_ms is None else now_ms),
            now_ms=now_ms,
            decisions=self.contract.decide(options),
            renderers=self.renderers,
            rendering_files=self.rendering_files,
        )

    def folder(self) -> Path:
        """Give the folder for private files: the one in the settings, else one that goes with the process."""
        if self.settings.folder is not None:
            return self.settings.folder
        if self.own_folder is None:
            self.own_folder = self.closing.enter_context(private_folder())
        return self.own_folder

    def close(self, name: str) -> bool:
        """Close a stage and forget it; False when there is none of that name."""
        with self.opening:
            stage = self.stages.pop(name, None)
        if stage is None:
            return False
        with stage.lock:
            stage.clear_faults()
            stage.is_closed = True
            stage.world.close()
            self.closed_counts.update(stage.journal.counts)
        return True

    def request_counts(self) -> Counter[tuple[str | None, int]]:
        """Count the requests of all stages since the start, by operation and status."""
        counts = self.closed_counts.copy()
        for stage in list(self.stages.values()):
            counts.update(stage.journal.counts.copy())
        return counts

    def close_all(self) -> None:
        """Close every stage and remove their files."""
        if self.outgoing is not None:
            self.outgoing.stop()
        for name in list(self.stages):
            self.close(name)
        self.closing.close()
