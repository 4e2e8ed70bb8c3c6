"""Odd clients of PazarSync that are right: one habit each that nobody may blame them for."""

from __future__ import annotations

from contract_tests.clients.habits import twice_as_long
from contract_tests.profiles.pazarsync.access import KIND, SPARE_S, Access, new_token
from contract_tests.profiles.pazarsync.reference import REFERENCE, Steps, client
from contract_tests.profiles.variants import Odd

PROFILE = "pazarsync"
HALF_AN_HOUR_S = 1800


def early_token(access: Access) -> str:
    """A token is renewed in the middle of its hour."""
    for row in access.copy.rows(KIND):
        if row["until"] > access.now_s() + SPARE_S + HALF_AN_HOUR_S:
            return str(row["token"])
    return new_token(access)


ODD = (
    Odd("renews_its_token_early", PROFILE, "asks for a new token in the middle of the hour",
        client(Steps(token=early_token)), edition="tr"),
    Odd("waits_at_pazarsync", PROFILE, "waits longer than an answer asks for", twice_as_long(REFERENCE),
        edition="tr"),
)  # fmt: skip
