"""The right client of a profile: `python -m contract_tests.clients.reference PROFILE VERB [KIND]`.

Only this address stands here, for it is printed and kept; the clients are in contract_tests/profiles.
"""

import sys

from contract_tests.clients.main import USAGE, main
from contract_tests.profiles.every import PROFILES, reference_client

if __name__ == "__main__":
    profile, *words = sys.argv[1:] or [""]
    if profile not in PROFILES:
        sys.exit(f"{USAGE}, with PROFILE one of {', '.join(PROFILES)}")
    sys.exit(main(reference_client(profile), words))
