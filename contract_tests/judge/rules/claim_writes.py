"""Decisions about claim items: of which, when, with which reason, with what beside it.

What a client knew of an item is what the list of claims had shown it by then.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from contract_tests.judge.rules.purchases import parse_json
from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.rulebook import Rule

APPROVE, ISSUE, LIST = "approveClaimLineItems", "createClaimIssue", "getClaims"
PAGES_KEPT = 256
# Answers that say nothing of the items: the request did not get to them.
TURNED_AWAY = frozenset({0, 401, 403, 429, 503})
_PART = re.compile(
    r'name="([^"]*)"(;[^\r\n]*filename[^\r\n]*)?[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n(.*?)\r?\n--', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class ListedItem:
    """A claim item as a list showed it.

    Units: ``until_ms`` is the end of its 48 hours, epoch milliseconds; None where the list does not say it.
    """

    claim_id: str
    status: str
    until_ms: int | None


Items = Mapping[str, ListedItem]


def claim_items_waiting(history: History, rule: Rule) -> Iterator[Evaluation]:
    """An item is decided only where the client last read it with none of ``statuses``."""
    for exchange, items in _decisions(history, rule):
        known_items = [(each, items[each].status) for each in item_ids(exchange) if each in items]
        wrong = [(each, status) for each, status in known_items if status in rule.facts["statuses"]]
        sentence = (
            f"item {wrong[0][0]} was {wrong[0][1]} when {exchange.operation} was sent" if wrong else None
        )
        if known_items:
            yield Evaluation((exchange,), sentence)


def claim_items_named(history: History, rule: Rule) -> Iterator[Evaluation]:
    """What is decided is a claim item of the claim in the path, not a claim."""
    for exchange, items in _decisions(history, rule):
        claim_ids = {item.claim_id for item in items.values()}
        for each in item_ids(exchange):
            if each in claim_ids and each not in items:
                yield Evaluation((exchange,), f"{each} is a claim, none of its items")
            elif each in items:
                is_wrong = items[each].claim_id != exchange.segments.get("claimId")
                sentence = f"item {each} belongs to claim {items[each].claim_id}, not to that of the path"
                yield Evaluation((exchange,), sentence if is_wrong else None)


def issue_with_file(history: History, rule: Rule) -> Iterator[Evaluation]:
    """An issue has a file, unless its reason is one of ``without``."""
    for exchange in history.operations_of(rule):
        reason, (_, file_count) = issue_value(exchange, "claimIssueReasonId"), form_of(exchange)
        if reason.isdigit():
            is_wrong = not file_count and int(reason) not in rule.facts["without"]
            yield Evaluation((exchange,), f"reason {reason} was sent without a file" if is_wrong else None)


def issue_reason_listed(history: History, rule: Rule) -> Iterator[Evaluation]:
    """The reason of an issue is one of the ``list`` that the client has read, else one of ``values``.

    A reason that the client's own reading lacks is a violation only where the issue was refused for it.
    """
    listed_reasons: frozenset[int] | None = None
    for exchange in history.all_around(rule):
        if exchange.operation == rule.facts["list"] and exchange.is_success:
            listed_reasons = _reasons(exchange)
        if history.covers(rule, exchange) and (reason := issue_value(exchange, "claimIssueReasonId")):
            is_known = reason.isdigit() and int(reason) in rule.facts["values"]
            is_gone = listed_reasons is not None and is_known and int(reason) not in listed_reasons
            is_wrong = not is_known or (is_gone and exchange.status in rule.facts["statuses"])
            sentence = f"{reason} is no reason that {rule.facts['list']} has"
            yield Evaluation((exchange,), sentence if is_wrong else None)


def issue_described(history: History, rule: Rule) -> Iterator[Evaluation]:
    """The description of an issue has at most ``maximum`` characters."""
    for exchange in history.operations_of(rule):
        size = len(issue_value(exchange, "description"))
        if size:
            is_wrong = size > rule.facts["maximum"]
            yield Evaluation((exchange,), f"the description has {size} characters" if is_wrong else None)


def issue_late_enough(history: History, rule: Rule) -> Iterator[Evaluation]:
    """An issue for ``reason`` comes when at most ``left_ms`` of the time to decide are left."""
    for exchange, items in _decisions(history, rule):
        if issue_value(exchange, "claimIssueReasonId") != str(rule.facts["reason"]):
            continue
        ends = [items[each].until_ms for each in item_ids(exchange) if each in items]
        left = [end - exchange.at_ms for end in ends if end is not None]
        if left:
            is_wrong = max(left) > rule.facts["left_ms"]
            hours = max(left) / 3_600_000
            yield Evaluation((exchange,), f"{hours:.0f} of 48 hours were left" if is_wrong else None)


def _decisions(history: History, rule: Rule) -> Iterator[tuple[Exchange, Items]]:
    """Go through the decisions that a rule speaks of, each with what the client knew before it."""
    if next(iter(history.operations_of(rule)), None) is None:
        return
    items: dict[str, ListedItem] = {}
    for exchange in history.exchanges:
        if history.covers(rule, exchange):
            yield exchange, items
        if exchange.operation == LIST:
            items |= listed_items(exchange)


@lru_cache(maxsize=PAGES_KEPT)
def listed_items(exchange: Exchange) -> Items:
    """Read the claim items of a list."""
    body = exchange.body.json if exchange.is_success else None
    content = body.get("content") if isinstance(body, dict) else None
    rows = [row for row in (content if isinstance(content, list) else ()) if isinstance(row, dict)]
    return {
        str(item.get("id")): _item_of(row, item)
        for row in rows
        for line in row.get("items") or ()
        for item in line.get("claimItems") or ()
    }


def _item_of(row: Mapping[str, Any], item: Mapping[str, Any]) -> ListedItem:
    status, until_ms = item.get("claimItemStatus"), item.get("autoApproveDate")
    return ListedItem(
        claim_id=str(row.get("claimId") or row.get("id")),
        status=str(status.get("name")) if isinstance(status, dict) else "",
        until_ms=until_ms if isinstance(until_ms, int) else None,
    )


def _reasons(exchange: Exchange) -> frozenset[int]:
    rows = exchange.body.json
    return (
        frozenset(row["id"] for row in rows if isinstance(row, dict))
        if isinstance(rows, list)
        else frozenset()
    )


def item_ids(exchange: Exchange) -> tuple[str, ...]:
    """Give the ids that a decision names."""
    if exchange.operation == ISSUE:
        text = issue_value(exchange, "claimItemIdList")
        return tuple(part.strip() for part in text.split(",") if part.strip())
    value = parse_json(exchange.request_body)
    ids = value.get("claimLineItemIdList") if isinstance(value, dict) else None
    return tuple(str(each) for each in ids) if isinstance(ids, list) else ()


def issue_value(exchange: Exchange, name: str) -> str:
    """Give a value of an issue, from its query or its form; empty where it is in neither."""
    return exchange.query_value(name) or form_of(exchange)[0].get(name, "")


@lru_cache(maxsize=PAGES_KEPT)
def form_of(exchange: Exchange) -> tuple[Mapping[str, str], int]:
    """Read the form of a request: its fields, and how many files it has."""
    text = exchange.request_body
    if "form-data" not in text[:2000]:
        try:
            text = base64.b64decode(text, validate=True).decode("latin-1")
        except (binascii.Error, ValueError):
            return {}, 0
    parts = _PART.findall(text)
    return {name: value for name, file, value in parts if not file}, sum(bool(file) for _, file, _ in parts)
