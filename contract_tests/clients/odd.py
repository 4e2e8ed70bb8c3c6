"""A client that looks odd and is right: `python -m contract_tests.clients.odd NAME PROFILE VERB [KIND]`.

Only this address stands here, for it is printed and kept; the clients are in contract_tests/profiles.
"""

import sys

from contract_tests.clients.main import main
from contract_tests.profiles import every

if __name__ == "__main__":
    clients = {one.name: one for one in every.odd_clients()}
    name, profile, *words = [*sys.argv[1:], "", ""]
    if name not in clients or profile != clients[name].profile:
        sys.exit(f"usage: NAME PROFILE VERB [KIND], with NAME one of {', '.join(clients)}")
    sys.exit(main(clients[name].client, [word for word in words if word]))
