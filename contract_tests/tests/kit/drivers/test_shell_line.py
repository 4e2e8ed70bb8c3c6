"""A command of a workflow gets its verb as arguments, however it is written."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from contract_tests.cli.check import check
from contract_tests.cli.lint import lint
from contract_tests.config.file import read_config
from contract_tests.drivers.shell_line import with_arguments
from contract_tests.stages.server import serving

# A status, and neither the milliseconds of a moment nor a part of a port.
REFUSED = re.compile(r"(?<![.\d])401\b")
LINES = (
    "echo ran",
    "echo ran\n",
    "echo ran  # what is run",
    "echo ran # one\n# another\n\n",
    "cd .\necho \\\n  ran\n",
    "true && echo ran # done\n",
)


@pytest.mark.parametrize("line", LINES)
def test_line_hands_its_verb_on(line: str) -> None:
    command = ["bash", "-c", with_arguments(line), "integration", "export", "a b"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "ran export a b\n"


def test_number_signs_that_are_no_comments_stay() -> None:
    line = """echo '# a' "# b" c#d \\# e"""
    ran = subprocess.run(
        ["bash", "-c", with_arguments(line), "x"], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "# a # b c#d # e\n"


def test_command_of_a_config_may_have_a_comment_and_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "trendyol-emulator.toml"
    path.write_text('[integration]\ncommand = """python -m shop # nightly\n"""\n', encoding="utf-8")
    config = read_config(path)
    assert config.integration
    assert config.integration.command == ("python", "-m", "shop")


def test_time_of_a_verb_is_more_than_nothing() -> None:
    result = CliRunner().invoke(check, ["--timeout", "-1", "--", "true"])
    assert result.exit_code == 2
    assert "--timeout" in result.output


@pytest.mark.parametrize("token", ["right", "wrong"])
def test_check_and_lint_take_the_control_token(token: str, tmp_path: Path) -> None:
    words = ["--control-token", token, "--artifacts", str(tmp_path), "--no-long", "--examples", "0"]
    with serving("--world", "empty", "--control-token", "right") as url:
        check_result = CliRunner().invoke(check, ["--url", url, *words, "--", "false"])
        lint_result = CliRunner().invoke(lint, [url, "--control-token", token, "--allow-empty"])
    is_refused = {"right": False, "wrong": True}[token]
    assert (bool(REFUSED.search(check_result.output)), bool(REFUSED.search(lint_result.output))) == (
        is_refused,
        is_refused,
    )
    assert check_result.exit_code == (4 if is_refused else 1)
    assert lint_result.exit_code == (4 if is_refused else 0)
