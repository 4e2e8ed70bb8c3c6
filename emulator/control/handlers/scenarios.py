"""Failures that the contract kit has kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.stage.kept_failures import kept_failure, kept_failures
from emulator.stage.kit_verbs import run_kit_verb
from emulator.stage.stage import Stage
from emulator.stage.stages import Stages

_LONGEST_S = 120.0


def list_scenarios(call: Call, stages: Stages, stage: Stage) -> Reply:
    """List the failures."""
    folder = stages.settings.failures
    translate = stages.translator_into(call.query["language"])
    rows = [
        {
            "name": name,
            "profile": str(failure["scenario"].get("profile", "")),
            "rules": failure["rules"],
            "sentence": translate(failure["sentence"]),
        }
        for name, failure in kept_failures(folder)
    ]
    return json_reply({"folder": folder.name, "scenarios": rows})


def get_scenario(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Show one failure.

    Errors: scenario-unknown.
    """
    name = call.path["scenario"]
    failure = _find(stages.settings.failures, name)
    translate = stages.translator_into(call.query["language"])
    moments = [{**moment, "text": translate(moment["text"])} for moment in failure["moments"]]
    sentence = translate(failure["sentence"])
    return json_reply({**failure, "moments": moments, "sentence": sentence, "name": name})


def play_scenario(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Play one failure again.

    Errors: scenario-unknown, kit-missing.
    """
    name, folder = call.path["scenario"], stages.settings.failures
    _find(folder, name)
    if stages.find_judge() is None:
        raise Refusal("kit-missing")
    path = (folder / name / "scenario.json").absolute()
    code, output = run_kit_verb(
        ("replay", str(path), "--language", call.query["language"]), folder.absolute().parent, _LONGEST_S
    )
    return json_reply({"exit": code, "output": output})


def _find(folder: Path, name: str) -> dict[str, Any]:
    failure = kept_failure(folder, name)
    if failure is None:
        raise Refusal("scenario-unknown", name=name)
    return failure
