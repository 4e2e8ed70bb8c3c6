"""Puts every rule of the rulebook to the judge it names and gathers the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from contract_tests.judge.gaps import split_judgeable
from contract_tests.judge.oracles import (
    claims,
    copies,
    delivery,
    effects,
    fulfilment,
    onboarding,
    pushes,
    questions,
    webhooks,
)
from contract_tests.judge.rules import (
    claim_writes,
    identity,
    pace,
    package_writes,
    paging,
    product_writes,
    purchases,
    refusals,
    spelling,
    tokens,
    values,
    windows,
)
from contract_tests.judge.rules import pushes as push_rules
from contract_tests.judge.rules import questions as question_rules
from contract_tests.records.findings import (
    Evaluation,
    Finding,
    Verdict,
    blocking_first,
    finding_row,
    group_violations,
    join_findings,
)
from contract_tests.records.history import History
from contract_tests.records.journal import history_of_journal
from contract_tests.records.rulebook import Rule, Rulebook
from contract_tests.stages.rulebook import installed_rulebook

LEVELS: Mapping[str, str] = {
    "L0": "its traffic",
    "L1": "and what it was sent, run by run",
    "L2": "and what it exports",
    "L3": "and what it did",
}


@dataclass(frozen=True, slots=True)
class Judge:
    """A function that evaluates one rule.

    Shapes: in the scope ``run`` it is ``function(history, rule)`` over the traffic of one run, in the scope
    ``runs`` the same over that of all runs together, for what a client did in one run binds it in the next;
    in the scope ``world`` it is ``function(recording, rule, rules)`` and compares with the world's truth.
    ``level`` is the first of LEVELS at which it is used.
    """

    function: Callable[..., Iterable[Evaluation]]
    scope: Literal["run", "runs", "world"] = "run"
    level: str = "L0"


# Every judge that a rule of the specs may name.
JUDGES: Mapping[str, Judge] = {
    "user_agent_present": Judge(identity.user_agent_present),
    "user_agent_form": Judge(identity.user_agent_form),
    "own_seller": Judge(identity.own_seller),
    "header_present": Judge(identity.header_present),
    "basic_authorization": Judge(identity.basic_authorization),
    "secret_not_in_url": Judge(identity.secret_not_in_url),
    "query_encoded": Judge(spelling.query_encoded),
    "boolean_spelling": Judge(spelling.boolean_spelling),
    "names_documented": Judge(spelling.names_documented),
    "path_current": Judge(spelling.path_current),
    "path_documented": Judge(spelling.path_documented),
    "address_open": Judge(spelling.address_open),
    "address_closing": Judge(spelling.address_closing),
    "path_complete": Judge(spelling.path_complete),
    "at_most": Judge(values.at_most),
    "at_least": Judge(values.at_least),
    "one_of": Judge(values.one_of),
    "given": Judge(values.given),
    "given_any": Judge(values.given_any),
    "items_at_most": Judge(values.items_at_most),
    "every_value_asked": Judge(values.every_value_asked),
    "asked_beside": Judge(values.asked_beside, "runs"),
    "epoch_ms": Judge(values.epoch_ms),
    "iso_instant": Judge(values.iso_instant),
    "window_within": Judge(windows.window_within),
    "window_order": Judge(windows.window_order),
    "windows_contiguous": Judge(windows.windows_contiguous),
    "requests_within": Judge(pace.requests_within),
    "backs_off_after": Judge(pace.backs_off_after),
    "repeats_at_most": Judge(pace.repeats_at_most),
    "refused_read_repeated": Judge(refusals.refused_read_repeated),
    "page_window_within": Judge(paging.page_window_within),
    "starts_at_page_zero": Judge(paging.starts_at_page_zero),
    "reads_every_page": Judge(paging.reads_every_page),
    "reads_until_short_page": Judge(paging.reads_until_short_page),
    "token_beyond_window": Judge(paging.token_beyond_window),
    "token_with_same_filter": Judge(paging.token_with_same_filter),
    "narrowed_beyond_window": Judge(paging.narrowed_beyond_window),
    "cursor_followed": Judge(paging.cursor_followed),
    "asked_together": Judge(pace.asked_together),
    "bearer_authorization": Judge(tokens.bearer_authorization),
    "token_reused": Judge(tokens.token_reused),
    "token_renewed": Judge(tokens.token_renewed),
    "quota_respected": Judge(tokens.quota_respected),
    "not_repeated_after_loss": Judge(purchases.not_repeated_after_loss, "runs"),
    "short_not_asked_again": Judge(purchases.short_not_asked_again, "runs"),
    "cancels_within_reserved": Judge(purchases.cancels_within_reserved, "runs"),
    "flag_read": Judge(purchases.flag_read, "runs"),
    "number_given": Judge(purchases.number_given, "runs"),
    "not_written_when": Judge(package_writes.not_written_when, "runs"),
    "listed_package": Judge(package_writes.listed_package, "runs"),
    "lines_whole": Judge(package_writes.lines_whole, "runs"),
    "not_repeated_unread": Judge(package_writes.not_repeated_unread, "runs"),
    "changes_apart": Judge(package_writes.changes_apart, "runs"),
    "body_one_of": Judge(package_writes.body_one_of),
    "body_text": Judge(package_writes.body_text),
    "body_items_one_of": Judge(package_writes.body_items_one_of),
    "answered_when_waiting": Judge(question_rules.answered_when_waiting, "runs"),
    "answered_once": Judge(question_rules.answered_once, "runs"),
    "rejected_text_changed": Judge(question_rules.rejected_text_changed, "runs"),
    "listed_question": Judge(question_rules.listed_question, "runs"),
    "claim_items_waiting": Judge(claim_writes.claim_items_waiting, "runs"),
    "claim_items_named": Judge(claim_writes.claim_items_named, "runs"),
    "issue_with_file": Judge(claim_writes.issue_with_file),
    "issue_reason_listed": Judge(claim_writes.issue_reason_listed, "runs"),
    "issue_described": Judge(claim_writes.issue_described),
    "issue_late_enough": Judge(claim_writes.issue_late_enough, "runs"),
    "body_items_at_most": Judge(push_rules.body_items_at_most),
    "body_not_repeated": Judge(push_rules.body_not_repeated, "runs"),
    "items_changed": Judge(push_rules.items_changed, "runs"),
    "item_fields_together": Judge(push_rules.item_fields_together),
    "item_values_within": Judge(push_rules.item_values_within),
    "item_order": Judge(push_rules.item_order),
    "items_distinct": Judge(push_rules.items_distinct),
    "item_changes_within": Judge(push_rules.item_changes_within, "runs"),
    "results_read": Judge(push_rules.results_read, "runs"),
    "asked_apart": Judge(push_rules.asked_apart, "runs"),
    "not_asked_when_expired": Judge(push_rules.not_asked_when_expired, "runs"),
    "item_text": Judge(product_writes.item_text),
    "item_entries": Judge(product_writes.item_entries),
    "item_one_of": Judge(product_writes.item_one_of),
    "leaf_categories": Judge(product_writes.leaf_categories, "runs"),
    "required_attributes_sent": Judge(product_writes.required_attributes_sent, "runs"),
    "lost_items_read_back": Judge(product_writes.lost_items_read_back, "runs"),
    "deleted_when_archived": Judge(product_writes.deleted_when_archived, "runs"),
    "rejected_mended": Judge(product_writes.rejected_mended, "runs"),
    "everything_delivered": Judge(delivery.everything_delivered, "world", "L1"),
    "sync_ends_clean": Judge(effects.sync_ends_clean, "world", "L1"),
    "held_as_true": Judge(copies.held_as_true, "world", "L2"),
    "wanted_once": Judge(effects.wanted_once, "world", "L3"),
    "wanted_reached": Judge(effects.wanted_reached, "world", "L3"),
    "wanted_done": Judge(fulfilment.wanted_done, "world", "L3"),
    "only_wanted_done": Judge(fulfilment.only_wanted_done, "world", "L3"),
    "wanted_answered": Judge(questions.wanted_answered, "world", "L3"),
    "only_wanted_answered": Judge(questions.only_wanted_answered, "world", "L3"),
    "wanted_decided": Judge(claims.wanted_decided, "world", "L3"),
    "only_wanted_decided": Judge(claims.only_wanted_decided, "world", "L3"),
    "given_up_returned": Judge(effects.given_up_returned, "world", "L3"),
    "failed_rows_read": Judge(effects.failed_rows_read, "world", "L3"),
    "wanted_pushed": Judge(pushes.wanted_pushed, "world", "L3"),
    "wanted_onboarded": Judge(onboarding.wanted_onboarded, "world", "L3"),
    "failed_items_read": Judge(pushes.failed_items_read, "world", "L3"),
    "webhook_secrets_apart": Judge(webhooks.webhook_secrets_apart, "world", "L1"),
    "subscribed_once": Judge(webhooks.subscribed_once, "world", "L1"),
    "webhook_active": Judge(webhooks.webhook_active, "world", "L1"),
    "calls_taken": Judge(webhooks.calls_taken, "world", "L1"),
    "calls_in_time": Judge(webhooks.calls_in_time, "world", "L1"),
    "false_calls_refused": Judge(webhooks.false_calls_refused, "world", "L1"),
    "unknown_statuses_taken": Judge(webhooks.unknown_statuses_taken, "world", "L1"),
    "never_taken_back": Judge(webhooks.never_taken_back, "world", "L2"),
    "acted_once": Judge(webhooks.acted_once, "world", "L3"),
}


class UnknownJudge(Exception):
    """A rule names a judge that this kit does not have; the message is one sentence for people."""


def findings_of(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Judge an emulator's journal by the rulebook of this installation and give the findings as JSON rows.

    Shapes: ``rows`` as in ``history_of_journal``, read one by one, so that few are in memory at once.
    Errors: UnknownJudge.
    """
    rulebook = installed_rulebook()
    verdict = judge_traffic(history_of_journal(rows, rulebook), rulebook)
    return [finding_row(finding) for finding in verdict.findings]


def judge_of(rule: Rule) -> Judge:
    """Find the judge of a rule.

    Errors: UnknownJudge.
    """
    if rule.judge not in JUDGES:
        raise UnknownJudge(f"the kit has no judge {rule.judge!r}; it is older than the specs it reads")
    return JUDGES[rule.judge]


def needs_world(rule: Rule) -> bool:
    """Tell whether a rule compares with the world: ``check`` uses it, ``lint`` never does."""
    return rule.judge in JUDGES and JUDGES[rule.judge].scope == "world"


def up_to(rulebook: Rulebook, level: str) -> Rulebook:
    """Keep the rules that are judged at a level, L0 to L3; one without a known judge is kept."""
    return replace(rulebook, rules=tuple(rule for rule in rulebook.rules if _level_of(rule) <= level))


def _level_of(rule: Rule) -> str:
    return JUDGES[rule.judge].level if rule.judge in JUDGES else "L0"


def judge_traffic(history: History, rulebook: Rulebook) -> Verdict:
    """Judge a history by every rule that needs nothing but the history.

    Errors: UnknownJudge.
    """
    plain = (rule for rule in rulebook.rules if not needs_world(rule))
    return judge_rules(plain, lambda rule: judge_of(rule).function(history, rule), history)


def judge_rules(
    rules: Iterable[Rule], evaluations_of: Callable[[Rule], Iterable[Evaluation]], history: History
) -> Verdict:
    """Evaluate each rule and gather findings and coverage; what the recording lacks is not judged."""
    every = tuple(rules)
    findings: list[Finding] = []
    counts: dict[str, int] = {}
    gaps: dict[str, str] = {}
    for rule in every:
        evaluations, gap = split_judgeable(rule, evaluations_of(rule), history)
        gaps |= {rule.id: gap} if gap else {}
        if evaluations:
            counts[rule.id] = counts.get(rule.id, 0) + len(evaluations)
            findings += group_violations(rule, evaluations)
    unjudgeable = {rule_id: gap for rule_id, gap in gaps.items() if rule_id not in counts}
    return Verdict(blocking_first(findings), counts, every, unjudgeable=unjudgeable)


def join_verdicts(verdicts: Iterable[Verdict]) -> Verdict:
    """Make one verdict of several: findings of one cause in two of them are one, with the counts of both."""
    findings: list[Finding] = []
    counts: dict[str, int] = {}
    gaps: dict[str, str] = {}
    rules: list[Rule] = []
    for one in verdicts:
        findings += one.findings
        for rule_id, count in one.counts.items():
            counts[rule_id] = counts.get(rule_id, 0) + count
        rules += [rule for rule in one.rules if rule not in rules]
        gaps |= one.unjudgeable
    unjudgeable = {rule_id: gap for rule_id, gap in gaps.items() if rule_id not in counts}
    return Verdict(blocking_first(join_findings(findings)), counts, tuple(rules), unjudgeable=unjudgeable)
