"""The pages of the site that follow from specs/: operations, refusals, rules, decisions and dated changes.

Each is one template beside this file; what it says stands in specs/ alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contract_tests.records.rulebook import Rule, Source
from contract_tests.reports.language import say
from contract_tests.reports.rulebook import profiles_of, where
from contract_tests.reports.sources import CONFIDENCE, address
from contract_tests.stages.rulebook import installed_rulebook
from emulator.contract.contract import Contract
from emulator.control.changes_text import changes_of
from emulator.control.explain_text import limit_text, parameter_text, window_text
from emulator.control.spec_views import explain

EDITIONS = {"int": "international", "tr": "Turkish", "": "one edition"}


class Page(NamedTuple):
    """A page of the site: where it stands, its name in the navigation, and what is in it."""

    path: str
    title: str
    template: str
    facts: Mapping[str, Any]


def render(page: Page) -> str:
    """Write a page as Markdown."""
    return templates().get_template(page.template).render(title=page.title, **page.facts)


def operation_pages(contract: Contract) -> Iterator[Page]:
    """Yield a page a family: each operation in its editions."""
    for family, ids in operations_by_family(contract).items():
        operations = {
            name: [with_own_errors(contract, one) for one in explain(contract, name)] for name in ids
        }
        documents = documents_of(contract, family)
        facts = {"operations": operations, "documents": documents}
        yield Page(
            f"reference/operations/{family}.md", title_of(documents[0]["title"]), "operations.md.j2", facts
        )


def rule_pages(contract: Contract) -> Iterator[Page]:
    """Yield a page for the rules of each three letters."""
    rules = sorted(installed_rulebook().rules, key=lambda rule: rule.id)
    for letters, group in groupby(rules, key=lambda rule: rule.id.split("-")[1]):
        laws = {name: list(forms) for name, forms in groupby(group, key=lambda rule: rule.id)}
        title = f"{letters_title(contract, laws)} (TY-{letters})"
        yield Page(f"reference/rules/{letters.lower()}.md", title, "rules.md.j2", {"rules": laws})


def table_pages(contract: Contract) -> Iterator[Page]:
    """Yield the refusals, the decisions and the dated changes."""
    errors = sorted(contract.catalogue.errors.items(), key=lambda item: (item[1]["status"], item[0]))
    by_status = {status: list(group) for status, group in groupby(errors, key=lambda item: item[1]["status"])}
    yield Page("reference/refusals.md", "Refusals", "refusals.md.j2", {"errors": by_status})
    yield Page("reference/decisions.md", "Decisions", "decisions.md.j2", {"decisions": contract.decisions})
    yield Page("reference/changes.md", "Dated changes", "changes.md.j2", {"changes": changes_of(contract)})


SECTIONS = {"Operations": operation_pages, "Rules": rule_pages, "Refusals and dates": table_pages}


def operations_by_family(contract: Contract) -> dict[str, list[str]]:
    """Name the vendor's operations of each family, in the order of the specs, then our own."""
    families: dict[str, dict[str, None]] = {}
    for one in contract.distinct():
        families.setdefault(one.family.rpartition(".")[2], {})[one.id] = None
    order = sorted(families, key=lambda family: (family == "control", family))
    return {family: list(families[family]) for family in order}


def title_of(document_title: str) -> str:
    """Name a family by the title of one of its documents, without the vendor's name and the edition."""
    name = document_title.partition(",")[0].removeprefix("Trendyol ")
    return name[0].upper() + name[1:]


def letters_title(contract: Contract, laws: Mapping[str, Iterable[Rule]]) -> str:
    """Name the rules of three letters by the families where they hold."""
    places = [place for forms in laws.values() for rule in forms for place in rule.places]
    if any(place.whole_system for place in places):
        return "Platform"
    titles = (title_of(contract.documents[place.document]["info"]["title"]) for place in places)
    return ", ".join(dict.fromkeys(titles))


def documents_of(contract: Contract, family: str) -> list[Mapping[str, Any]]:
    """Give what the documents of a family say of themselves."""
    return [
        tree["info"]
        for tree in contract.documents.values()
        if tree.get("x-family", "control").endswith(family)
    ]


def with_own_errors(contract: Contract, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of an operation's refusals and rules those that its document does not state for all."""
    shared = set(contract.documents[operation["document"]].get("x-errors", ()))
    rules = dict.fromkeys(rule["id"] for rule in operation["rules"])
    return {
        **operation,
        "errors": [error for error in operation["errors"] if error["id"] not in shared],
        "rules": list(rules),
    }


@cache
def templates() -> Environment:
    """Load the templates, which may use the words of the reports."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "cell": cell,
        "limit": limit_text,
        "parameter": parameter_text,
        "window": lambda item: window_text(*item),
        "source": source_link,
        "profiles": rule_profiles,
        "places": rule_places,
    }
    environment.globals |= {"editions": EDITIONS, "confidence": CONFIDENCE, "say": say}
    return environment


def cell(text: str) -> str:
    """Make a text fit a cell of a table, and keep its angle brackets and braces as they are."""
    return re.sub(r"\s+", " ", text).strip().replace("|", "\\|").replace("<", "&lt;")


def source_link(source: Mapping[str, Any] | Source | None) -> str:
    """Name a source as a link with its confidence."""
    if source is None:
        return ""
    given = (
        source
        if isinstance(source, Source)
        else Source(source.get("page", ""), source.get("confidence", ""), source.get("note", ""))
    )
    page = f"[{cell(given.page)}]({address(given)})" if address(given) else cell(given.page)
    return " ".join(
        filter(None, (f"**{given.confidence}**" * bool(given.confidence), page, cell(given.note)))
    )


def rule_places(rules: Iterable[Rule]) -> list[str]:
    """Name each place where a rule holds, in any of its forms."""
    places = (where(place).replace("trendyol/", "") for rule in rules for place in rule.places)
    return list(dict.fromkeys(places))


def rule_profiles(rules: Iterable[Rule]) -> list[str]:
    """Name the profiles under which a rule can be met, in any of its forms."""
    return sorted({name for rule in rules for name in profiles_of(rule)})
