"""A scenario: everything a run of a client follows from, as one value that is plain JSON and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import orjson

VERSION = 1

Row = Mapping[str, Any]
Event = Mapping[str, Any]


class NotAScenario(Exception):
    """The document is no scenario; the message is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Step:
    """One ``sync`` of the plan.

    Shapes: before a ``quiet`` one all faults are cleared; ``moves`` are what the marketplace does before
    it, as POST /_emulator/moves takes them; ``gives_up`` numbers the desired rows, from 0, that the shop
    withdraws from this sync on. One that ``continues`` goes on with what the sync before it left undone: the
    plan ends before it where that one ended with 0.
    Units: ``pause_ms`` milliseconds of the world's time that pass before it; ``down_ms`` those that a client
    which is to listen is down, from before the moves on.
    """

    pause_ms: int = 0
    quiet: bool = False
    moves: tuple[Row, ...] = ()
    gives_up: tuple[int, ...] = ()
    down_ms: int = 0
    continues: bool = False


def least_syncs(plan: Iterable[Step]) -> int:
    """Count the syncs of a plan that are played whatever the client does."""
    return sum(not step.continues for step in plan)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One world, what happens in it, and how often the client synchronises.

    Units: ``now_ms`` epoch milliseconds; ``as_of`` a date.
    """

    name: str
    """What reports call it."""
    profile: str
    """The profile it was made for."""
    edition: str
    """The edition of the seller: int or tr."""
    storefront: str = ""
    """The storefront of the seller; empty in the Turkish edition."""
    seed: int = 1
    """The seed of the world."""
    now_ms: int | None = None
    """Where the world's clock starts; None for real time."""
    world: str | Row = "demo"
    """The name of a recipe, or a recipe itself."""
    limits: str = "on"
    """Whether the rate limits hold: on or off."""
    unusual: bool = False
    """Whether the world answers in ways that are legal but unusual."""
    as_of: str | None = None
    """The day at whose beginning the clock starts where ``now_ms`` is not given; dated rules are as then."""
    shop: str = ""
    """How the desired rows are chosen from what the world holds, where ``wants`` does not name them."""
    wants: tuple[Row, ...] | None = None
    """The rows of CLIENT_WANTED; None where they are chosen when it is played."""
    events: tuple[Event, ...] = ()
    """What POST /_emulator/faults takes, each with ``sync``, the sync before which it is planned."""
    plan: tuple[Step, ...] = (Step(),)
    """The syncs in their order."""
    may_fail: bool = False
    """Whether exit 1 is honest even in a quiet sync: something is left that only people can mend."""
    zone: str = ""
    """The time zone of the client's machine, as the variable TZ names it; empty for its own."""

    @property
    def event_count(self) -> int:
        """How many events and moves it has."""
        return len(self.events) + sum(len(step.moves) for step in self.plan)

    @property
    def size(self) -> tuple[int, int, bool, int]:
        """What makes one scenario smaller than another: what happens, syncs, its world, then length as JSON.

        A named world is larger than one that is written out.
        """
        return self.event_count, len(self.plan), isinstance(self.world, str), len(scenario_json(self))

    def events_before(self, sync: int) -> list[dict[str, Any]]:
        """List the events planned before a sync, counted from 1, as the emulator takes them."""
        return [
            {name: value for name, value in event.items() if name != "sync"}
            for event in self.events
            if event.get("sync", 1) == sync
        ]


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a failure's story.

    Shapes: ``what`` is sync, request, event or verdict; ``request`` the journal's number, if there is one;
    ``emphasis`` where a finding points at it.
    Units: ``at_ms`` the world's time, epoch milliseconds.
    """

    at_ms: float
    what: str
    text: str
    request: int | None = None
    emphasis: bool = False


def scenario_json(scenario: Scenario) -> bytes:
    """Write a scenario as JSON; what is as by default is left out."""
    document = _without_defaults(asdict(scenario), asdict(Scenario(name="", profile="", edition="")))
    if "plan" in document:
        document["plan"] = [_without_defaults(step, asdict(Step())) for step in document["plan"]]
    return orjson.dumps({"version": VERSION, **document}, option=orjson.OPT_INDENT_2) + b"\n"


def _without_defaults(document: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value != defaults[name]}


def read_scenario(text: bytes | str) -> Scenario:
    """Read a scenario.

    Errors: NotAScenario that says where it breaks the published schema.
    """
    import jsonschema_rs

    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NotAScenario(f"this is no JSON: {error}") from error
    try:
        _validator().validate(document)
    except jsonschema_rs.ValidationError as error:
        where = "/".join(map(str, error.instance_path)) or "the document"
        raise NotAScenario(f"this is no scenario: {where}: {error.message}") from error
    plan = tuple(_step(one) for one in document.pop("plan", [{}]))
    del document["version"]
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in document.items()
    }
    return Scenario(**fields, plan=plan)


def _step(document: Row) -> Step:
    plain: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in document.items()
    }
    return Step(**plain)


def schema(name: str) -> dict[str, Any]:
    """Give a JSON Schema that the kit publishes: scenario, config or export."""
    from importlib.resources import files

    document: dict[str, Any] = orjson.loads(
        files("contract_tests").joinpath("records/schemas", f"{name}.json").read_bytes()
    )
    return document


@cache
def _validator() -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for(schema("scenario"))
