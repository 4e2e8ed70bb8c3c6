"""The carriers whose labels the marketplace makes, as they call themselves."""

from __future__ import annotations

from collections.abc import Mapping

CARRIER_NAMES: Mapping[str, str] = {
    "trendyol_express": "Trendyol Express",
    "aras": "Aras Kargo",
    "aramex": "Aramex",
    "emx": "EMX",
    "jt": "J&T",
    "shipa": "Shipa",
    "spl": "SPL",
    "fancourier": "FANCOURIER",
}
