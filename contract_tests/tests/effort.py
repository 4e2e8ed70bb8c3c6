"""How much the tests try: the cut of `make test`, or the whole sweep of `make nightly`."""

from __future__ import annotations

from typing import Any

import pytest

CUT = 8
"""In the cut one drawn example stands for this many of the nightly sweep."""
_nightly = False


def sweep_everything() -> None:
    """Let this process try the whole of it; called before tests are collected."""
    global _nightly  # pytest imports test files, so what decorators read cannot be passed
    _nightly = True


def is_nightly() -> bool:
    """Whether the whole sweep runs."""
    return _nightly


def in_the_cut(*values: object, when: bool) -> Any:
    """Make values parameters of a test, which runs with them in the cut ``when`` they stand for others."""
    return pytest.param(*values, marks=() if when else pytest.mark.nightly)


def phases() -> dict[str, dict[str, bool]]:
    """Say which cases Schemathesis makes besides those it draws: each border of each value at night alone."""
    return {"coverage": {"enabled": _nightly}}


def examples(whole: int) -> int:
    """Give how many examples are drawn where the whole sweep draws so many."""
    return whole if _nightly else max(5, whole // CUT)
