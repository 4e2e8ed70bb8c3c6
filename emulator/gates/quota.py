"""Basic authentication of a gateway buyer, and only for that buyer's own code and requests."""

from __future__ import annotations

from emulator.exchange import Refusal, Visit


def check(visit: Visit) -> None:
    """Find out which buyer asks."""
    raise Refusal("credentials-missing")
