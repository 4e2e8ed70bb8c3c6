"""Each world answers at an origin of its own: clients may join absolute paths to their base URL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from contract_tests.config.integration import ConfiguredIntegration
from contract_tests.drivers.command import command_driver
from contract_tests.engine.check import ProfileOutcome, check
from contract_tests.engine.replay import profile_run_of
from contract_tests.records.run import Driver, Run
from contract_tests.reports.verdicts import section_of_profile
from contract_tests.stages.control_api import NoAnswer, http_client
from contract_tests.stages.host import host_at, open_stage
from contract_tests.stages.proxies import no_proxy
from contract_tests.stages.server import serving
from contract_tests.tests.kit.support.guide_programs import DRIVERS, LONGEST_S, program_of
from contract_tests.tests.provider.support.wires import listening

JOINING = {"python": "urljoin(", "javascript": "new URL("}
PRODUCTS = "/integration/product/sellers/2748/products/approved"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving("--world", "empty") as address:
        yield address


def play_quiet(url: str, driver: Driver) -> ProfileOutcome:
    run = profile_run_of(host_at(url), ConfiguredIntegration(driver), "catalog-pull")
    (outcome,) = check([replace(run, profile=run.profile.part("quiet"))])
    return outcome


@pytest.mark.parametrize("language", JOINING)
def test_client_that_joins_absolute_paths_is_clean_by_command(
    url: str, tmp_path: Path, language: str
) -> None:
    runner, name = DRIVERS[language]
    if runner is None:
        pytest.skip(f"nothing here runs {language}")
    program = program_of(language)
    assert JOINING[language] in program
    (tmp_path / name).write_text(program, encoding="utf-8")
    outcome = play_quiet(url, command_driver([runner, str(tmp_path / name)], LONGEST_S))
    assert outcome.verdict.findings == ()
    (one,) = outcome.outcomes
    assert [sync.run.exit for sync in one.recording.syncs] == [0] * len(one.recording.syncs)
    assert one.recording.count_requests("filterApprovedProducts") > 1
    assert [*one.recording.syncs[0].warnings] == []


def test_base_urls_have_no_path_but_the_gateway_prefix(url: str) -> None:
    with open_stage(url, "demo") as one, open_stage(url, "demo") as other:
        origins = {stage.urls["trendyol"] for stage in (one, other)}
        assert len(origins) == 2
        for stage in (one, other):
            origin = stage.urls["trendyol"]
            assert origin.count("/") == 2
            assert stage.urls["pazarsync"] == origin
            assert stage.urls["b2b"] == f"{origin}/b2bbuyergateway"


def test_next_world_takes_over_the_port_of_one_that_is_closed(url: str) -> None:
    origins = []
    for _ in range(3):
        with open_stage(url, "empty") as stage:
            assert stage.newest_request_id() == 0
            origins.append(stage.urls["trendyol"])
    assert len(set(origins)) == 1
    with pytest.raises(NoAnswer, match="404"):
        http_client(origins[0])("GET", PRODUCTS)


def test_path_of_a_world_is_unknown_at_the_port_of_another(url: str) -> None:
    with open_stage(url, "empty") as one:
        name = http_client(url)("GET", "/_emulator/worlds")["worlds"][-1]["name"]
        with pytest.raises(NoAnswer, match="404"):
            http_client(one.urls["trendyol"])("GET", f"/w/{name}{PRODUCTS}")
        assert one.newest_request_id() == 1


def test_requests_outside_the_world_are_said(url: str) -> None:
    def elsewhere(verb: str, environment: Mapping[str, str]) -> Run:
        if verb == "sync":
            for _ in range(3):
                with pytest.raises(NoAnswer):
                    http_client(url)("GET", PRODUCTS)
        return Run(0, 0.0)

    outcome = play_quiet(url, elsewhere)
    (one,) = outcome.outcomes
    warnings = one.recording.syncs[0].warnings
    assert [line.partition(" at http")[0] for line in warnings] == [
        f"3 requests went to {url}, outside the scenario's world"
    ]
    assert warnings[0].endswith(f": GET {PRODUCTS}")
    assert warnings[0] in section_of_profile(outcome).lines


def test_server_that_opens_no_port_has_its_worlds_behind_a_path_and_says_so() -> None:
    with listening("wsgi") as address, open_stage(address, "empty") as stage:
        assert stage.urls["trendyol"].startswith(f"{address}/w/")
        assert "behind a path" in stage.warnings[0]
        assert stage.newest_request_id() == 0


@pytest.mark.parametrize(
    ("environment", "upper", "lower"),
    [
        ({}, "127.0.0.1,localhost,::1", "127.0.0.1,localhost,::1"),
        ({"NO_PROXY": "a.example"}, "a.example,127.0.0.1,localhost,::1", "a.example,127.0.0.1,localhost,::1"),
        (
            {"no_proxy": "b.example, localhost", "NO_PROXY": "*"},
            "*,127.0.0.1,localhost,::1",
            "b.example,localhost,127.0.0.1,::1",
        ),
    ],
)
def test_no_proxy_is_extended_in_both_cases(environment: dict[str, str], upper: str, lower: str) -> None:
    assert no_proxy(environment, "http://127.0.0.1:8080") == {"NO_PROXY": upper, "no_proxy": lower}


def test_no_proxy_names_the_host_of_the_emulator() -> None:
    assert "emulator.test" in no_proxy({}, "http://emulator.test:8080/x")["no_proxy"].split(",")


def test_driven_command_keeps_the_hosts_that_no_proxy_lists(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "internal.example")
    monkeypatch.delenv("no_proxy", raising=False)
    output_file = tmp_path / "output_file"
    script = f'printf "%s %s\\n" "$NO_PROXY" "$no_proxy" > {output_file}'
    play_quiet(url, command_driver([shutil.which("sh") or "sh", "-c", script], LONGEST_S))
    upper, lower = output_file.read_text().split()
    assert upper == lower == "internal.example,127.0.0.1,localhost,::1"
    assert os.environ["NO_PROXY"] == "internal.example"
