"""Odd clients of the gateway that are right: one habit each that nobody may blame them for."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.clients.habits import twice_as_long
from contract_tests.clients.patience import NO_PATIENCE
from contract_tests.profiles.b2b_purchase.offers import read_offers, reads_offers_first
from contract_tests.profiles.b2b_purchase.reference import REFERENCE, Steps, client
from contract_tests.profiles.variants import Odd

PROFILE = "b2b-purchase"

ODD = (
    Odd("gives_an_order_up", PROFILE, "gives an order up at the first refusal, for a later run",
        replace(REFERENCE, patience=NO_PATIENCE), edition="tr", gives_up=True),
    Odd("orders_line_by_line", PROFILE, "makes a request of each line, all under the purchase's vendorRef",
        client(Steps(purchases_of=lambda wants: [[want] for want in wants])), edition="tr"),
    Odd("reads_offers_too", PROFILE, "reads every offer before it orders", reads_offers_first(read_offers),
        edition="tr"),
    Odd("orders_slowly", PROFILE, "waits longer than an answer asks for", twice_as_long(REFERENCE),
        edition="tr"),
)  # fmt: skip
