"""The reference, except that 15 whole days are added inclusively, which makes windows of sixteen."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

from contract_tests.clients.client import REFERENCE, main
from contract_tests.profiles.finance.reference import DAY_MS, Window


def windows_counted_inclusively(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows from a first day through the fifteenth after it, which makes sixteen."""
    while from_ms < to_ms:
        yield Window(from_ms, min(from_ms + 16 * DAY_MS - 1, to_ms))
        from_ms += 16 * DAY_MS


CLIENT = replace(REFERENCE, windows=windows_counted_inclusively)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], CLIENT))
