"""Every profile there is: the only file that knows all of them.

Declarations are imported with this file, clients only when somebody asks for one: a check of someone else's
integration needs none of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from contract_tests.profiles.b2b_purchase.profile import B2B_PURCHASE
from contract_tests.profiles.catalog_pull.profile import CATALOG_PULL
from contract_tests.profiles.claims.profile import CLAIMS
from contract_tests.profiles.clients import broken_clients_of, odd_clients_of, reference_client
from contract_tests.profiles.finance.profile import FINANCE
from contract_tests.profiles.fulfilment.profile import FULFILMENT
from contract_tests.profiles.orders_poll.profile import ORDERS_POLL
from contract_tests.profiles.orders_stream.profile import ORDERS_STREAM
from contract_tests.profiles.orders_webhook.profile import ORDERS_WEBHOOK
from contract_tests.profiles.pazarsync.profile import PAZARSYNC
from contract_tests.profiles.product_onboarding.profile import PRODUCT_ONBOARDING
from contract_tests.profiles.profile import Profile
from contract_tests.profiles.questions.profile import QUESTIONS
from contract_tests.profiles.stock_price_push.profile import STOCK_PRICE_PUSH

if TYPE_CHECKING:
    from contract_tests.profiles.variants import Broken, Odd

__all__ = ["PROFILES", "broken_client", "broken_clients", "odd_clients", "reference_client"]

PROFILES: Mapping[str, Profile] = {
    one.name: one
    for one in (
        CATALOG_PULL,
        FINANCE,
        B2B_PURCHASE,
        PAZARSYNC,
        ORDERS_POLL,
        ORDERS_STREAM,
        STOCK_PRICE_PUSH,
        PRODUCT_ONBOARDING,
        FULFILMENT,
        QUESTIONS,
        ORDERS_WEBHOOK,
        CLAIMS,
    )
}


def broken_clients() -> tuple[Broken, ...]:
    """Every client with one fault: BROKEN of each profile's broken.py."""
    return tuple(one for profile in PROFILES for one in broken_clients_of(profile))


def broken_client(name: str) -> Broken:
    """The client of that name.

    Errors: KeyError.
    """
    return {one.name: one for one in broken_clients()}[name]


def odd_clients() -> tuple[Odd, ...]:
    """Every client that looks odd and is right: ODD of each profile's odd.py."""
    return tuple(one for profile in PROFILES for one in odd_clients_of(profile))
