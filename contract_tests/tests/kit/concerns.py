"""Which directed scenarios concern a client's habit or fault: the cut plays these, the nightly sweep all."""

from __future__ import annotations

from collections.abc import Mapping

TOLD_TO_WAIT = "told to wait in the middle"
BOOKED_LATE = "a row is booked late between two pages"
ON_EDGES = "rows on the windows' edges, at one moment, with long ids"

ODD_CLIENTS_CONCERN: Mapping[str, tuple[str, ...]] = {
    "reads_by_number": ("a product leaves between two pages", "legal but unusual answers"),
    "reads_past_the_end": ("a product leaves between two pages", "body cut short"),
    "page_zero_again": ("a product comes between two pages",),
    "many_pages_at_once": (TOLD_TO_WAIT, "a product changes between two pages"),
    "everything_twice": ("locked out in the middle", "a product left since the last run"),
    "waits_twice_as_long": (
        TOLD_TO_WAIT, "told to wait until a date", "refused without a word on waiting",
    ),
    "gives_up": (TOLD_TO_WAIT, "a web page inside a 200", "connection reset"),
    "overlapping_windows": (BOOKED_LATE, ON_EDGES),
    "windows_edge_to_edge": (BOOKED_LATE, ON_EDGES),
    "windows_of_a_week": ("a Wednesday pays since the last run", ON_EDGES),
    "newest_window_first": (BOOKED_LATE, "returns since the last run"),
    "every_window_twice": (TOLD_TO_WAIT, BOOKED_LATE),
    "gives_a_statement_up": (TOLD_TO_WAIT, "locked out in the middle", "slow body"),
    "gives_an_order_up": (TOLD_TO_WAIT, "answer lost after the purchase", "others buy first"),
    "orders_slowly": (TOLD_TO_WAIT, "told to wait until a date"),
    "renews_its_token_early": ("token refused in the middle", "token expired in the middle"),
    "waits_at_pazarsync": (TOLD_TO_WAIT, "quota used up in the middle"),
}  # fmt: skip
"""By the name of an odd client; one without an entry meets every scenario in the cut too."""
