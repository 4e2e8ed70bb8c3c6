"""One server that the attacks share; none of them may leave it unable to answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.stages.server import serving
from contract_tests.tests.attack.wire import Target
from contract_tests.tests.coverage import Coverage
from contract_tests.tests.provider.conftest import app as app
from contract_tests.tests.provider.conftest import ask as ask
from contract_tests.tests.provider.conftest import open_world as open_world
from contract_tests.tests.provider.conftest import store as store


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path, store: str) -> str:
    """The address of a database of the store that a test names, for this test alone."""
    if store == "postgresql":
        url: str = request.getfixturevalue("new_schema_url")()
        return url
    return f"sqlite:///{tmp_path / 'stage.db'}"


@pytest.fixture(scope="session")
def target(coverage: Coverage) -> Iterator[Target]:
    """An empty world on a real port; it is well when the last attack is over."""
    with serving("--world", "empty", "--limits", "off", "--strict", "--body-timeout", "2") as address:
        target = Target(address, coverage)
        yield target
        health = target.ask("GET /healthz")
        assert (health.status, health.seconds < 1) == (200, True)
