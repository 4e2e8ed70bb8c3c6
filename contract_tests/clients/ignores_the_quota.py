"""The reference, except that it goes on asking when the quota is used up."""

from __future__ import annotations

import sys
from dataclasses import replace

import requests

from contract_tests.clients.client import REFERENCE, main
from contract_tests.profiles.pazarsync import reference
from contract_tests.profiles.pazarsync.access import Access


def unread(_access: Access, _answer: requests.Response) -> None:
    """Read no header."""


CLIENT = replace(REFERENCE, manners=replace(reference.MANNERS, heed=unread))

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], CLIENT))
