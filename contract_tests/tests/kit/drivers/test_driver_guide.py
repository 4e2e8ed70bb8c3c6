"""The drivers printed in docs/write-a-driver.md work on a real stage, and its tables are true."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contract_tests.config.file import read_config
from contract_tests.drivers.command import command_driver
from contract_tests.drivers.export import check_rows, check_text, read_rows
from contract_tests.drivers.python import stage_of
from contract_tests.profiles.every import PROFILES
from contract_tests.records.run import (
    WEBHOOK_KEY,
    WEBHOOK_PASSWORD,
    WEBHOOK_PORT,
    WEBHOOK_URL,
    WEBHOOK_USER,
    Driver,
)
from contract_tests.records.scenario import schema
from contract_tests.records.systems import SYSTEMS
from contract_tests.stages.control_api import ControlClient, http_client
from contract_tests.stages.server import serving
from contract_tests.tests.kit.support.guide_programs import DRIVERS, GUIDE, LONGEST_S, program_of
from contract_tests.tests.places import DOCS


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(params=["int", "tr"])
def seller(request: pytest.FixtureRequest, url: str) -> Any:
    sellers = http_client(url)("GET", "/_emulator/sellers")["sellers"]
    return next(one for one in sellers if one["edition"] == request.param)


@pytest.fixture
def told(url: str, seller: Any, tmp_path: Path) -> dict[str, str]:
    return {
        "TRENDYOL_BASE_URL": url,
        "TRENDYOL_SELLER_ID": str(seller["id"]),
        "TRENDYOL_API_KEY": seller["key"],
        "TRENDYOL_API_SECRET": seller["secret"],
        "TRENDYOL_STOREFRONT": "" if seller["edition"] == "tr" else seller["storefronts"][0],
        "CLIENT_STORE": str(tmp_path / "copy"),
        "NO_PROXY": "127.0.0.1",
    }


@pytest.fixture(params=DRIVERS)
def drive(request: pytest.FixtureRequest, tmp_path: Path) -> Driver:
    runner, name = DRIVERS[request.param]
    if runner is None:
        pytest.skip(f"nothing here runs {request.param}")
    path = tmp_path / name
    path.write_text(program_of(request.param), encoding="utf-8")
    return command_driver([runner, str(path)], LONGEST_S)


def listed(ask: ControlClient, told: dict[str, str]) -> dict[str, tuple[int, Decimal]]:
    """What the world holds, by barcode."""
    where = f"seller={told['TRENDYOL_SELLER_ID']}&storefront={told['TRENDYOL_STOREFRONT'] or 'TR'}"
    rows = ask("GET", f"/_emulator/truth/products?{where}")["rows"]
    return {row["barcode"]: (row["quantity"], Decimal(str(row["salePrice"]))) for row in rows}


def test_printed_driver_holds_what_the_world_holds_until_it_forgets(
    url: str, told: dict[str, str], drive: Driver
) -> None:
    assert drive("sync", told).exit == 0
    run = drive("export products", told)
    rows = read_rows(run)
    assert [*check_rows("products", rows), *check_text("products", run)] == []
    by_barcode = {str(row["barcode"]): (row["quantity"], Decimal(str(row["salePrice"]))) for row in rows}
    assert by_barcode == listed(http_client(url), told)
    assert drive("reset", told).exit == 0
    assert read_rows(drive("export products", told)) == []


def test_printed_driver_exits_1_when_it_is_refused(told: dict[str, str], drive: Driver) -> None:
    assert drive("sync", {**told, "TRENDYOL_API_SECRET": "wrong"}).exit == 1


def test_printed_driver_knows_no_other_kind(told: dict[str, str], drive: Driver) -> None:
    run = drive("export claims", told)
    assert (run.exit, run.output) == (0, "")


def test_printed_drivers_are_four() -> None:
    assert all("CLIENT_STORE" in program_of(language) for language in (*DRIVERS, "csharp"))


@pytest.mark.parametrize("page", ["write-a-driver.md", "waive-a-rule.md"])
def test_printed_configuration_can_be_read(page: str, tmp_path: Path) -> None:
    path = tmp_path / "trendyol-emulator.toml"
    path.write_text(program_of("toml", (DOCS / page).read_text(encoding="utf-8")), encoding="utf-8")
    read = read_config(path)
    assert read.integration or read.waivers


def test_environment_table_holds_what_an_integration_may_read() -> None:
    table = GUIDE.partition("## The environment")[2].partition("## ")[0]
    read = set(re.findall(r'read\("(\w+)"', inspect.getsource(stage_of)))
    read |= {variable for system in SYSTEMS.values() for variable in system.variables}
    read |= {WEBHOOK_PORT, WEBHOOK_URL, WEBHOOK_KEY, WEBHOOK_USER, WEBHOOK_PASSWORD}
    assert read == set(re.findall(r"`([A-Z0-9_]{6,})`", table))


def test_table_of_rows_is_that_of_the_schema() -> None:
    shapes = schema("export")["$defs"]
    lines = re.findall(r"^\| `([\w-]+)` \| (.+?) \| (.+?) \| (.+?) \|$", GUIDE, re.MULTILINE)
    assert {profile for profile, *_ in lines} == set(PROFILES)
    for profile, kinds, key, judged in lines:
        system = PROFILES[profile].system
        for kind in re.findall(r"`(\w+)`", kinds):
            shape = shapes[f"{system}.{kind}"]
            assert set(re.findall(r"`(\w+)`", key)) == set(shape["required"])
            assert set(re.findall(r"`(\w+)`", judged)) <= set(shape["properties"])
