"""Who brings packages: the carriers, what their numbers begin with, and which of them serve a storefront."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from emulator.world.core.istanbul import day_bounds

if TYPE_CHECKING:
    from emulator.world.orders.model import Order

# What a carrier's cargo numbers begin with. Source: D; of ceva, kolaygelsin and abroad no page says it, I.
CARRIERS: Mapping[str, int] = {
    "trendyol_express": 733, "yurtici": 725, "aras": 726, "surat": 727, "dhl": 728, "ups": 729, "ptt": 734,
    "alternative": 732, "horoz": 984, "ceva": 735, "ceva_supplier": 736, "kolaygelsin": 737,
    "aramex": 741, "emx": 742, "jt": 743, "shipa": 744, "spl": 745, "fancourier": 746, "dpd_romania": 747,
    "fanex": 748, "acs": 749, "geniki": 750, "boxnow": 751, "packeta": 752, "gls": 753, "dpd": 754,
    "dhl_abroad": 755, "hermes": 756, "joyexpress": 757, "logistiq": 758,
}  # fmt: skip
# Who brings the packages of a storefront, as often as each stands here. Source: the carriers of the two
# services that name them, and of the changelog (FANEX March 2026, ACS 6 April, JoyExpress July, Logistiq H&B
# 28 August), D; their shares, and all of CZ, HU, SK, BG, QA, KW, BH, OM and AZ, are I.
CARRIER_SHARES: Mapping[str, tuple[str, ...]] = {
    "TR": (*("trendyol_express",) * 6, "aras", "surat", "yurtici", "ptt"),
    "RO": (*("fancourier",) * 5, *("dpd_romania",) * 4, "fanex"),
    "GR": (*("acs",) * 6, *("geniki",) * 4),
    "DE": (*("dhl_abroad",) * 5, *("hermes",) * 3, *("dpd",) * 2),
    "SK": (*("packeta",) * 6, *("gls",) * 4),
    "AE": (*("aramex",) * 4, "emx", "emx", "jt", "jt", "shipa", "logistiq"),
    "SA": (*("aramex",) * 3, "jt", "jt", "shipa", "spl", "spl", "joyexpress", "logistiq"),
    **dict.fromkeys(("CZ", "HU", "BG"), (*("gls",) * 5, *("dpd",) * 5)),
    **dict.fromkeys(("QA", "KW", "BH", "OM"), (*("aramex",) * 7, *("jt",) * 3)),
    "AZ": ("trendyol_express",) * 10,
}
# Who takes cash at the door in the Gulf. Source: v3.0/docs/12-change-cargo-provider, D.
CASH_CARRIERS = ("aramex", "shipa")
CASH_STOREFRONTS = ("SA", "AE")
# Who brings what is picked up from a locker. Source: box lockers GR to GR since 21 August 2026, D.
LOCKER_CARRIER, LOCKER_CODE = "boxnow", "BOXNOW"
CARGO_DIGITS = 10**13


def cargo_number(carrier: str, number: int) -> int:
    """The carrier's number of a package, 16 digits."""
    return CARRIERS[carrier] * CARGO_DIGITS + number % CARGO_DIGITS


def has_begun(carriers: Mapping[str, Any], code: str, at_ms: int) -> bool:
    """Whether a carrier works for the marketplace at a moment, by the lookup of carriers."""
    day = carriers["since"].get(code)
    return day is None or at_ms >= day_bounds(date.fromisoformat(day))[0]


def carriers_of(order: Order) -> tuple[str, ...]:
    """Who may bring an order: carriers of its storefront, and of these who takes cash where it is paid so."""
    carriers = CARRIER_SHARES[order.storefront]
    if order.pays_cash and order.storefront in CASH_STOREFRONTS:
        return tuple(each for each in carriers if each in CASH_CARRIERS)
    return carriers
