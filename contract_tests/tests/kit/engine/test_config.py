"""The configuration file: where it is found, what it says, and how it is told that it is wrong."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
from click.testing import CliRunner

from contract_tests.config.file import (
    Config,
    Integration,
    NotAConfig,
    ProfileOptions,
    as_default_map,
    driver_of,
    find_config,
    read_config,
)
from contract_tests.config.integration import integration_here
from contract_tests.config.schema import config_schema
from contract_tests.config.waivers import Waiver
from contract_tests.judge.verdict import LEVELS
from contract_tests.profiles.every import PROFILES
from contract_tests.records.run import CannotDrive

WHOLE = """
profiles = ["catalog-pull", "finance"]

[integration]
command = 'python -m "my shop"'
timeout_seconds = 30

[profile.finance]
span_days = 30
storefront = "RO"
level = "L2"
exports = ["settlements"]

[search]
examples = 0
seed = 7
seconds = 2.5

[report]
junit = "reports/trendyol.xml"

[[waive]]
rule = "TY-PLT-001"
reason = "the gateway adds it"
expires = 2027-01-31

[[waive]]
rule = "TY-CAT-901"
reason = "SHOP-112"
expires = "2027-02-28"
operation = "filterApprovedProducts"
"""


def write_config(folder: Path, text: str, name: str = "trendyol-emulator.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def config(folder: Path, text: str) -> Config:
    return read_config(write_config(folder, text))


def refusal_of(folder: Path, text: str) -> str:
    with pytest.raises(NotAConfig) as fault:
        config(folder, text)
    assert "\n" not in str(fault.value)
    return str(fault.value).removeprefix(f"{folder}/")


def test_file_is_read_whole(tmp_path: Path) -> None:
    read = config(tmp_path, WHOLE)
    assert read.integration == Integration(command=("python", "-m", "my shop"), timeout_s=30)
    assert read.profiles == ("catalog-pull", "finance")
    assert (read.search.examples, read.search.seed, read.search.seconds) == (0, 7, 2.5)
    assert read.reports == (("junit", tmp_path / "reports/trendyol.xml"),)


def test_profile_has_its_own_options_and_others_have_none(tmp_path: Path) -> None:
    read = config(tmp_path, WHOLE)
    assert read.options_of("finance") == ProfileOptions(None, "RO", 30, "L2", ("settlements",))
    assert read.options_of("catalog-pull") == ProfileOptions()


def test_waiver_takes_its_day_as_a_date_or_as_text(tmp_path: Path) -> None:
    assert config(tmp_path, WHOLE).waivers == (
        Waiver("TY-PLT-001", "the gateway adds it", date(2027, 1, 31)),
        Waiver("TY-CAT-901", "SHOP-112", date(2027, 2, 28), "filterApprovedProducts"),
    )


def test_empty_file_says_nothing(tmp_path: Path) -> None:
    path = write_config(tmp_path, "")
    assert read_config(path) == Config(path)


INTEGRATION = "[integration]\n"
WAIVER = '[[waive]]\nrule = "TY-PLT-001"\nreason = "x"\nexpires = 2027-01-31\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("profiles = [", "trendyol-emulator.toml is no TOML: "),
        ("profile = 3", "trendyol-emulator.toml: profile: 3 is not of type"),
        ("profiles = ['orders']", 'profiles[0]: "orders" is none of "b2b-purchase", "catalog-pull", '),
        ("[serach]", "'serach' was unexpected); known are profiles, integration, profile, search"),
        ("[search]\nexamples = 'x'", 'search.examples: "x" is not of type "integer" (how many scenarios'),
        ("[profile.finance]\nlevel = 'L4'", 'profile.finance.level: "L4" is none of "L0", "L1", "L2", "L3"'),
        (INTEGRATION, "(how the integration is driven: exactly one of command, url and python)"),
        (INTEGRATION + "command = 'a'\nurl = 'http://b'", "exactly one of command, url and python"),
        (INTEGRATION + "command = 'a \"b'", "integration.command: this is no command line: No closing"),
        (INTEGRATION + "command = []", "integration.command: [] has less than 1 item"),
        (INTEGRATION + "url = 'localhost:9000'", 'integration.url: "localhost:9000" is not right (where'),
        (INTEGRATION + "python = 'my_shop'", "as package.module:Name"),
        (WAIVER.replace("PLT-001", "PLT-999"), "waive[0].rule: there is no rule TY-PLT-999; rules list"),
        (
            WAIVER + "because = 1",
            "waive[0]: Additional properties are not allowed ('because' was unexpected)",
        ),
        (WAIVER.replace('reason = "x"\n', ""), 'waive[0]: "reason" is a required property'),
        (WAIVER.replace('"x"', '" "'), "waive[0].reason: "),
        (WAIVER.replace("expires = 2027-01-31", ""), 'waive[0]: "expires" is a required property'),
        (WAIVER.replace("2027-01-31", "'soon'"), "waive[0].expires: "),
        (WAIVER + "operation = 'getAll'", "waive[0].operation: there is no operation getAll"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence_with_its_key(tmp_path: Path, text: str, told: str) -> None:
    assert told in refusal_of(tmp_path, text)


def test_key_of_a_pyproject_is_told_with_its_table(tmp_path: Path) -> None:
    path = write_config(tmp_path, "[tool.trendyol-emulator.search]\nseed = -1\n", "pyproject.toml")
    with pytest.raises(NotAConfig, match=r"pyproject\.toml: tool\.trendyol-emulator\.search\.seed: -1 is"):
        read_config(path)


def test_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotAConfig, match="cannot be read"):
        read_config(tmp_path / "none.toml")


def found_path(start: Path) -> Path | None:
    read = find_config(start)
    return read.path if read else None


def test_file_is_found_in_a_folder_above(tmp_path: Path) -> None:
    path = write_config(tmp_path, "")
    inner = tmp_path / "src" / "shop"
    inner.mkdir(parents=True)
    assert found_path(inner) == path.resolve()


def test_search_ends_at_the_repository(tmp_path: Path) -> None:
    write_config(tmp_path, "")
    (tmp_path / "shop" / ".git").mkdir(parents=True)
    assert found_path(tmp_path / "shop") is None


def test_own_file_goes_before_the_pyproject_beside_it(tmp_path: Path) -> None:
    write_config(tmp_path, "[tool.trendyol-emulator]\nprofiles = ['finance']\n", "pyproject.toml")
    assert found_path(tmp_path) == (tmp_path / "pyproject.toml").resolve()
    path = write_config(tmp_path, "")
    assert found_path(tmp_path) == path.resolve()


@pytest.mark.parametrize("text", ["[tool.other]\n", "this is broken", "# trendyol-emulator\n"])
def test_pyproject_without_our_table_is_passed_over(tmp_path: Path, text: str) -> None:
    path = write_config(tmp_path, "")
    write_config(tmp_path, text, "inner/pyproject.toml")
    assert found_path(tmp_path / "inner") == path.resolve()


def test_command_of_the_file_is_driven_in_its_folder(tmp_path: Path) -> None:
    drive = driver_of(config(tmp_path, "[integration]\ncommand = ['sh', '-c', 'pwd']\n"))
    assert drive("sync", {}).output.strip() == str(tmp_path.resolve())


def test_python_of_the_file_is_looked_for_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.path", ["/nowhere"])
    write_config(tmp_path, "def sync(stage):\n    return 1\n", "shop_beside_its_file.py")
    drive = driver_of(config(tmp_path, "[integration]\npython = 'shop_beside_its_file:sync'\n"))
    assert drive("sync", {}).exit == 1


def test_url_of_the_file_is_driven(tmp_path: Path) -> None:
    with pytest.raises(CannotDrive, match=r"127\.0\.0\.1:9/sync cannot be reached"):
        driver_of(config(tmp_path, "[integration]\nurl = 'http://127.0.0.1:9'\n"))("sync", {})


def test_file_without_an_integration_drives_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotAConfig, match="integration is missing"):
        driver_of(config(tmp_path, ""))


@click.command()
@click.option("--profile", multiple=True)
@click.option("--timeout", default=120.0)
@click.option("--examples", default=50, envvar="EXAMPLES")
@click.option("--seed", type=int)
@click.option("--seconds", type=float)
@click.option("--report", multiple=True)
def verb(**options: Any) -> None:
    """Print what it was given."""
    click.echo(json.dumps(options))


def defaults(read: Config, *words: str, **environment: str) -> Any:
    ran = CliRunner().invoke(verb, words, default_map=as_default_map(read), env=environment)
    return json.loads(ran.output)


def test_file_gives_the_defaults_of_the_command_line(tmp_path: Path) -> None:
    assert defaults(config(tmp_path, WHOLE)) == {
        "profile": ["catalog-pull", "finance"],
        "timeout": 30.0,
        "examples": 0,
        "seed": 7,
        "seconds": 2.5,
        "report": [f"junit={tmp_path / 'reports/trendyol.xml'}"],
    }


def test_command_line_goes_before_environment_before_file(tmp_path: Path) -> None:
    read = config(tmp_path, WHOLE)
    assert defaults(read, EXAMPLES="3")["examples"] == 3
    assert defaults(read, "--examples", "4", EXAMPLES="3")["examples"] == 4
    assert defaults(read, "--profile", "pazarsync")["profile"] == ["pazarsync"]


def test_what_the_file_does_not_say_stays_the_default(tmp_path: Path) -> None:
    assert defaults(config(tmp_path, "")) == defaults(Config(tmp_path)) != defaults(config(tmp_path, WHOLE))
    assert defaults(config(tmp_path, ""))["timeout"] == 120.0


def test_schema_is_a_schema_and_describes_every_key() -> None:
    document = config_schema()
    jsonschema.Draft202012Validator.check_schema(document)
    tables = [document, document["properties"]["integration"], document["$defs"]["profile"]]
    keys = [one for table in tables for one in table["properties"].values()]
    assert all(one.get("description") or "$ref" in one for one in keys)


def test_schema_knows_the_profiles_and_the_levels() -> None:
    properties = config_schema()["properties"]
    assert (
        properties["profiles"]["items"]["enum"] == sorted(PROFILES) == [*properties["profile"]["properties"]]
    )
    assert config_schema()["$defs"]["profile"]["properties"]["level"]["enum"] == [*LEVELS]


def test_findings_are_pinned_to_the_config_from_the_root_of_its_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "shops" / "mine"
    folder.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (folder / "trendyol-emulator.toml").write_text('[integration]\ncommand = "true"\n')
    monkeypatch.chdir(folder)
    assert integration_here([]).place == "shops/mine/trendyol-emulator.toml"
    assert integration_here(["true"]).place == "shops/mine/trendyol-emulator.toml"


def test_findings_outside_a_repository_are_pinned_from_where_the_check_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert integration_here(["true"]).place == "trendyol-emulator.toml"
