"""Words of the delivery services as the world understands them: carriers by their codes, boxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

# Source: v2.0/docs/change-cargo-provider-changecargoprovider, D; SENDEOMP by the list of cargo providers.
CARRIERS: Mapping[str, str] = {
    "YKMP": "yurtici",
    "ARASMP": "aras",
    "SURATMP": "surat",
    "HOROZMP": "horoz",
    "DHLECOMMP": "dhl",
    "PTTMP": "ptt",
    "CEVAMP": "ceva",
    "TEXMP": "trendyol_express",
    "KOLAYGELSINMP": "kolaygelsin",
    "SENDEOMP": "kolaygelsin",
    "CEVATEDARIK": "ceva_supplier",
    "UPSMP": "ups",
}


class Partner(NamedTuple):
    """A carrier abroad, a name of the world's CARRIERS, and the storefronts it delivers for."""

    carrier: str
    storefronts: frozenset[str]


GULF = frozenset({"AE", "SA"})
# Source: v3.0/docs/12-change-cargo-provider, D; that the spelling of capitals does not matter is I.
PARTNERS: Mapping[str, Partner] = {
    "ARAMEX": Partner("aramex", GULF),
    "EMX": Partner("emx", frozenset({"AE"})),
    "J&T": Partner("jt", GULF),
    "SHIPA": Partner("shipa", GULF),
    "SPL": Partner("spl", frozenset({"SA"})),
    "FANCOURIER": Partner("fancourier", frozenset({"RO"})),
    "DPD ROMANIA": Partner("dpd_romania", frozenset({"RO"})),
}
# Announced in 2026 and in no list that one can change to. Source: changelog, D; that they are inactive is I.
INACTIVE_PARTNERS = frozenset({"FANEX", "JOYEXPRESS", "LOGISTIQ H&B"})
# The carriers for which boxes and deci are required, by the options of the decision box-info-carriers.
REQUIRED_BOX_INFO: Mapping[str, Mapping[str, frozenset[str]]] = {
    "horoz-ceva": dict.fromkeys(("horoz", "ceva"), frozenset({"boxQuantity", "deci"})),
    "ups-ceva": {"ups": frozenset({"boxQuantity"}), "ceva": frozenset({"boxQuantity", "deci"})},
}


def box_details(body: Mapping[str, Any]) -> dict[str, Any]:
    """Boxes and volumetric weight, as far as they are given, under the names of the world."""
    details: dict[str, Any] = {}
    if "boxQuantity" in body:
        details["box_count"] = body["boxQuantity"]
    if "deci" in body:
        details["deci_e2"] = round(body["deci"] * 100)
    return details
