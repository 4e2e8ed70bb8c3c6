"""Results of judges: evaluations of a rule, findings where it was broken, the verdict of all."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from contract_tests.records.exchange_lines import request_line, with_dates, without_secrets
from contract_tests.records.history import Exchange
from contract_tests.records.masking import mask_secrets
from contract_tests.records.paths import system_of
from contract_tests.records.printable import printable
from contract_tests.records.rulebook import Rule

MAX_REQUESTS = 5
# What differs between violations of one cause: values in quotation marks or behind =, paths, and numbers.
VALUE = re.compile(r"""(?<=")[^"]*(?=")|(?<=')[^']*(?=')|(?<==)\S+|(?<!\S)/\S+""")
NUMBER = re.compile(r"\d+")
# Where `replay --serve` opens the world of a scenario, and how requests.sh names that place.
REPEAT_PORT, REPEAT_WORLD, BASE_VARIABLE = 8090, "scenario", "SCENARIO_BASE_URL"
REPEAT_BASE = f"http://127.0.0.1:{REPEAT_PORT}/w/{REPEAT_WORLD}"
# Of a shell line's address, before which a quote or a blank stands; a body may have addresses as well.
ORIGIN = re.compile(r"(?<=[' ])https?://[^/'\" ]+(?:/w/[^/'\" ]+)?(?=/)")
CURL_HEADERS = ("user-agent", "storefrontcode", "accept-language", "content-type")


class Evaluation(NamedTuple):
    """One time that a rule applied.

    Shapes: ``violation`` says how it was broken, None when it was kept; ``difference`` is the oracles' word
    for how a row differs from the truth: missing, stale, duplicate, ghost, wrong; ``cause`` tells violations
    of one difference apart, as by the field that is wrong.
    """

    exchanges: tuple[Exchange, ...]
    violation: str | None = None
    difference: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule broken in one way at one operation, or one kind of difference from the truth."""

    rule: Rule
    """The rule that was broken."""
    operation: str | None
    """The operationId of the first violation; None for an unknown path, or a rule about no request."""
    evidence: str
    """The first violation in words."""
    count: int
    """How many violations there were."""
    requests: tuple[str, ...]
    """The first few exchanges concerned, a line each."""
    repeat: str
    """A shell line that repeats the first of them."""
    scenario: str = ""
    """The scenario of the first violation, if any."""
    difference: str = ""
    """The oracles' word for the difference; empty for a rule about traffic."""
    cause: str = ""
    """What tells it from other ways to break the rule: the field, or the evidence without its values."""
    counts_by_scenario: Mapping[str, int] = field(default_factory=dict)
    """How many violations each scenario had, in the order they were played; empty for a recording."""

    @property
    def identity(self) -> tuple[str, str | None, str, str]:
        """What two findings of one cause have in common."""
        return self.rule.id, self.operation, self.difference, self.cause

    @property
    def seen(self) -> str:
        """The name of ``evidence`` in tests that version 0.1.0 saved."""
        return self.evidence

    @property
    def blocking(self) -> bool:
        """Whether it decides the verdict: the rule is a MUST."""
        return self.rule.level == "MUST"


@dataclass(frozen=True, slots=True)
class WaivedFinding:
    """A finding that the integration's owner accepts for a while. Shapes: ``expires`` an ISO date."""

    finding: Finding
    reason: str
    expires: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The findings, blocking ones first, and how often each rule applied; waived ones decide nothing."""

    findings: tuple[Finding, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    waived_findings: tuple[WaivedFinding, ...] = ()
    unjudgeable: Mapping[str, str] = field(default_factory=dict)
    """What the recording lacks for rules that could have applied, by their ids."""

    @property
    def clean(self) -> bool:
        """Whether no MUST was broken."""
        return not any(finding.blocking for finding in self.findings)

    @property
    def unexercised_ids(self) -> list[str]:
        """Ids of the rules that never applied."""
        return sorted({rule.id for rule in self.rules} - set(self.counts) - set(self.unjudgeable))

    @property
    def ids_by_gap(self) -> Mapping[str, tuple[str, ...]]:
        """The rules that could not be judged, by what the recording lacks for them."""
        gaps = sorted(set(self.unjudgeable.values()))
        return {gap: tuple(sorted(id for id, why in self.unjudgeable.items() if why == gap)) for gap in gaps}


def group_violations(rule: Rule, evaluations: Iterable[Evaluation]) -> Iterator[Finding]:
    """Group the violations of one rule by operation, difference and cause: one mistake is one finding."""
    groups: dict[tuple[str | None, str, str], list[Evaluation]] = {}
    for evaluation in evaluations:
        if evaluation.violation is not None:
            key = (_operation(evaluation), evaluation.difference, cause_of(evaluation))
            groups.setdefault(key, []).append(evaluation)
    for (operation, difference, cause), violations in groups.items():
        first = violations[0]
        exchanges = dict.fromkeys(exchange for one in violations for exchange in one.exchanges)
        yield Finding(
            rule=rule,
            operation=operation,
            evidence=printable(with_dates(first.violation or "")),
            count=len(violations),
            requests=tuple(request_line(exchange) for exchange in list(exchanges)[:MAX_REQUESTS]),
            repeat=curl(first.exchanges[0]) if first.exchanges else "",
            difference=difference,
            cause=cause,
        )


def cause_of(evaluation: Evaluation) -> str:
    """Name what tells a violation from others of its rule: traffic by its sentence without values.

    An oracle's sentence names rows, so that only the judge can tell its causes apart.
    """
    if evaluation.cause or evaluation.difference or not evaluation.exchanges:
        return evaluation.cause
    return NUMBER.sub("#", VALUE.sub("", evaluation.violation or ""))


def join_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Make one finding of those of one cause: the first of them, with the counts of all scenarios."""
    finding_by_identity: dict[tuple[str, str | None, str, str], Finding] = {}
    for one in findings:
        counts = dict(one.counts_by_scenario) or ({one.scenario: one.count} if one.scenario else {})
        if (first := finding_by_identity.get(one.identity)) is None:
            finding_by_identity[one.identity] = replace(one, counts_by_scenario=counts)
            continue
        for name, count in first.counts_by_scenario.items():
            counts[name] = counts.get(name, 0) + count
        order = dict.fromkeys([*first.counts_by_scenario, *counts])
        counts_in_order = {name: counts[name] for name in order}
        finding_by_identity[one.identity] = replace(
            first, count=first.count + one.count, counts_by_scenario=counts_in_order
        )
    return tuple(finding_by_identity.values())


def _operation(evaluation: Evaluation) -> str | None:
    return evaluation.exchanges[0].operation if evaluation.exchanges else None


def finding_row(finding: Finding) -> dict[str, Any]:
    """Write a finding as a JSON row; these keys are stable."""
    rule = finding.rule
    return {
        "rule": rule.id,
        "level": rule.level,
        "law": rule.sentence,
        "advice": rule.advice,
        "operation": finding.operation,
        "scenario": finding.scenario,
        "sort": finding.difference,
        "seen": finding.evidence,
        "count": finding.count,
        "scenarios": dict(finding.counts_by_scenario),
        "requests": list(finding.requests),
        "source": {"page": rule.source.page, "confidence": rule.source.confidence, "note": rule.source.note},
        "repeat": finding.repeat,
    }


def blocking_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Order findings for reading: of the blocking ones what the client did goes before what came of it."""

    def place(one: Finding) -> tuple[bool, bool, str, str]:
        return not one.blocking, bool(one.difference), one.rule.id, one.operation or ""

    return tuple(sorted(findings, key=place))


def curl(exchange: Exchange, base: str | None = None) -> str:
    """Write the shell line that repeats a request; the secrets stay in the environment.

    Shapes: ``base`` is where to send it, the address it was sent to unless given.
    """
    words = ["curl", "-sS"] + ([] if exchange.method == "GET" else ["-X", exchange.method])
    for name in CURL_HEADERS:
        if name in exchange.headers:
            words += ["-H", f"{name}: {mask_secrets(exchange.headers[name])}"]
    body = mask_secrets(exchange.request_body)
    words += ["--data-raw", body] if body else []
    secret = system_of(exchange.path).curl_authorization if "authorization" in exchange.headers else ""
    return f"{shlex.join(words)} {_quoted_address(exchange, base)}{secret}"


def _quoted_address(exchange: Exchange, base: str | None) -> str:
    if base is None:
        return shlex.quote(without_secrets(exchange.url, exchange))
    target = exchange.path + (f"?{exchange.raw_query}" if exchange.raw_query else "")
    path = shlex.quote(without_secrets(target, exchange))
    return f'"{base}"{path}' if base.startswith("$") else shlex.quote(base) + path


def at_repeat_base(line: str) -> str:
    """Send a shell line to where ``replay --serve`` opens the world: a check's address is gone by then.

    The address of the request is the last one: it comes after the body.
    """
    origins = list(ORIGIN.finditer(line))
    if not origins:
        return line
    return f"{line[: origins[-1].start()]}{REPEAT_BASE}{line[origins[-1].end() :]}"
