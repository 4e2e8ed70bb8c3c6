"""The reference, except that it takes the 10,000 contents that page numbers reach for the whole catalogue."""

from __future__ import annotations

import sys
from dataclasses import replace

from contract_tests.clients.client import REFERENCE, main
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.protocol import Row
from contract_tests.profiles.catalog_pull.reference import numbered_pages


def contents_within_reach(api: Marketplace) -> list[Row]:
    """Every content that a numbered page can show; the token behind the last of them is not used."""
    return [row for page in numbered_pages(api) for row in page.rows]


CLIENT = replace(REFERENCE, contents=contents_within_reach)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], CLIENT))
