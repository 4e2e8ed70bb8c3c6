"""Chromium, and a server whose every page has something to show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from contract_tests.tests.provider.pages import chromium

    with chromium.chromium() as running_browser:
        yield running_browser


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from contract_tests.tests.provider.pages import chromium

    with chromium.stage_with_pages(tmp_path_factory.mktemp("pages")) as stage:
        yield stage
