"""The right client of a profile: `python -m contract_tests.clients.reference PROFILE VERB [KIND]`.

Only this address stands here, for it is printed and kept; the clients are in contract_tests/profiles.
"""

import sys

from contract_tests.clients.main import USAGE, main
from contract_tests.profiles.clients import reference_client

if __name__ == "__main__":
    profile, *words = sys.argv[1:] or [""]
    try:
        client = reference_client(profile)
    except LookupError:
        from contract_tests.profiles.every import PROFILES

        sys.exit(f"{USAGE}, with PROFILE one of {', '.join(PROFILES)}")
    sys.exit(main(client, words))
