"""The reference, except that it takes a 200 for everything it asked for and never reads availableQuantity."""

from __future__ import annotations

import sys
from dataclasses import replace

from contract_tests.clients.client import REFERENCE, main
from contract_tests.clients.protocol import Row
from contract_tests.profiles.b2b_purchase import reference


def as_many_as_asked(item: Row) -> int:
    """How many were asked for, whatever was there."""
    return int(item["requestedQuantity"])


CLIENT = replace(REFERENCE, buying=replace(reference.STEPS, reserved=as_many_as_asked))

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], CLIENT))
