"""What the Dockerfile, compose.yaml and the blocks of the docs say, as values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import click
import yaml

from contract_tests.tests.house.container_roots import Image, do, read_dockerfile
from contract_tests.tests.places import DOCS, ROOT
from emulator.cli import main

STEPS = read_dockerfile((ROOT / "Dockerfile").read_text(encoding="utf-8"))
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
KINDS = {"jobs": "github-workflows", "services": "compose-spec", "script": "gitlab-ci"}
"""A member that only files of one kind have, and the name of that kind's schema."""
NO_OPTIONS = {"TRENDYOL_EMULATOR_CACHE"}


def stage_of_start() -> Image:
    """The last stage, as far as it says how a container is started."""
    image = Image(Path("/nowhere"), "")
    for step in STEPS[max(number for number, step in enumerate(STEPS) if step.word == "FROM") + 1 :]:
        if step.word not in {"RUN", "COPY"}:
            do(step, image, [])
    return image


START = stage_of_start()


@cache
def variables() -> set[str]:
    """The variables of all options of serve."""
    command = main.get_command(click.Context(main), "serve")
    assert command is not None
    return {name for option in command.params for name in option.envvar or ()} | NO_OPTIONS


def ours(environment: Mapping[str, Any]) -> set[str]:
    return {name for name in environment if name.startswith("TRENDYOL_EMULATOR_")}


def file_blocks() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every block of the docs that is a file of a CI or of compose, and the name of its schema."""
    for page in ("in-ci.md", "run-anywhere.md"):
        text = (DOCS / page).read_text(encoding="utf-8")
        for block in re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            tree = yaml.safe_load(block)
            inner = next(iter(tree.values()))
            kind = (
                KINDS["script"]
                if "script" in inner
                else next((KINDS[key] for key in KINDS if key in tree), "")
            )
            if kind:
                yield kind, tree


def service_environments() -> Iterator[dict[str, str]]:
    """What our image finds in its environment in each service block."""
    for kind, tree in [*file_blocks(), ("compose-spec", COMPOSE)]:
        for part in tree["jobs"].values() if kind == "github-workflows" else [tree]:
            for service in part.get("services", {}).values():
                if service.get("image", "").endswith("trendyol-emulator"):
                    yield service.get("env") or service["environment"]
        for job in tree.values() if kind == "gitlab-ci" else ():
            if any(str(service["name"]).endswith("trendyol-emulator") for service in job.get("services", ())):
                yield job["variables"]
