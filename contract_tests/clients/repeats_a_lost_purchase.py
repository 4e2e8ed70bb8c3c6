"""The reference, except that a purchase whose answer was lost is sent again, as a read would be."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

from contract_tests.clients.client import REFERENCE, main
from contract_tests.clients.problems import Lost
from contract_tests.clients.protocol import Row
from contract_tests.clients.session import Service
from contract_tests.profiles.b2b_purchase import reference

ATTEMPTS = 3


def order_until_answered(gateway: Service, buyer: str, want: Row) -> Any:
    """Ask for one item until an answer comes."""
    for _ in range(ATTEMPTS - 1):
        try:
            return reference.place_order(gateway, buyer, want)
        except Lost:
            gateway.clock.sleep(1)
    return reference.place_order(gateway, buyer, want)


CLIENT = replace(REFERENCE, buying=replace(reference.STEPS, order=order_until_answered))

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], CLIENT))
