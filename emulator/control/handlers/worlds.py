"""Worlds and their health: what is open, opening and closing, going back to the seed."""

from __future__ import annotations

from emulator.contract.dates import day_ms
from emulator.control import spec_views, wire
from emulator.control.metrics_text import METRICS_TYPE, metrics_text
from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.stage.judging import judge_journal
from emulator.stage.stage import Stage
from emulator.stage.stages import DEFAULT, NameTaken, Stages
from emulator.world.recipes import RecipeFault


def get_index(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Say what is here."""
    return json_reply(wire.index_view(stages.contract, stage))


def get_health(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Say that it runs, and what."""
    return json_reply(wire.health_view(stages.contract, stage, stages.settings.database))


def get_ready(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Say that the world answers: to be asked at all, it must be open."""
    return json_reply({"ready": True})


def get_metrics(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Count requests, findings, worlds and work for Prometheus.

    Errors: kit-missing.
    """
    if call.query["findings"]:
        judge = stages.find_judge()
        if judge is None:
            raise Refusal("kit-missing")
        for each in list(stages.stages.values()):
            judge_journal(each, judge)
    return Reply((metrics_text(stages),), content_type=METRICS_TYPE)


def post_reset(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Go back to the seed."""
    stage.reset()
    return json_reply(wire.stage_view(stage))


def list_worlds(call: Call, stages: Stages, stage: Stage) -> Reply:
    """List the open worlds."""
    views = [wire.stage_view(entry) for entry in list(stages.stages.values())]
    return json_reply({"worlds": views, "recipes": sorted(stages.contract.worlds)})


def create_world(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Open a world of its own.

    Errors: world-exists, recipe-unknown, recipe-invalid, decision-unknown, port-unavailable.
    """
    options = wire.body_members(call)
    spec_views.check_new_world(stages.contract, options)
    if stages.get(options["name"]) is not None:
        raise Refusal("world-exists", name=options["name"])
    as_of = options.pop("as_of", None)
    if as_of is not None:
        options["now_ms"] = day_ms(as_of)
    has_port = options.pop("own_port", False)
    if has_port and stages.ports.listen is None:
        raise Refusal("port-unavailable")
    try:
        new_stage = stages.open(**options)
    except NameTaken as fault:
        raise Refusal("world-exists", name=options["name"]) from fault
    except RecipeFault as fault:
        raise Refusal("recipe-invalid", why=fault) from fault
    if has_port:
        new_stage.place = stages.ports.assign(new_stage.name, stages.stages)
    return wire.created_reply(wire.stage_view(new_stage), f"/_emulator/worlds/{new_stage.name}")


def get_world(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Show one open world.

    Errors: world-unknown.
    """
    world_stage = stages.get(call.path["name"])
    if world_stage is None:
        raise Refusal("world-unknown", name=call.path["name"])
    return json_reply(wire.stage_view(world_stage))


def delete_world(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Close a world.

    Errors: world-permanent, world-unknown.
    """
    name = call.path["name"]
    if name == DEFAULT:
        raise Refusal("world-permanent")
    if not stages.close(name):
        raise Refusal("world-unknown", name=name)
    return json_reply({"closed": name})
