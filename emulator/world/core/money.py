"""Exact money: amounts in whole ten-thousandths of the currency, rates in whole hundredths of a percent."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

SCALE = 10_000
RATE_SCALE = 100
# A hundredth of the currency, in the units of amounts.
KURUS_E4 = 100

# Source: v3.0/docs/regions-and-store-front-codes, D.
CURRENCY_OF: Mapping[str, str] = {
    "TR": "TRY", "DE": "EUR", "SA": "SAR", "AE": "AED", "QA": "QAR", "KW": "KWD", "BH": "BHD", "OM": "OMR",
    "RO": "RON", "CZ": "CZK", "HU": "HUF", "SK": "EUR", "BG": "BGN", "GR": "EUR", "AZ": "AZN",
}  # fmt: skip


def commission(amount_e4: int, rate_e2: int) -> int:
    """The commission on an amount, to four decimals, a half rounded up.

    Units: ten-thousandths of the currency; the rate in hundredths of a percent.
    Source: docs/cari-hesap-ekstresi-entegrasyonu, D by its sample: 449.99 at 15 percent is 67.4985.
    """
    whole = 100 * RATE_SCALE
    return (amount_e4 * rate_e2 + whole // 2) // whole


def to_kurus(amount_e4: int) -> int:
    """The amount to two decimals, a half rounded up; in ten-thousandths as before."""
    return (amount_e4 + KURUS_E4 // 2) // KURUS_E4 * KURUS_E4


def number(amount_e4: int) -> float:
    """The amount as a JSON number: the one float nearest to the exact decimal."""
    return amount_e4 / SCALE


def exact(amount_e4: int) -> str:
    """The amount as a decimal string that loses nothing."""
    return str(Decimal(amount_e4) / SCALE)
