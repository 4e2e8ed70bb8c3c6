"""The cut and the sweep: `--nightly` runs every test, draws every example; both print what they covered."""

from __future__ import annotations

import gc
import itertools
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from contract_tests.tests import effort
from contract_tests.tests.coverage import Coverage, noting_examples
from contract_tests.tests.house.error_answers import is_whole, noting_errors, report_on
from contract_tests.tests.house.sql_texts import Values, noting_statements, report_on_statements
from contract_tests.tests.postgres_server import fast_server, folder_of_run

STATEMENTS: pytest.StashKey[dict[str, Values]] = pytest.StashKey()
COVERAGE: pytest.StashKey[Coverage] = pytest.StashKey()
NEW_VALUES = 50_000
"""After how many new values Python looks for garbage; its own 700 are a tenth of what parsed pages cost."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the whole sweep, and the store that the provider's tests run on."""
    parser.addoption("--nightly", action="store_true", help="run the whole sweep, drawn in full")
    parser.addoption(
        "--sql", action="store_true", help="run each statement of the tests on PostgreSQL in the end"
    )
    parser.addoption(
        "--store", default="sqlite", choices=["sqlite", "postgresql"], help="where the provider's worlds are"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Choose the effort before anything is collected."""
    config.stash[COVERAGE] = Coverage()
    config.stash[STATEMENTS] = {}
    gc.set_threshold(NEW_VALUES, *gc.get_threshold()[1:])
    if sys.dont_write_bytecode and "workerinput" not in vars(config):
        keep_bytecode(config)
    if config.getoption("--nightly"):
        effort.sweep_everything()


def keep_bytecode(config: pytest.Config) -> None:
    """Have the processes of this run share compiled code, and leave none behind.

    Where Python is told to write none, each of the many processes that tests start compiles all of it anew.
    """
    folder = tempfile.TemporaryDirectory(prefix="trendyol-emulator-tests-")
    config.add_cleanup(folder.cleanup)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = folder.name
    sys.dont_write_bytecode = False


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the nightly tests out of the cut."""
    if effort.is_nightly():
        return
    left_out = [item for item in items if item.get_closest_marker("nightly")]
    items[:] = [item for item in items if not item.get_closest_marker("nightly")]
    config.hook.pytest_deselected(items=left_out)


def pytest_collection_finish() -> None:
    """Leave the collected tests, which stay to the end, out of what Python looks through for garbage."""
    gc.freeze()


@pytest.fixture(scope="session")
def coverage(pytestconfig: pytest.Config) -> Coverage:
    """Where a test notes what it covered."""
    return pytestconfig.stash[COVERAGE]


@pytest.fixture(scope="session")
def postgres_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """The address of the PostgreSQL server of this run, started when a test first wants it."""
    with fast_server(folder_of_run(pytestconfig)) as url:
        yield url


@pytest.fixture(scope="session")
def new_schema_url(postgres_url: str) -> Callable[[], str]:
    """Gives the address of another schema of that server each time, which no process of the run has used."""
    numbers = itertools.count(1)
    return lambda: f"{postgres_url}&schema=of_{os.getpid()}_{next(numbers)}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Count the examples that are drawn, by a test of Hypothesis or within a plain one."""
    coverage = item.config.stash[COVERAGE]
    with noting_examples(coverage):
        yield
    coverage.add_statistics(getattr(item, "hypothesis_statistics", ""))


@pytest.fixture(scope="session", autouse=True)
def errors_are_noted(coverage: Coverage) -> Iterator[None]:
    """Note which errors of the catalogue the tests see."""
    with noting_errors(coverage):
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_are_noted(pytestconfig: pytest.Config) -> Iterator[None]:
    """Note which statements the worlds of the tests run."""
    with noting_statements(pytestconfig.stash[STATEMENTS]):
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Hand what a worker covered to its controller, which fails when a whole run left an error unseen."""
    config, coverage = session.config, session.config.stash[COVERAGE]
    output: dict[str, Any] | None = getattr(config, "workeroutput", None)
    if output is not None:
        output["coverage"] = coverage.row()
        output["statements"] = pickle.dumps(config.stash[STATEMENTS])  # numbers of any size
        return
    ended = exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED} and not session.shouldfail
    reports = []
    if ended and is_whole(config):
        reports.append(report_on(coverage))
    if ended and (is_whole(config) or config.getoption("--sql")):
        reports.append(report_on_statements(config.stash[STATEMENTS], folder_of_run(config)))
    for report in filter(None, reports):
        config.hook.pytest_runtest_logreport(report=report)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a worker covered."""
    row = getattr(node, "workeroutput", {}).get("coverage")
    if row:
        node.config.stash[COVERAGE].merge(row)
    statements = getattr(node, "workeroutput", {}).get("statements")
    if statements:
        node.config.stash[STATEMENTS].update(pickle.loads(statements))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print what was covered and what the attack counted, in one line each."""
    for line in (config.stash[COVERAGE].line(), config.stash[COVERAGE].attack_line()):
        if line:
            terminalreporter.write_line(line)
