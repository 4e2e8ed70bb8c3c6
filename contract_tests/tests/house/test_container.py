"""The Dockerfile, compose.yaml and the service blocks of the docs name what the project has.

That they work is seen by test_container_runs.
"""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from pathlib import Path

import click
import jsonschema_rs
import pytest

from contract_tests.tests.house.container_files import (
    COMPOSE,
    KINDS,
    START,
    STEPS,
    file_blocks,
    ours,
    service_environments,
    variables,
)
from contract_tests.tests.house.container_roots import options_of
from contract_tests.tests.places import ROOT
from emulator.cli import main

SCHEMAS = files("check_jsonschema") / "builtin_schemas" / "vendor"


def test_steps_are_those_that_docker_knows() -> None:
    changes = {"FROM", "RUN", "WORKDIR", "COPY", "ARG"}
    start_words = {"ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD", "ENTRYPOINT"}
    assert {step.word for step in STEPS} == changes | start_words
    assert [step.word for step in STEPS].count("FROM") == 2


def test_what_is_copied_is_in_the_checkout_and_makes_the_wheel() -> None:
    copies = [options_of(step.text) for step in STEPS if step.word == "COPY"]
    sources = [name for options, names in copies if "from" not in options for name in names[:-1]]
    assert [name for name in sources if not (ROOT / name).exists()] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    texts = {"pyproject.toml", "README.md", "LICENSE"}
    assert set(sources) == {*wheel["packages"], *wheel["force-include"]} | texts
    extras = next(step.text.partition("=")[2] for step in STEPS if step.word == "ARG").split(",")
    assert set(extras) <= project["project"]["optional-dependencies"].keys()


def test_container_starts_what_there_is_as_nobody_special() -> None:
    for program, verb, *options in (START.command, START.health_command):
        assert program == "trendyol-emulator"
        command = main.get_command(click.Context(main), verb)
        assert command is not None
        command.make_context(verb, list(options))
    assert START.user == ("10001", "10001")
    assert START.last("EXPOSE").text == START.environment["TRENDYOL_EMULATOR_PORT"]
    assert ours(START.environment) <= variables()


def test_only_the_volume_is_written_to() -> None:
    volume = START.last("VOLUME").text
    places = [START.environment[name] for name in ("HOME", "TMPDIR", "TRENDYOL_EMULATOR_CACHE")]
    assert all(Path(place).is_relative_to(volume) for place in places)
    runs = " ".join(step.text for step in STEPS if step.word == "RUN")
    assert f"install -d -o {START.user[0]} -g {START.user[1]} {volume}" in runs
    assert f"mkdir -p {START.environment['TRENDYOL_EMULATOR_WORLDS']} " in runs


def test_compose_file_fits_the_image() -> None:
    service = COMPOSE["services"]["trendyol"]
    environment = service["environment"]
    assert ours(environment) == set(environment) <= variables()
    assert environment["TRENDYOL_EMULATOR_DATABASE"].startswith(f"sqlite:///{START.last('VOLUME').text}/")
    assert service["ports"] == [f"127.0.0.1:8080:{START.last('EXPOSE').text}"]
    assert service["volumes"] == [f"stage:{START.last('VOLUME').text}"]
    assert service["read_only"] is True
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert f":{START.environment['TRENDYOL_EMULATOR_WORLDS']}:ro" in text


@pytest.mark.parametrize("kind", sorted(KINDS.values()))
def test_file_of_a_ci_keeps_its_schema(kind: str) -> None:
    trees = [tree for each, tree in [*file_blocks(), ("compose-spec", COMPOSE)] if each == kind]
    assert len(trees) >= 2
    schema = json.loads((SCHEMAS / f"{kind}.json").read_text(encoding="utf-8"))
    validator = jsonschema_rs.validator_for(schema)
    for tree in trees:
        whole = {"on": "push", **tree} if kind == "github-workflows" else tree
        assert [error.message for error in validator.iter_errors(whole)] == []


def test_service_blocks_name_options_and_a_token() -> None:
    environments = list(service_environments())
    assert len(environments) == 4
    for environment in environments:
        assert ours(environment) <= variables()
        assert environment["TRENDYOL_EMULATOR_CONTROL_TOKEN"]
