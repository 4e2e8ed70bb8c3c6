"""The reference, except that it fetches a token for each call."""

from __future__ import annotations

import sys
from dataclasses import replace

from contract_tests.clients.client import REFERENCE, main
from contract_tests.profiles.pazarsync import access, reference

CLIENT = replace(REFERENCE, manners=replace(reference.MANNERS, token=access.new_token))

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], CLIENT))
