"""The reference, except that it takes the 200 of a batch for all of its rows and never reads errors[]."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

from contract_tests.clients.client import REFERENCE, main
from contract_tests.clients.protocol import Row
from contract_tests.profiles.pazarsync import reference


def none_failed(_batch: list[Row], _answer: Any) -> set[str]:
    """Nothing can be wrong with a 200."""
    return set()


CLIENT = replace(REFERENCE, manners=replace(reference.MANNERS, failed=none_failed))

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], CLIENT))
