"""The reference, except that a finance window refused with 429 is skipped, and the run ends with exit 0."""

from __future__ import annotations

import sys
from dataclasses import replace

from contract_tests.clients.client import REFERENCE, main
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.patience import Patience
from contract_tests.clients.problems import TooManyRequests
from contract_tests.clients.protocol import Row
from contract_tests.profiles.finance.reference import Question, read_window


def window_unless_refused(api: Marketplace, question: Question) -> list[Row]:
    """The rows of one window; none of them when any of its pages was refused."""
    try:
        return read_window(api, question)
    except TooManyRequests as refusal:
        sys.stderr.write(f"skipped: {refusal}\n")
        return []


CLIENT = replace(REFERENCE, read_window=window_unless_refused, patience=Patience(refusals=0))

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], CLIENT))
