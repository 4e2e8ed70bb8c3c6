"""The worlds that stand for shops with many orders."""

from __future__ import annotations

import pytest

from contract_tests.tests.provider.conftest import INT, TR, Opener
from contract_tests.tests.provider.support.orders import INT_LIST, LIST, window_of


@pytest.mark.parametrize(
    ("world", "path", "headers"), [("wall-orders", INT_LIST, INT), ("wall-orders-tr", LIST, TR)]
)
def test_wall_has_more_packages_in_two_weeks_than_pages_reach(
    open_world: Opener, world: str, path: str, headers: dict[str, str]
) -> None:
    shop = open_world(world)
    page = shop(path, headers, size=200, page=49, **window_of(0)).json
    assert page["totalElements"] > 10_000
    assert len(page["content"]) == 200
    assert shop(path, headers, size=200, page=50, **window_of(0)).status_code == 429
