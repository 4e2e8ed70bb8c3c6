"""The reference of the site has a page for every family and rule, and says what the specs say."""

from __future__ import annotations

import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

import pytest

from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.places import DOCS
from emulator.contract.contract import load_contract

CODE = re.compile(r"^```.*?^```$|<!--.*?-->", re.MULTILINE | re.DOTALL)
NO_PROSE = re.compile(r"`[^`]*`|\([^)]*\)")
LONG_SENTENCE = 60


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    """The module that makes the pages of the reference; it stands beside the pages, in no package."""
    spec = spec_from_file_location("pages", DOCS / "site" / "pages.py")
    assert spec
    assert spec.loader
    module = sys.modules["pages"] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_family_has_a_page_with_its_operations(pages: ModuleType) -> None:
    operations = {one.id for one in load_contract().operations}
    names = {name for page in pages.operation_pages(load_contract()) for name in page.facts["operations"]}
    assert names == operations


def test_every_rule_has_a_page(pages: ModuleType) -> None:
    names = {name for page in pages.rule_pages(load_contract()) for name in page.facts["rules"]}
    assert names == {rule.id for rule in installed_rulebook().rules}


def test_page_of_an_operation_says_what_the_spec_says(pages: ModuleType) -> None:
    by_path = {page.path: page for page in pages.operation_pages(load_contract())}
    text = pages.render(by_path["reference/operations/finance.md"])
    assert "| query size: optional, integer, int32, one of 500, 1000, default 500 | **D** [" in text
    assert "| `finance-window-too-long` | 400 |" in text
    assert "[TY-FIN-001](../rules/fin.md#ty-fin-001)" in text


def test_no_page_repeats_a_sentence_of_another() -> None:
    pages: dict[str, set[str]] = {}
    for path in (*DOCS.rglob("*.md"), DOCS.parent / "README.md"):
        prose = CODE.sub("\n\n", path.read_text(encoding="utf-8"))
        for paragraph in re.split(r"\n\s*\n|\n(?=[-|])", prose):
            for sentence in re.split(r"(?<=[.:]) ", " ".join(paragraph.split())):
                pages.setdefault(sentence, set()).add(path.name)
    repeated = (one for one, names in pages.items() if len(names) > 1)
    assert [one for one in repeated if len(NO_PROSE.sub("", one)) >= LONG_SENTENCE] == []


def test_tables_have_every_refusal_decision_and_change(pages: ModuleType) -> None:
    contract = load_contract()
    refusals, decisions, changes = map(pages.render, pages.table_pages(contract))
    assert all(f"| `{name}` |" in refusals for name in contract.catalogue.errors)
    assert all(f"## {name}\n" in decisions for name in contract.decisions)
    assert (
        "| 2026-10-15 | Turkish | The old path of the order list closes; v2/orders takes its place. |"
        in changes
    )
