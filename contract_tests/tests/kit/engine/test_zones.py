"""A client that goes by the local time of its machine is found, wherever the check itself runs."""

from __future__ import annotations

import inspect
import os
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract_tests.config.integration import ConfiguredIntegration
from contract_tests.drivers.command import command_driver
from contract_tests.drivers.python import ClientStage, callable_driver
from contract_tests.engine.check import Plan, ProfileOutcome, check
from contract_tests.engine.replay import profile_run_of
from contract_tests.engine.scenario_run import ProfileRun
from contract_tests.engine.zones import REASON, half_past_midnight_ms, zone_after_midnight
from contract_tests.profiles.directed import OTHER_ZONES
from contract_tests.records.run import Driver
from contract_tests.stages.host import START_MS, EmulatorHost, emulator_host
from contract_tests.virtual_time.local_zone import local_zone

ISTANBUL, IN_UTC, LOS_ANGELES, ON_ITS_MACHINE = (one.name for one in OTHER_ZONES)


def read_month(environment: Mapping[str, str], now_s: float) -> None:
    """Read a month of finance rows up to a moment."""
    import json
    import urllib.parse
    import urllib.request
    from base64 import b64encode

    seller, day_ms = environment["TRENDYOL_SELLER_ID"], 86_400_000
    secret = b64encode(
        f"{environment['TRENDYOL_API_KEY']}:{environment['TRENDYOL_API_SECRET']}".encode()
    ).decode()
    headers = {"Authorization": f"Basic {secret}", "User-Agent": f"{seller} - SelfIntegration"}
    headers["storeFrontCode"] = "RO"
    kinds = {"settlements": "Sale Return", "otherfinancials": "PaymentOrder DeductionInvoices CreditNote"}
    kinds["otherfinancials"] += " CommissionInvocie"
    for name, kind in [(name, kind) for name, names in kinds.items() for kind in names.split()]:
        for end in (int(now_s * 1000), int(now_s * 1000) - 15 * day_ms):
            query = {
                "startDate": end - 15 * day_ms + 1,
                "endDate": end,
                "transactionType": kind,
                "size": 1000,
            }
            path = f"/integration/finance/che/sellers/{seller}/{name}?{urllib.parse.urlencode(query)}"
            request = urllib.request.Request(environment["TRENDYOL_BASE_URL"] + path, headers=headers)
            with urllib.request.urlopen(request) as answer:
                json.load(answer)


def as_local(now_s: float) -> float:
    """Take UTC's date and hour for those of the machine."""
    return datetime.fromtimestamp(now_s, UTC).replace(tzinfo=None).timestamp()


def by_utc(stage: ClientStage) -> None:
    """Count from the world's time."""
    read_month(stage.environment, stage.now())


def by_local_time(stage: ClientStage) -> None:
    """Count from the world's time as the machine would write it."""
    read_month(stage.environment, as_local(stage.now()))


@pytest.fixture(scope="module")
def host() -> Iterator[EmulatorHost]:
    with emulator_host(in_process=True) as host:
        yield host


@pytest.fixture(autouse=True)
def _machine_on_utc() -> Iterator[None]:
    with local_zone("UTC"):
        yield


def run_of(host: EmulatorHost, driver: Driver) -> ProfileRun:
    integration = ConfiguredIntegration(driver)
    run = profile_run_of(host, integration, "finance", "int", "RO", 30, "L1")
    return replace(run, profile=run.profile.part("quiet", *(one.name for one in OTHER_ZONES)))


def reasons(outcome: ProfileOutcome) -> dict[str, list[bool]]:
    """Say of each scenario which of its findings are blamed on the zone."""
    return {
        one.scenario.name: [REASON in finding.evidence for finding in one.blocking]
        for one in outcome.outcomes
    }


def test_local_time_is_found_in_both_directions_and_named_as_the_reason(host: EmulatorHost) -> None:
    (outcome,) = check([run_of(host, callable_driver(by_local_time))], plan=Plan(now_ms=START_MS))
    blames = reasons(outcome)
    assert list(blames) == ["quiet", ISTANBUL, IN_UTC, LOS_ANGELES]
    assert blames["quiet"] == blames[IN_UTC] == []
    assert blames[ISTANBUL]
    assert blames[LOS_ANGELES]
    assert all(blames[ISTANBUL] + blames[LOS_ANGELES])


def test_client_that_goes_by_utc_is_right_in_every_zone(host: EmulatorHost) -> None:
    (outcome,) = check([run_of(host, callable_driver(by_utc))], plan=Plan(now_ms=START_MS))
    assert set(map(tuple, reasons(outcome).values())) == {()}


def test_client_that_is_wrong_anywhere_is_not_said_to_go_by_local_time(host: EmulatorHost) -> None:
    def behind(stage: ClientStage) -> None:
        read_month(stage.environment, stage.now() - 86_400)

    (outcome,) = check([run_of(host, callable_driver(behind))], plan=Plan(now_ms=START_MS))
    blames = reasons(outcome)
    assert blames["quiet"]
    assert not any(any(one) for one in blames.values())


@pytest.mark.nightly
def test_local_time_of_a_command_is_found(tmp_path: Path) -> None:
    script = tmp_path / "client.py"
    source = f"{inspect.getsource(read_month)}\n{inspect.getsource(as_local)}"
    script.write_text(
        "from __future__ import annotations\nimport os, sys\nfrom datetime import UTC, datetime\n"
        f"{source}\nif sys.argv[1:] == ['sync']:\n"
        "    read_month(os.environ, as_local(int(os.environ['TRENDYOL_NOW_MS']) / 1000))\n",
        encoding="utf-8",
    )
    driver = command_driver([sys.executable, str(script)], 60)
    with emulator_host(in_process=False) as host:
        (outcome,) = check([run_of(host, driver)], plan=Plan())
    blames = reasons(outcome)
    assert list(blames) == ["quiet", ON_ITS_MACHINE]
    assert blames["quiet"] == []
    assert blames[ON_ITS_MACHINE]
    assert all(blames[ON_ITS_MACHINE])


@pytest.mark.parametrize("hour", range(24))
def test_zone_of_a_command_makes_it_right_after_midnight(hour: int) -> None:
    now_s = 1_795_305_600 + hour * 3600 + 600
    zone = zone_after_midnight(now_s)
    with local_zone(zone):
        local = time.localtime(now_s)
    assert (local.tm_hour, local.tm_min) == ((3, 10) if hour == 0 else (0, 10))


@pytest.mark.parametrize("zone", ["Europe/Istanbul", "UTC", "America/Los_Angeles"])
def test_clock_stands_half_past_midnight_in_a_zone_by_name(zone: str) -> None:
    moment_ms = half_past_midnight_ms(zone, START_MS / 1000)
    assert abs(moment_ms - START_MS) < 86_400_000
    with local_zone(zone):
        local = time.localtime(moment_ms / 1000)
    assert (local.tm_hour, local.tm_min) == (0, 30)


def test_zone_of_the_process_comes_back() -> None:
    before = os.environ.get("TZ"), time.tzname
    with local_zone("America/Los_Angeles"):
        assert time.tzname == ("PST", "PDT")
    assert (os.environ.get("TZ"), time.tzname) == before
