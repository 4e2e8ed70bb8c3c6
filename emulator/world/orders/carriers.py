"""Who brings packages, and what their parcels are numbered."""

from __future__ import annotations

from collections.abc import Mapping

# What a carrier's cargo numbers begin with. Source: D; of ceva, kolaygelsin and abroad no page says it, I.
CARRIERS: Mapping[str, int] = {
    "trendyol_express": 733, "yurtici": 725, "aras": 726, "surat": 727, "dhl": 728, "ups": 729, "ptt": 734,
    "alternative": 732, "horoz": 984, "ceva": 735, "ceva_supplier": 736, "kolaygelsin": 737,
    "aramex": 741, "emx": 742, "jt": 743, "shipa": 744, "spl": 745, "fancourier": 746, "dpd_romania": 747,
}  # fmt: skip
CARGO_DIGITS = 10**13


def cargo_number(carrier: str, number: int) -> int:
    """The carrier's number of a package, 16 digits."""
    return CARRIERS[carrier] * CARGO_DIGITS + number
