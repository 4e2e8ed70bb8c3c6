"""A scenario: everything a run of a client follows from, as one value that is plain JSON and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
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

    Shapes: before a ``quiet`` one all trouble is taken back; ``moves`` are what the marketplace does before
    it, as POST /_emulator/moves takes them; ``gives_up`` numbers the wants, from 0, that the shop wants no
    longer, from this sync on.
    Units: ``pause_ms`` milliseconds of the world's time that pass before it.
    """

    pause_ms: int = 0
    quiet: bool = False
    moves: tuple[Row, ...] = ()
    gives_up: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """One world, what happens in it, and how often the client synchronises.

    Shapes: ``world`` is the name of a recipe or a recipe itself; each of ``events`` is what
    POST /_emulator/faults takes, with ``sync``, the number of the sync it is planned before (1 unless
    given); ``storefront`` is empty in the Turkish edition; ``may_fail`` where exit 1 is honest even in a
    quiet sync, for something is left that only people can mend. ``unusual`` asks for legal but odd answers.
    ``wants`` are the rows of CLIENT_WANTED; where they are not told they are chosen from what is there, as
    ``shop`` says.
    Units: ``now_ms`` is where the world's clock starts, None for real time; ``as_of`` a date.
    """

    name: str
    profile: str
    edition: str
    storefront: str = ""
    seed: int = 1
    now_ms: int | None = None
    world: str | Row = "demo"
    limits: str = "on"
    unusual: bool = False
    as_of: str | None = None
    shop: str = ""
    wants: tuple[Row, ...] | None = None
    events: tuple[Event, ...] = ()
    plan: tuple[Step, ...] = (Step(),)
    may_fail: bool = False

    @property
    def event_count(self) -> int:
        """How many events and moves it has."""
        return len(self.events) + sum(len(step.moves) for step in self.plan)

    @property
    def size(self) -> tuple[int, int, int]:
        """What makes one scenario smaller than another: what happens, syncs, then length as JSON."""
        return self.event_count, len(self.plan), len(scenario_json(self))

    def events_before(self, sync: int) -> list[dict[str, Any]]:
        """List the events planned before a sync, counted from 1, as the emulator takes them."""
        return [
            {name: value for name, value in event.items() if name != "sync"}
            for event in self.events
            if event.get("sync", 1) == sync
        ]


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a failure's story. Units: ``at_ms`` the world's time, epoch milliseconds.

    Shapes: ``what`` is sync, request, event or verdict; ``request`` the journal's number, if there is one;
    ``grave`` where a finding points at it.
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
    document: dict[str, Any] = orjson.loads(
        files("contract_tests").joinpath("records/schemas", f"{name}.json").read_bytes()
    )
    return document


@cache
def _validator() -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for(schema("scenario"))
