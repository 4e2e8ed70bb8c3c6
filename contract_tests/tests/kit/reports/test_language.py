"""Reports in Turkish: each sentence of a rule and each word of a report has its translation."""

from __future__ import annotations

import io
import re
import string
import tomllib
from pathlib import Path

import pytest
from rich.console import Console

from contract_tests import reports
from contract_tests.records.findings import Finding, Verdict
from contract_tests.reports.console import show
from contract_tests.reports.html import html_report
from contract_tests.reports.language import say, speaking, upper_case
from contract_tests.reports.markdown import markdown_report
from contract_tests.reports.verdicts import HEADLINES, Section, State
from contract_tests.stages.rulebook import installed_rulebook
from emulator import rule_sentences

FOLDER = Path(reports.__path__[0])
TABLE = tomllib.loads((FOLDER / "tr.toml").read_text(encoding="utf-8"))
SAY_CALL = re.compile(r"""say\(\s*(?:"([^"]+)"|'([^']+)')""")


def fields(text: str) -> set[str]:
    """The facts that a text is filled with."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_sentence_of_a_rule_has_its_translation() -> None:
    rules = installed_rulebook().rules
    sentences = {rule.sentence for rule in rules} | {rule.advice for rule in rules if rule.advice}
    assert set(rule_sentences("tr")) == sentences


def test_every_word_that_a_report_says_has_its_translation() -> None:
    files = [*FOLDER.glob("*.py"), FOLDER / "report.html"]
    words = {first or second for file in files for first, second in SAY_CALL.findall(file.read_text("utf-8"))}
    assert len(words) > 40
    assert words | set(HEADLINES.values()) | set(State) <= set(TABLE)


@pytest.mark.parametrize("words", TABLE)
def test_translation_has_the_same_facts(words: str) -> None:
    assert fields(TABLE[words]) == fields(words)


def test_what_a_recording_lacks_is_told_in_the_language_that_is_spoken() -> None:
    rule = next(rule for rule in installed_rulebook().rules if rule.id == "TY-CAT-003")
    why = "the bodies of 2 answers are not in the recording"
    section = Section("a.har", ("quiet",), Verdict(rules=(rule,), unjudgeable={rule.id: why}))
    console = Console(file=io.StringIO(), width=200)
    with speaking("tr"), console.capture() as capture:
        show(console, [section])
        pages = html_report([section]).decode(), markdown_report([section]).decode()
    for page in (*pages, capture.get()):
        assert "Değerlendirilemeyen: TY-CAT-003: 2 yanıtın gövdesi kayıtta yok" in page


def test_report_is_in_the_language_that_is_spoken() -> None:
    rule = next(rule for rule in installed_rulebook().rules if rule.id == "TY-ORD-004")
    finding = Finding(rule, "getShipmentPackages", "page 1 was never read", 1, (), "")
    section = Section("orders-poll", ("quiet",), Verdict((finding,), {}, (rule,)))
    with speaking("tr"):
        pages = html_report([section]).decode(), markdown_report([section]).decode()
    for page in pages:
        assert "1 MUST kuralı çiğnendi" in page
        assert "totalPages" in page
        assert "kısa sayfa son değildir" in page
    assert '<html lang="tr">' in pages[0]
    assert '<html lang="en">' in html_report([section]).decode()


def test_what_has_no_translation_is_said_in_english() -> None:
    with speaking("tr"):
        assert say("page 1 was never read") == "page 1 was never read"


def test_turkish_capitals_keep_their_dots() -> None:
    with speaking("tr"):
        assert upper_case("değerlendirilmedi") == "DEĞERLENDİRİLMEDİ"
    assert upper_case("interrupted") == "INTERRUPTED"
