"""What a rule needs of a recording, and what the recording lacks of it: then nobody can judge the rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.rulebook import Rule

# What each judge reads beside method, path and status; one that is missing needs no more than those.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "user_agent_present": ("header user-agent",),
    "user_agent_form": ("header user-agent",),
    "own_seller": ("header user-agent", "seller"),
    "header_present": ("headers",),
    "basic_authorization": ("header authorization",),
    "bearer_authorization": ("header authorization",),
    "boolean_spelling": ("query",),
    "at_most": ("query",),
    "at_least": ("query",),
    "one_of": ("query",),
    "given": ("query",),
    "given_any": ("query",),
    "items_at_most": ("query",),
    "every_value_asked": ("query",),
    "epoch_ms": ("query",),
    "iso_instant": ("query",),
    "window_within": ("query",),
    "window_order": ("query",),
    "windows_contiguous": ("query",),
    "requests_within": ("time",),
    "address_open": ("time",),
    "address_closing": ("time",),
    "backs_off_after": ("time",),
    "repeats_at_most": ("time",),
    "asked_together": ("time", "query"),
    "refused_read_repeated": ("query", "body"),
    "page_window_within": ("query",),
    "starts_at_page_zero": ("query",),
    "reads_every_page": ("query", "body"),
    "reads_until_short_page": ("query", "body"),
    "token_beyond_window": ("query", "body"),
    "token_with_same_filter": ("query", "body"),
    "token_reused": ("body", "time"),
    "token_renewed": ("header authorization", "time"),
    "quota_respected": ("answer headers", "time"),
    "not_repeated_after_loss": ("body",),
    "short_not_asked_again": ("body",),
    "cancels_within_reserved": ("body",),
    "flag_read": ("body",),
    "number_given": ("body",),
    "not_written_when": ("body",),
    "listed_package": ("body",),
    "lines_whole": ("body",),
    "changes_apart": ("time",),
    "body_items_at_most": ("body",),
    "body_not_repeated": ("body", "time"),
    "items_changed": ("body",),
    "item_fields_together": ("body",),
    "item_values_within": ("body",),
    "item_order": ("body",),
    "items_distinct": ("body",),
    "item_changes_within": ("body", "time"),
    "results_read": ("body", "time"),
    "asked_apart": ("body", "time"),
    "not_asked_when_expired": ("body", "time"),
    "item_text": ("body",),
    "item_entries": ("body",),
    "item_one_of": ("body",),
    "leaf_categories": ("body",),
    "required_attributes_sent": ("body",),
    "lost_items_read_back": ("body",),
    "deleted_when_archived": ("body", "time"),
    "rejected_mended": ("body",),
}
# Of answers that are no success nobody reads rows or tokens.
OF_SUCCESS = frozenset({"body"})
SENTENCES: Mapping[str, str] = {
    "body": "the bodies of {} answer{} are not in the recording",
    "headers": "the headers of {} request{} are not in the recording",
    "answer headers": "the headers of {} answer{} are not in the recording",
    "time": "the times of {} request{} are not in the recording",
    "seller": "the seller in the path of {} request{} is a redactor's mark",
}
VALUE_SENTENCE = "the {2} value {3} of {0} request{1} is a redactor's mark"


def split_judgeable(
    rule: Rule, evaluations: Iterable[Evaluation], history: History
) -> tuple[list[Evaluation], str]:
    """Take out the evaluations that rest on what a recording lacks, and say what that is.

    Shapes: the sentence is empty when the rule was judged, or had no occasion.
    """
    gaps_by_number = _gaps_by_number(rule, history)
    every = list(evaluations)
    if not gaps_by_number:
        return every, ""
    # A list with a hole in it may have been read to its end; what was seen of it may be right.
    lacks_bodies = any("body" in gaps for gaps in gaps_by_number.values())
    good = [
        one
        for one in every
        if not (lacks_bodies and one.violation is not None)
        and not any(exchange.number in gaps_by_number for exchange in one.exchanges)
    ]
    has_verdict = any(one.violation for one in good) or (good and len(good) == len(every))
    return good, "" if has_verdict else describe_gaps(gaps_by_number.values())


def _gaps_by_number(rule: Rule, history: History) -> dict[int, list[str]]:
    """List what is missing for a rule; exchanges that lack the same are looked at once."""
    gaps_by_number: dict[int, list[str]] = {}
    for exchanges in history.with_gaps(rule):
        gaps = gaps_of(exchanges[0], rule)
        if gaps:
            gaps_by_number |= dict.fromkeys((one.number for one in exchanges), gaps)
    return gaps_by_number


def gaps_of(exchange: Exchange, rule: Rule) -> list[str]:
    """List what a recording lacks of an exchange for the judge of a rule."""
    return list(dict.fromkeys(_gaps(exchange, rule))) if exchange.gaps else []


def _gaps(exchange: Exchange, rule: Rule) -> Iterator[str]:
    for need in needs_of(rule):
        if need == "query":
            yield from (gap for gap in exchange.gaps if _is_parameter(gap, rule.facts))
        elif need.startswith("header ") and "headers" in exchange.gaps:
            yield "headers"
        elif need in exchange.gaps and (need not in OF_SUCCESS or exchange.is_success):
            yield need


def needs_of(rule: Rule) -> tuple[str, ...]:
    """Name what the judge of a rule reads; a header that is a parameter of the rule among it."""
    header = rule.facts.get("header")
    return (*NEEDS.get(rule.judge, ()), *([f"header {header.lower()}"] if header else []))


def _is_parameter(gap: str, facts: Mapping[str, Any]) -> bool:
    kind, _, name = gap.partition(" ")
    values = (one for value in facts.values() for one in (value if isinstance(value, list) else [value]))
    return kind == "query" and name in map(str, values)


def describe_gaps(gaps: Iterable[Iterable[str]]) -> str:
    """Say what a recording lacks, the most frequent thing first."""
    counts = Counter(gap for one in gaps for gap in one)
    return "; ".join(_describe(gap, count) for gap, count in counts.most_common())


def gap_name(gap: str) -> str:
    """Name a thing that a recording lacks as its sentence does."""
    return SENTENCES[gap].partition(" of ")[0]


def _describe(gap: str, count: int) -> str:
    kind, _, name = gap.partition(" ")
    return SENTENCES.get(gap, VALUE_SENTENCE).format(count, "" if count == 1 else "s", kind, name)
