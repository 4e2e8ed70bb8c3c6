"""The end of an emulator that one file of tests has for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from emulator.stage.stages import Stages


def close_at_the_end(stages: Stages) -> Callable[[], Iterator[None]]:
    """Make a fixture that closes stages when all tests are over, not those of the file.

    A worker may get tests of a file again that another one has taken from it.
    """

    @pytest.fixture(scope="session", autouse=True)
    def closing() -> Iterator[None]:
        yield
        stages.close_all()

    return closing
