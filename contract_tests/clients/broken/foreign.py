"""Clients in other languages: a right one in Node, a right one in PHP, and the same with one fault each."""

from __future__ import annotations

from pathlib import Path

from contract_tests.profiles.variants import Broken

CLIENTS = Path(__file__).parents[1]
NODE = ("node", str(CLIENTS / "node" / "client.mjs"))
PHP = ("php", str(CLIENTS / "php" / "client.php"))
# The right ones, and what they can; the profile and the verb follow.
RIGHT = {"node": NODE, "php": PHP}
PROFILES = ("catalog-pull", "finance")


def breaks(
    command: tuple[str, ...],
    name: str,
    profile: str,
    says: str,
    seen: str,
    caught_by: tuple[str, ...],
    needs: str = "",
) -> Broken:
    """A client of another language with one of its faults."""
    script = (*command, f"--broken={name}")
    return Broken(f"{command[0]}_{name}", profile, says, seen, caught_by, script=script, needs=needs)


LOST = ("everything_delivered", "held_as_true:missing")

BROKEN = (
    breaks(NODE, "first-page-only", "catalog-pull", "takes the first page for the whole catalogue",
           "only the first page read: 3 of 26", ("reads_every_page", *LOST), "more than 100 contents"),
    breaks(NODE, "drops-429", "finance", "skips what was refused with 429, and exits 0",
           "429 on one window silently dropped, exit 0: several", ("refused_read_repeated", *LOST), "a 429"),
    breaks(NODE, "float-money", "finance", "adds money up as JavaScript adds numbers", "float money",
           ("held_as_true:wrong",), "a sum that binary fractions miss"),
    breaks(NODE, "windows-of-a-month", "finance", "asks for a month at once",
           "window of 30 to 50 days: 7 of 26", ("window_within",)),
    breaks(PHP, "unreadable-is-empty", "finance", "takes whatever has no rows in it for an empty list",
           '401 treated as "no data", exit 0: 2 or more', ("refused_read_repeated", *LOST), "a 401"),
    breaks(PHP, "instants-in-seconds", "finance", "writes instants in seconds, as time() gives them",
           "local time instead of epoch", ("epoch_ms",)),
    breaks(PHP, "keeps-what-is-gone", "catalog-pull", "never forgets a product that is no longer listed",
           "a copy that only grows", ("held_as_true:ghost",), "a content removed between runs"),
)  # fmt: skip
