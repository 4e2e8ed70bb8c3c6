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
    "orders_line_by_line": (
        "several lines in a purchase", "answer lost after a purchase of several lines",
        "some lines short, and one no longer wanted",
    ),
    "orders_slowly": (TOLD_TO_WAIT, "told to wait until a date"),
    "renews_its_token_early": ("token refused in the middle", "token expired in the middle"),
    "waits_at_pazarsync": (TOLD_TO_WAIT, "quota used up in the middle"),
}  # fmt: skip
"""By the name of an odd client; one without an entry meets every scenario in the cut too."""

SHOWS_FAULT: Mapping[str, str] = {
    "cancels_again_and_again": "no longer wanted after the cut-off",
    "cancels_what_it_wanted": "fewer than wanted, and no longer wanted",
    "each_line_again_after_a_loss": "answer lost after a purchase of several lines",
    "gives_the_whole_purchase_back": "one of several lines no longer wanted",
    "hurries_an_order": "told to wait in the middle",
    "ignores_has_error": "no longer wanted after the cut-off",
    "one_item_for_all_lines": "others buy a line of a purchase first",
    "one_line_a_reference": "several lines in a purchase",
    "orders_all_of_it_again": "fewer in stock than wanted",
    "orders_at_another_address": "body cut short",
    "orders_on_each_run": "no longer wanted",
    "repeats_a_lost_purchase": "a burst of server errors",
    "takes_200_for_all": "fewer in stock than wanted",
    "takes_a_lost_answer_for_done": "a burst of server errors",
    "takes_a_refusal_for_done": "told to wait in the middle",
    "adds_again": "a product left since the last run",
    "asks_without_pause": "told to wait in the middle",
    "fails_on_new_fields": "legal but unusual answers",
    "fails_without_optional_fields": "legal but unusual answers",
    "hurries_a_statement": "told to wait in the middle",
    "ignores_retry_after": "told to wait in the middle",
    "keeps_half_a_run": "locked out in the middle",
    "keeps_what_is_gone": "a product left since the last run",
    "known_by_place": "a product left since the last run",
    "knows_no_dates": "told to wait until a date",
    "narrow_ids": "long ids, equal moments, Turkish letters",
    "never_reads_again": "a product leaves between two pages",
    "never_updates": "products left, came and changed since the last run",
    "counts_pages_behind_tokens": "more than pages reach, in short pages",
    "one_page_beyond_the_wall": "more than pages reach",
    "numbers_beyond_the_wall": "more than pages reach",
    "php_keeps-what-is-gone": "a product left since the last run",
    "seconds_for_milliseconds": "told to wait in the middle",
    "stops_at_a_short_page": "legal but unusual answers",
    "stops_at_the_wall": "more than pages reach",
    "adds_rows_again": "returns since the last run",
    "drops_429_window": "told to wait in the middle",
    "drops_a_broken_window": "unavailable in the middle",
    "forgets_old_windows": "a Wednesday pays since the last run",
    "keeps_errors": "told to wait in the middle",
    "narrow_payment_orders": "rows on the windows' edges, at one moment, with long ids",
    "never_updates_rows": "a Wednesday pays since the last run",
    "node_drops-429": "told to wait in the middle",
    "php_unreadable-is-empty": "told to wait in the middle",
    "rows_by_place": "rows on the windows' edges, at one moment, with long ids",
    "settlements_first_page": "thirty thousand rows",
    "takes_401_for_nothing": "locked out in the middle",
    "takes_403_for_nothing": "stopped at the edge",
    "takes_a_web_page_for_nothing": "a web page inside a 200",
    "drops_a_refused_page": "told to wait in the middle",
    "drops_batch_errors": "a row of the batch cannot be done",
    "hurries_pazarsync": "told to wait in the middle",
    "ignores_the_quota": "quota used up in the middle",
    "never_looks_twice": "a product leaves between two pages",
    "never_renews_its_token": "token refused in the middle",
    "shows_a_refused_token_again": "token expired in the middle",
    "takes_a_lost_batch_for_done": "answer lost before the batch",
    "takes_a_refused_token_for_nothing": "locked out in the middle",
}  # fmt: skip
"""By the name of a broken client the scenario that shows its fault, measured once; else the quiet one."""
