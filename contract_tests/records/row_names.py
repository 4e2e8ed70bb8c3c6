"""What one thing is called: a barcode, and beside it the shop's own word for the same row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from contract_tests.records.scenario import Row

BARCODE = "barcode"
OTHER_NAMES = ("sku", "stockCode")
WORD = re.compile(r"[\w.-]*\w")


def names_in(rows: Iterable[Row]) -> Mapping[str, str]:
    """Give for each barcode and each sku or stock code how it is written with the other name beside it."""
    names: dict[str, str] = {}
    for row in rows:
        barcode = str(row.get(BARCODE) or "")
        for word in OTHER_NAMES:
            other = str(row.get(word) or "")
            if barcode and other and other != barcode:
                names.setdefault(barcode, f"{barcode} ({_plain(word)} {other})")
                names.setdefault(other, f"{other} ({BARCODE} {barcode})")
    return names


def _plain(word: str) -> str:
    return "stock code" if word == "stockCode" else word


def with_both_names(text: str, names: Mapping[str, str]) -> str:
    """Write the other name beside each barcode and sku of a text, once for each."""
    seen_names: set[str] = set()

    def write(word: re.Match[str]) -> str:
        name = word[0]
        if name in seen_names or name not in names:
            return name
        seen_names.add(name)
        return names[name]

    return WORD.sub(write, text)
