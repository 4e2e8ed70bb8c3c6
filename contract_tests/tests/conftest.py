"""The cut and the sweep: `--nightly` runs every test, draws every example; both print what they covered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from contract_tests.tests import effort
from contract_tests.tests.coverage import Coverage, noting_examples

COVERAGE: pytest.StashKey[Coverage] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the whole sweep."""
    parser.addoption("--nightly", action="store_true", help="run the whole sweep, drawn in full")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the effort before anything is collected."""
    config.stash[COVERAGE] = Coverage()
    if config.getoption("--nightly"):
        effort.sweep_everything()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the nightly tests out of the cut."""
    if effort.is_nightly():
        return
    left_out = [item for item in items if item.get_closest_marker("nightly")]
    items[:] = [item for item in items if not item.get_closest_marker("nightly")]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def coverage(pytestconfig: pytest.Config) -> Coverage:
    """Where a test notes what it covered."""
    return pytestconfig.stash[COVERAGE]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Count the examples that are drawn, by a test of Hypothesis or within a plain one."""
    coverage = item.config.stash[COVERAGE]
    with noting_examples(coverage):
        yield
    coverage.add_statistics(getattr(item, "hypothesis_statistics", ""))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what a worker covered to its controller."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["coverage"] = session.config.stash[COVERAGE].row()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a worker covered."""
    row = getattr(node, "workeroutput", {}).get("coverage")
    if row:
        node.config.stash[COVERAGE].merge(row)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print what was covered, in one line."""
    line = config.stash[COVERAGE].line()
    if line:
        terminalreporter.write_line(line)
