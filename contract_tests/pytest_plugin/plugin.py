"""Pytest plugin: fixtures that hand a test its own stage, and a judge that reads what the test sent.

Importing it costs next to nothing; the emulator and the kit are imported by the first test that uses them.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from contract_tests.pytest_plugin.handles import Clock, Faults, Journal, Stage
    from contract_tests.pytest_plugin.hosting import Emulator

MARKER = (
    "trendyol(world='demo', seed=None, now=None, seller=None, faults=(), travel=False, allow=()): the stage "
    "this test gets; now in epoch milliseconds, each fault as POST /_emulator/faults takes it; with travel "
    "waiting moves the time on at once; allow lists hosts trendyol_in_process lets calls out to."
)
SHOWN_REQUESTS = 8
STAGE: pytest.StashKey[Stage] = pytest.StashKey()


class TrendyolLintWarning(pytest.PytestWarning):
    """A rule of the marketplace that the requests of a test broke."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --trendyol-lint."""
    parser.getgroup("trendyol").addoption(
        "--trendyol-lint",
        choices=("off", "warn", "error"),
        default="off",
        help="Judge the requests of each test by the vendor's rules: error fails the test on a broken MUST.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", MARKER)


@pytest.fixture(scope="session")
def trendyol_emulator() -> Iterator[Emulator]:
    """Give the emulator of this process; most tests want `trendyol` instead."""
    from contract_tests.pytest_plugin.hosting import Emulator

    emulator = Emulator()
    yield emulator
    emulator.stop()


@pytest.fixture
def trendyol(request: pytest.FixtureRequest, trendyol_emulator: Emulator) -> Iterator[Stage]:
    """Open a fresh world in this process: client, base_url, seller, key, secret, storefront, get()."""
    options = marker_options(request)
    faults = options.pop("faults", ())
    del options["allow"]
    with time_for(options.get("now"), travel=options.pop("travel")):
        stage = trendyol_emulator.open(**options)
        try:
            for fault in faults:
                stage.control("POST", "/faults", {"operation": "*", **fault})
            request.node.stash[STAGE] = stage
            yield stage
        finally:
            trendyol_emulator.close(stage)


def marker_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Read the options of a test's marker."""
    marker = request.node.get_closest_marker("trendyol")
    return {"travel": False, "allow": ()} | (dict(marker.kwargs) if marker else {})


def time_for(now_ms: int | None, *, travel: bool) -> AbstractContextManager[object]:
    """Let time travel where a test asks for it."""
    if not travel:
        return nullcontext()
    from contract_tests.virtual_time.clock import travelled

    return travelled(now_ms)


@pytest.fixture
def trendyol_in_process(
    request: pytest.FixtureRequest, trendyol: Stage, trendyol_emulator: Emulator
) -> Iterator[Stage]:
    """Put the fresh world at the vendor's own hosts, without a socket; other hosts are refused."""
    from contract_tests.inprocess.reaching import reached
    from contract_tests.records.systems import TRENDYOL

    with reached(trendyol_emulator.app, trendyol.path, allow=marker_options(request)["allow"]):
        yield dataclasses.replace(trendyol, base_url=TRENDYOL.origin)


@pytest.fixture
def trendyol_server(
    trendyol: Stage, trendyol_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """Put the fresh world at the root of a real port: base_url is what any client in any process can call."""
    from contract_tests.stages.proxies import no_proxy

    with trendyol_emulator.listening(trendyol) as origin:
        for name, value in no_proxy(os.environ, origin).items():
            monkeypatch.setenv(name, value)
        yield dataclasses.replace(trendyol, base_url=origin)


@pytest.fixture
def trendyol_clock(trendyol: Stage) -> Clock:
    """Give the world's time: now_ms, advance, freeze, run."""
    from contract_tests.pytest_plugin.handles import Clock

    return Clock(trendyol)


@pytest.fixture
def trendyol_faults(trendyol: Stage) -> Faults:
    """Plan faults: add, all, clear."""
    from contract_tests.pytest_plugin.handles import Faults

    return Faults(trendyol)


@pytest.fixture
def trendyol_journal(trendyol: Stage) -> Journal:
    """Give the journal of requests and answers: entries, lint."""
    from contract_tests.pytest_plugin.handles import Journal

    return Journal(trendyol)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Judge what a test sent, once its body has passed."""
    result = yield
    mode = item.config.getoption("--trendyol-lint")
    if mode != "off" and STAGE in item.stash:
        judge(item, item.stash[STAGE], mode)
    return result


def judge(item: pytest.Item, stage: Stage, mode: str) -> None:
    """Warn of every finding; with ``error`` a broken MUST fails the test instead."""
    from contract_tests.pytest_plugin.handles import Journal

    findings = Journal(stage).lint()
    failing = [one for one in findings if mode == "error" and one["level"] == "MUST"]
    for one in findings:
        if one not in failing:
            item.warn(TrendyolLintWarning(sentence(one)))
    if failing:
        pytest.fail("\n".join(sentence(one) for one in failing), pytrace=False)


def sentence(finding: dict[str, Any]) -> str:
    """One line of a finding."""
    return f"{finding['rule']} {finding['level']}: {finding['seen']}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show a failed test's last requests and how to repeat it."""
    report = yield
    if report.failed and call.when == "call" and STAGE in item.stash:
        report.sections.append(("trendyol", account(item.nodeid, item.stash[STAGE])))
    return report


def account(nodeid: str, stage: Stage) -> str:
    """List the last requests with the rule that refused them, and the commands that repeat test and world."""
    rows = stage.control("GET", "/requests", None, limit=SHOWN_REQUESTS)["requests"]
    lines = [f"{row['id']:>5}  {row['status']}  {row['method']} {row['target']}{why(row)}" for row in rows]
    return "\n".join(
        [
            *(lines or ["no request reached the stage"]),
            f"repeat the test:   pytest '{nodeid}'",
            f"look at its world: trendyol-emulator serve {stage.serve_options}",
        ]
    )


def why(row: dict[str, Any]) -> str:
    """Which rule refused a request, and where it is written."""
    return f"  <- {row['refusal']} ({row['source']})" if row["refusal"] else ""
