"""The report to hand on: one HTML file that needs nothing else, on paper or on a phone."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from types import ModuleType
from typing import Any

from contract_tests.records import story
from contract_tests.records.findings import Verdict
from contract_tests.records.printable import printable
from contract_tests.records.rulebook import Rule
from contract_tests.records.scenario import Scenario, scenario_json
from contract_tests.reports import groups, sources
from contract_tests.reports.evidence import say_evidence, say_output, say_timeline
from contract_tests.reports.language import current_language, say
from contract_tests.reports.verdicts import HEADLINES, MANY_LINES, Section, state_of

TEMPLATE_MODULES: tuple[ModuleType, ...] = (groups, sources, story)


def html_report(sections: Iterable[Section]) -> bytes:
    """Write every section as one page."""
    every = list(sections)
    state = state_of(every)
    page = _template().render(
        sections=every,
        state=state,
        headline=HEADLINES[state],
        sentence=groups.sentence(every),
        language=current_language(),
    )
    return printable(str(page)).encode()


@cache
def _template() -> Any:
    # Who writes no page does not wait for it.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    world = Environment(
        loader=PackageLoader("contract_tests", "reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    world.globals |= {one.__name__.rpartition(".")[2]: one for one in TEMPLATE_MODULES}
    world.globals |= {"rules_by_id": rules_by_id, "plain": plain, "many": MANY_LINES, "say": say}
    world.globals |= {"say_evidence": say_evidence, "say_timeline": say_timeline, "say_output": say_output}
    return world.get_template("report.html")


def rules_by_id(verdict: Verdict) -> dict[str, Rule]:
    """Give the rules of a verdict by id, in order; the first form of one that has several."""
    rules: dict[str, Rule] = {}
    for rule in verdict.rules:
        rules.setdefault(rule.id, rule)
    return dict(sorted(rules.items()))


def plain(scenario: Scenario) -> str:
    """Write a scenario as people read JSON."""
    return scenario_json(scenario).decode()
