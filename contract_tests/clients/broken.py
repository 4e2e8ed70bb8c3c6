"""A client with one fault: `python -m contract_tests.clients.broken NAME PROFILE VERB [KIND]`.

Only this address stands here, for it is printed and kept; the clients are in contract_tests/profiles.
"""

import sys

from contract_tests.clients.main import main
from contract_tests.profiles import every

if __name__ == "__main__":
    clients = {one.name: (one.profile, one.client) for one in every.broken_clients() if one.client}
    name, profile, *words = [*sys.argv[1:], "", ""]
    if name not in clients or profile != clients[name][0]:
        sys.exit(f"usage: NAME PROFILE VERB [KIND], with NAME one of {', '.join(clients)}")
    sys.exit(main(clients[name][1], [word for word in words if word]))
