"""Sections as a check gives them: broken with all that a report can show, and clean."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from contract_tests.judge.verdict import judge_traffic
from contract_tests.records.findings import Finding, WaivedFinding
from contract_tests.records.rulebook import Rule
from contract_tests.records.scenario import Moment, Scenario, Step
from contract_tests.records.story import Failure
from contract_tests.reports.verdicts import Section, section_of_traffic
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.kit.support.recording import APPROVED, NOON_MS, SELLER, asked, recorded

LOST, DROPPED, AGENT, DELAY = "TY-CAT-901", "TY-PLT-008", "TY-PLT-002", "TY-PLT-007"
# Named one by one, so that the samples stay as they are when the law grows.
MET = (LOST, *(f"TY-PLT-{number:03d}" for number in range(1, 17)), "TY-PLT-901")
NEVER_MET = tuple(f"TY-CAT-{number:03d}" for number in range(1, 13))
SCENARIO = Scenario(
    name="told to wait in the middle",
    profile="catalog-pull",
    edition="int",
    storefront="RO",
    seed=7,
    now_ms=NOON_MS,
    world={"name": "small", "contents": 41},
    events=(
        {"operation": "filterApprovedProducts", "at": 2, "status": 429, "retry_after": 1, "times": 2},
        {"operation": "*", "at": 4, "delay_ms": 1500, "sync": 2},
    ),
    plan=(Step(), Step(pause_ms=60_000, quiet=True)),
)
SAID = "exit 0 although 20 of 41 products were never sent to it: 5941200447026, 5941200447033, 5941200447040"


def lint_output(query: str = "size=101", printed: str = "") -> Section:
    """One request, as `lint` shows it."""
    history = recorded(asked(APPROVED, query))
    found = section_of_traffic("traffic.har", history, judge_traffic(history, installed_rulebook()))
    return replace(found, client_output=printed)


def rule_named(rule_id: str) -> Rule:
    """The first form of a rule."""
    return next(rule for rule in installed_rulebook().rules if rule.id == rule_id)


def timeline() -> tuple[Moment, ...]:
    """What happened in the smallest scenario; a long quiet read at its end."""
    asked = "filterApprovedProducts size=20 page="
    told = (
        (0, "sync", "sync 1 begins", None, False),
        (180, "request", f"{asked}0 -> 200, 20 rows of 41", 1, False),
        (640, "event", "answered with 429 in its place, Retry-After 1", 2, False),
        (640, "request", f"{asked}1 -> 429", 2, True),
        (905, "event", "answered with 429 in its place, Retry-After 1", 3, False),
        (905, "request", f"{asked}2 -> 429", 3, True),
        (950, "sync", "sync 1 ends with exit 0", None, False),
        (61_000, "sync", "sync 2 begins, no fault planned", None, False),
        *((61_100 + 260 * n, "request", f"{asked}{n} -> 200", 4 + n, False) for n in range(12)),
        (65_000, "sync", "sync 2 ends with exit 0", None, False),
        (65_000, "verdict", f"{LOST}: {SAID}", None, True),
    )
    return tuple(Moment(NOON_MS + at, what, text, request, grave) for at, what, text, request, grave in told)


def failure() -> Failure:
    """The smallest scenario in which a refused page is lost."""
    return Failure(
        scenario=SCENARIO,
        rules=(LOST, DROPPED),
        sentence=SAID,
        timeline=timeline(),
        folder=Path("trendyol-findings/catalog-pull-1"),
        repeat="trendyol-emulator replay trendyol-findings/catalog-pull-1/scenario.json -- python my_shop.py",
    )


def finding(
    rule_id: str, operation: str | None = None, *, seen: str, count: int = 1, sort: str = ""
) -> Finding:
    """One finding, with the request that repeats it where it is about an operation."""
    stock = "/inventory-and-price" if operation == "filterInventoryAndPrice" else ""
    target = f"/integration/product/sellers/{SELLER}/products/approved{stock}?size=20&page=1"
    url = f"http://127.0.0.1:8080{target}"
    line = f"curl -sS -H 'user-agent: shop' '{url}' -u \"$TRENDYOL_API_KEY:$TRENDYOL_API_SECRET\""
    return Finding(
        rule=rule_named(rule_id),
        operation=operation,
        evidence=seen,
        count=count,
        requests=(f"#2 GET {target} -> 429",) if operation else (),
        repeat=line if operation else "",
        scenario=SCENARIO.name,
        difference=sort,
    )


def broken() -> Section:
    """A profile with a lost page, advice, a waiver and a failure."""
    found = (
        finding(LOST, seen=f"{SAID}; heals with the next run", sort="missing"),
        finding(
            DROPPED,
            "filterApprovedProducts",
            seen="refused with 429 and never read again, while other requests went on",
            count=2,
        ),
        finding(
            DROPPED,
            "filterInventoryAndPrice",
            seen="refused with 429 and never read again, while other requests went on",
        ),
        finding(AGENT, "filterApprovedProducts", seen="User-Agent 'shop' does not name the seller", count=16),
    )
    accepted = finding(DELAY, "filterApprovedProducts", seen="told to wait 1 s, repeated 3 times meanwhile")
    verdict = replace(
        lint_output().verdict,
        findings=found,
        counts={rule_id: 16 + at for at, rule_id in enumerate(MET)},
        rules=tuple(map(rule_named, (*MET, *NEVER_MET))),
        waived_findings=(
            WaivedFinding(accepted, "the vendor's SDK repeats by itself, see SHOP-112", "2027-01-31"),
        ),
    )
    lines = (
        "quiet: exit 0 after 0.9 s; 3 requests",
        "told to wait in the middle: exit 0 after 0.9 s, then exit 0 after 3.4 s; 15 requests",
        "200 generated scenarios, 1 failed; shrunk in 38 runs",
    )
    return Section(
        title="catalog-pull (int, RO, seller 2748)",
        lines=lines,
        verdict=verdict,
        client_output="WARN page 1 refused, skipping\nWARN page 2 refused, skipping\n20 contents written",
        failures=(failure(),),
    )


def clean_one() -> Section:
    """A profile without a finding."""
    rules = tuple(map(rule_named, ("TY-FIN-001", "TY-FIN-002", "TY-FIN-003")))
    verdict = replace(lint_output("size=100").verdict, findings=(), counts={rules[0].id: 9}, rules=rules)
    return Section("finance (int, RO, seller 2748)", ("quiet: exit 0 after 2.1 s; 40 requests",), verdict)
