"""The oracle of claims: what became of the items that the shop wanted decided, and of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contract_tests.judge.oracles.copies import makes_no_claim
from contract_tests.records.findings import Evaluation
from contract_tests.records.recording import Recording, Sync
from contract_tests.records.rulebook import Rule
from contract_tests.records.scenario import Row

MAX_EXAMPLES = 3
APPROVE_ACTION, ISSUE_ACTION = "approve", "issue"
Rules = Iterable[Rule]


def wanted_decided(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """After a run that reports success no wanted item is left that waited for its seller all the time.

    Shapes: ``late_reason`` cannot be given while more than ``late_ms`` of the 48 hours are left.
    Not judged: items that did not wait before the run; in a run with faults an item of which the client
    claims nothing. A run that fails may not show an item as decided that still waits.
    """
    for sync in recording.syncs:
        if sync.run.exit is None:
            continue
        sentences = [sentence for want in sync.wants if (sentence := _describe_wait(want, sync, rule))]
        more = f" and {len(sentences) - MAX_EXAMPLES} more" if len(sentences) > MAX_EXAMPLES else ""
        text = f"exit {sync.run.exit} although {'; '.join(sentences[:MAX_EXAMPLES])}{more}"
        yield Evaluation((), text if sentences else None, "missing" if sync.run.exit == 0 else "wrong")


def _describe_wait(want: Row, sync: Sync, rule: Rule) -> str:
    """Say that a wanted item still waits for its seller; empty where nobody is to blame."""
    truth, waiting = sync.truths[rule.facts["kind"]], rule.facts["waiting"]
    before, after = (_row_of(want, rows) for rows in (truth.before, truth.after))
    if before is None or after is None or not before["status"] == after["status"] == waiting:
        return ""
    if want["reasonId"] == rule.facts["late_reason"]:
        since_ms = after["waitingSince"] or 0
        if sync.ended_ms < since_ms + rule.facts["late_ms"]:
            return ""
    shown_rows = [row for row in sync.exports.get(rule.facts["kind"], ()) if _is_about(row, want)]
    claims_nothing = any(makes_no_claim(row) for row in shown_rows)
    if sync.run.exit != 0 and not any(_says_decided(row, waiting) for row in shown_rows):
        return ""
    if claims_nothing and not (sync.quiet and sync.run.exit == 0):
        return ""
    return f"item {want['claimItemId']} still waits for its seller, wanted was {want['action']}"


def _says_decided(row: Row, waiting: str) -> bool:
    """Tell whether a row of an export says that an item was decided."""
    has_state = row.get("state") is not None and not makes_no_claim(row)
    return has_state or row.get("status") not in (None, waiting)


def only_wanted_decided(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """Each decision that was made in the seller's name is one that the shop wanted, with its reason."""
    for sync in recording.syncs:
        truth = sync.truths[rule.facts["kind"]]
        wants = {str(want["claimItemId"]): want for want in sync.wants}
        steps_before = {str(row["claimItemId"]): len(row["sellerSteps"]) for row in truth.before}
        for row in truth.after:
            key = str(row["claimItemId"])
            if len(row["sellerSteps"]) > steps_before.get(key, 0):
                yield Evaluation((), _describe_decision(key, row, wants.get(key)), "ghost")


def _describe_decision(key: str, row: Row, want: Row | None) -> str | None:
    action = APPROVE_ACTION if row["issueReason"] is None else ISSUE_ACTION
    if want is None:
        return f"item {key} was decided ({action}), which nobody wanted"
    if want["action"] != action:
        return f"item {key} was decided ({action}), wanted was {want['action']}"
    if action == ISSUE_ACTION and str(row["issueReason"]) != str(want["reasonId"]):
        return f"item {key} was given the reason {row['issueReason']}, wanted was {want['reasonId']}"
    return None


def _row_of(want: Row, rows: Iterable[Row]) -> Row | None:
    return next((row for row in rows if _is_about(row, want)), None)


def _is_about(row: Row, want: Row) -> bool:
    return str(row.get("claimItemId")) == str(want["claimItemId"])
