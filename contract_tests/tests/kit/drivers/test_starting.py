"""The starter that init writes, and the schemas that are printed."""

from __future__ import annotations

import ast
import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contract_tests.cli import init
from contract_tests.config.file import read_config
from contract_tests.config.schema import config_schema
from contract_tests.records.scenario import schema
from emulator.cli import main


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str, answers: str = "") -> Result:
    return CliRunner().invoke(main, words, input=answers)


CONFIG = Path("trendyol-emulator.toml")


def test_starter_can_be_read_and_holds_what_was_told() -> None:
    result = run("init", "--command", "python 'my shop.py'", "--profile", "finance", "--profile", "pazarsync")
    assert result.exit_code == 0
    read = read_config(CONFIG)
    assert read.integration is not None
    assert read.integration.command == ("python", "my shop.py")
    assert read.profiles == ("finance", "pazarsync")
    assert "Next: trendyol-emulator check" in result.output


def test_starter_without_a_terminal_asks_nothing_and_can_be_read() -> None:
    result = run("init", answers="no\nno\n")
    read = read_config(CONFIG)
    assert (read.integration, read.profiles) == (None, ("catalog-pull",))
    assert "say in trendyol-emulator.toml how the integration is run" in result.output


def test_starter_asks_on_a_terminal_until_it_understands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(init, "asking", lambda: True)
    result = run("init", answers="php 'sync.php\nphp sync.php\norders\nfinance, catalog-pull\n")
    assert "is no command line: No closing quotation" in result.output
    assert "orders: known are b2b-purchase, catalog-pull" in result.output
    read = read_config(CONFIG)
    assert read.integration is not None
    assert (read.integration.command, read.profiles) == (("php", "sync.php"), ("finance", "catalog-pull"))


def test_every_line_that_is_commented_out_can_be_used() -> None:
    run("init", "--command", "true")
    examples = [line.removeprefix("# ") for line in CONFIG.read_text(encoding="utf-8").splitlines()]
    values = [line for line in examples if not line.startswith(("#", "An editor", "  trendyol"))]
    CONFIG.write_text("\n".join(values), encoding="utf-8")
    read = read_config(CONFIG)
    assert (read.options_of("catalog-pull").span_days, len(read.waivers), len(read.reports)) == (30, 1, 2)


def test_each_way_to_drive_that_is_commented_out_can_be_used() -> None:
    for line in init.INTEGRATION_CHOICES.splitlines()[2:]:
        CONFIG.write_text(f"[integration]\n{line.removeprefix('# ')}", encoding="utf-8")
        assert read_config(CONFIG).integration


def test_starter_overwrites_nothing_unless_forced() -> None:
    CONFIG.write_text("mine", encoding="utf-8")
    result = run("init", "--test")
    assert (result.exit_code, CONFIG.read_text(encoding="utf-8")) == (2, "mine")
    assert "trendyol-emulator.toml exists already: --force overwrites" in result.output
    assert not init.TEST.exists()
    assert run("init", "--force").exit_code == 0
    assert CONFIG.read_text(encoding="utf-8") != "mine"


def test_starter_of_a_test_is_python_that_subclasses_the_contract() -> None:
    run("init", "--test", "--profile", "finance")
    (shop,) = [one for one in ast.parse(init.TEST.read_text()).body if isinstance(one, ast.ClassDef)]
    assert [ast.unparse(one) for one in shop.bases] == ["IntegrationContract"]
    methods = [one.name for one in shop.body if isinstance(one, ast.FunctionDef)]
    assert methods == ["sync", "export", "reset"]
    assert "profiles = ['finance']" in ast.unparse(shop)


@pytest.mark.parametrize("command", ["a 'b c'", 'a "b"', "a\\b", "ş ı"])
def test_command_is_written_as_it_was_told(command: str) -> None:
    run("init", "--command", command)
    text = CONFIG.read_text(encoding="utf-8")
    assert tomllib.loads(text)["integration"]["command"] == command


@pytest.mark.parametrize("name", ["config", "export", "scenario"])
def test_schema_is_printed(name: str) -> None:
    published = config_schema() if name == "config" else schema(name)
    assert json.loads(run("schema", name).output) == published


def test_schemas_are_listed() -> None:
    assert {"config", "export", "scenario"} <= set(run("schema").output.split())


def test_unknown_schema_exits_2() -> None:
    result = run("schema", "orders")
    assert result.exit_code == 2
    assert "there is no schema orders; known: config, " in result.output
