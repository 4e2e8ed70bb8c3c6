"""Kept failures of the contract kit: the list, and one as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.ui.visit import Visit


def scenarios(visit: Visit) -> Mapping[str, Any]:
    """List the kept failures."""
    return {}


def one_scenario(visit: Visit) -> Mapping[str, Any]:
    """Show one failure as a picture."""
    return {}
