"""The reference, except that it fetches a token for each call."""

from __future__ import annotations

import sys
from dataclasses import replace

from contract_tests.clients.reference import pazarsync, tokens
from contract_tests.clients.reference.client import REFERENCE, main

CLIENT = replace(REFERENCE, manners=replace(pazarsync.MANNERS, token=tokens.new_token))

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], CLIENT))
