"""The texts of the pages: the same keys and facts in every language, each used, each there."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from contract_tests.tests.places import ROOT
from emulator.ui import formats, words
from emulator.world.money.transaction_types import TYPES

FOLDER = ROOT / "emulator" / "ui"
KINDS = (
    "clock", "limits", "edition", "system", "in", "confidence", "statuses", "operation", "authentication",
    "webhook", "outcome", "package", "claim", "question", "transaction",
)  # fmt: skip
"""What names the values of a kind, which templates put together with the value."""
CHOICES = ("faults.kinds.", "scenarios.lanes.", "refused.", "compare.", "market.")
SOURCES = "\n".join(
    path.read_text(encoding="utf-8") for path in sorted(FOLDER.rglob("*")) if path.suffix in {".html", ".py"}
)


def test_languages_have_the_same_texts_and_facts() -> None:
    english, turkish = words.catalogue("en"), words.catalogue("tr")
    assert english.keys() == turkish.keys()
    for key, text in english.items():
        facts = [{name for _, name, _, _ in Formatter().parse(each) if name} for each in (text, turkish[key])]
        assert facts[0] == facts[1], key


def test_every_text_is_used() -> None:
    parts = (
        "faults.kinds.",
        "scenarios.lanes.",
        "refused.",
        "compare.",
        "market.",
        *(f"{kind}." for kind in KINDS),
    )
    texts = [key for key in words.catalogue("en") if not key.startswith(parts) and not key.endswith(".menu")]
    assert [key for key in texts if f'"{key}"' not in SOURCES and f"'{key}'" not in SOURCES] == []


def test_every_kind_of_ledger_row_has_its_word() -> None:
    assert {f"transaction.{name}" for name in TYPES} - words.catalogue("en").keys() == set()


def test_every_text_that_a_page_names_is_there() -> None:
    names = set(re.findall(r"""\bt\(["']([a-z_.]+)["'][,)]""", SOURCES))
    assert len(names) > 150
    assert names - words.catalogue("en").keys() == set()


@pytest.mark.parametrize(
    ("language", "amount", "day"),
    [("en", "1,234.50 TRY", "Wed 25 Nov 2026"), ("tr", "1.234,50 TL", "25 Kas 2026 Çar")],
)
def test_amounts_and_days_are_written_as_the_language_does(language: str, amount: str, day: str) -> None:
    assert formats.amount(language, "1234.4951", "TRY") == amount
    assert formats.day(language, 1_795_590_000_000) == day


@pytest.mark.parametrize(("language", "number"), [("en", "0.0044"), ("tr", "0,0044")])
def test_what_is_left_of_rounding_is_written_as_the_language_does(language: str, number: str) -> None:
    assert formats.exact(language, "-0.0044") == formats.MINUS + number
