"""`python -m contract_tests.clients.broken NAME PROFILE VERB [KIND]`."""

import sys

from contract_tests.clients.catalogue_of_faults import BROKEN
from contract_tests.clients.client import main

if __name__ == "__main__":
    clients = {one.name: one.client for one in BROKEN if one.client}
    name, *words = sys.argv[1:] or [""]
    if name not in clients:
        sys.exit(f"usage: NAME PROFILE VERB [KIND], with NAME one of {', '.join(clients)}")
    sys.exit(main(words, clients[name]))
