"""`python -m contract_tests.clients.reference PROFILE VERB [KIND]`."""

import sys

from contract_tests.clients.client import REFERENCE, main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], REFERENCE))
