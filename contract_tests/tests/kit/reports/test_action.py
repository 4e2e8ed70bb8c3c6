"""The GitHub Action: its shell lines run here as a runner would run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from contract_tests.reports.json import json_report
from contract_tests.tests.kit.support.sections import clean_one, lint_output
from contract_tests.tests.places import ROOT
from emulator.cli import main

TEXT = (ROOT / "action.yml").read_text(encoding="utf-8")
ACTION = yaml.safe_load(TEXT)
STEPS = {step.get("id", step.get("name")): step for step in ACTION["runs"]["steps"]}
SCRIPT = STEPS["check"]["run"]
GIVEN = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")
BASH = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]


@dataclass(frozen=True)
class Ended:
    """A step that ended: its exit code, what it printed, its outputs and its summary."""

    code: int
    printed: str
    outputs: dict[str, str]
    summary: str


def kit(folder: Path, program: str) -> None:
    """Put a program where the action installs the kit."""
    place = folder / "trendyol-emulator" / "bin"
    place.mkdir(parents=True)
    for name, line in {"trendyol-emulator": program, "python": f'exec {sys.executable} "$@"'}.items():
        (place / name).write_text(f"#!/usr/bin/env bash\n{line}\n", encoding="utf-8")
        (place / name).chmod(0o755)


def reporting(section: Any, code: int) -> str:
    """A kit that writes what it is told to write, and ends with a code."""
    body = json_report([section]).decode()
    return f"""for word in "$@"; do case "$word" in
      json=*) cat > "${{word#json=}}" <<'END'
{body}
END
      ;; markdown=*) echo "## told" > "${{word#markdown=}}" ;; esac; done
    exit {code}"""


def ended(folder: Path, **inputs: str) -> Ended:
    """Run the check of the action with its inputs, the others as by default."""
    known = {name: one.get("default", "") for name, one in ACTION["inputs"].items()} | {
        name.replace("_", "-"): value for name, value in inputs.items()
    }
    values = {f"inputs.{name}": value for name, value in known.items()} | {"runner.temp": str(folder)}
    by_name = {name: folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for path in by_name.values():
        path.touch()
    given = {
        name: GIVEN.sub(lambda one: values[one[1]], text) for name, text in STEPS["check"]["env"].items()
    }
    environment = {**os.environ, **given, **{name: str(path) for name, path in by_name.items()}}
    environment |= {"GITHUB_WORKSPACE": str(folder), "PYTHONPATH": str(ROOT)}
    environment |= {"TRENDYOL_EMULATOR_QUICK": "1"}
    script = folder / "step.sh"
    script.write_text(SCRIPT, encoding="utf-8")
    ran = subprocess.run(
        [*BASH, str(script)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    outputs = dict(line.split("=", 1) for line in by_name["GITHUB_OUTPUT"].read_text().splitlines())
    return Ended(ran.returncode, ran.stdout + ran.stderr, outputs, by_name["GITHUB_STEP_SUMMARY"].read_text())


@pytest.mark.parametrize("step", [name for name, step in STEPS.items() if "run" in step])
def test_step_is_shell(step: str) -> None:
    assert subprocess.run(["bash", "-n"], input=STEPS[step]["run"], text=True, check=False).returncode == 0
    assert "${{" not in STEPS[step]["run"], "what a stranger may write goes in by the environment"


def test_action_asks_for_what_it_declares() -> None:
    values = {name.removeprefix("inputs.") for name in GIVEN.findall(TEXT) if name.startswith("inputs.")}
    assert values == set(ACTION["inputs"])
    outputs = {name.rpartition(".")[2] for name in GIVEN.findall(TEXT) if "steps.check.outputs" in name}
    assert outputs == set(ACTION["outputs"])


def test_action_uses_options_that_exist() -> None:
    check = main.get_command(click.Context(main), "check")
    assert check is not None
    options = {name for parameter in check.params for name in parameter.opts}
    line = SCRIPT.partition("words=(")[2].partition("code=0")[0]
    assert set(re.findall(r"--[a-z-]+", line)) <= options


def test_action_checks_a_client_and_tells_of_it(tmp_path: Path) -> None:
    kit(tmp_path, f'exec {sys.executable} -m emulator "$@"')
    result = ended(
        tmp_path,
        command=f"sh -c 'echo \"$1 $2\" >> {tmp_path}/verbs' client",
        profile="catalog-pull",
        junit="findings.xml",
    )
    assert result.code == 1, result.printed
    assert "sync" in (tmp_path / "verbs").read_text().split()
    assert result.summary.startswith("## ❌ Failed")
    assert result.outputs["verdict"] == "failed"
    assert Path(result.outputs["sarif"]).read_bytes().startswith(b"{")
    assert Path(result.outputs["html"]).read_bytes().startswith(b"<!doctype html>")
    assert (tmp_path / "findings.xml").read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize(
    ("section", "fail_on", "code", "expected"),
    [
        (lint_output("size=101"), "must", 1, 1),
        (lint_output("size=101"), "never", 1, 0),
        (lint_output("approved=True"), "must", 0, 0),
        (lint_output("approved=True"), "should", 0, 1),
        (clean_one(), "should", 0, 0),
        (clean_one(), "never", 4, 4),
    ],
)
def test_job_fails_on_what_it_is_told_to(
    tmp_path: Path, section: Any, fail_on: str, code: int, expected: int
) -> None:
    kit(tmp_path, reporting(section, code))
    result = ended(tmp_path, fail_on=fail_on)
    assert result.code == expected, result.printed
    assert result.outputs["verdict"] == {0: "passed", 1: "failed"}.get(code, "error")
    assert result.summary == "## told\n"


def test_unknown_fail_on_is_a_usage_error(tmp_path: Path) -> None:
    kit(tmp_path, "exit 0")
    assert ended(tmp_path, fail_on="sometimes").code == 2


def test_without_a_command_the_config_decides(tmp_path: Path) -> None:
    kit(
        tmp_path,
        f'printf "%s\\n" "$@" > {tmp_path}/words; echo "$TRENDYOL_EMULATOR_CONFIG" > {tmp_path}/config',
    )
    ended(tmp_path, profile="finance pazarsync", html="", config="ci/shop.toml")
    words = (tmp_path / "words").read_text().splitlines()
    assert (tmp_path / "config").read_text() == "ci/shop.toml\n"
    assert "--" not in words
    assert words[-4:] == ["--profile", "finance", "--profile", "pazarsync"]
    assert not any(word.startswith("html=") for word in words)
