"""A client with one fault: `python -m contract_tests.clients.broken NAME PROFILE VERB [KIND]`.

Only this address stands here, for it is printed and kept; the clients are in contract_tests/profiles.
"""

import sys
from contextlib import suppress

from contract_tests.clients.main import main
from contract_tests.profiles.clients import broken_clients_of

if __name__ == "__main__":
    name, profile, *words = [*sys.argv[1:], "", ""]
    client = None
    with suppress(LookupError):
        client = {one.name: one.client for one in broken_clients_of(profile)}[name]
    if client is None:
        from contract_tests.profiles.every import broken_clients

        names = ", ".join(one.name for one in broken_clients() if one.client)
        sys.exit(f"usage: NAME PROFILE VERB [KIND], with NAME one of {names}")
    sys.exit(main(client, [word for word in words if word]))
