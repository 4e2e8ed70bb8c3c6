"""The oracle of stock and price: which values a shop wanted, and what each push has really set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from contract_tests.judge.oracles.copies import makes_no_claim
from contract_tests.judge.rules.pushes import (
    batch_id_of,
    code_of,
    failed_barcodes,
    is_unfinished,
    items_of,
    result_items,
)
from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.recording import Recording, Sync
from contract_tests.records.rulebook import Rule
from contract_tests.records.scenario import Row

MAX_EXAMPLES = 3
FIELDS = ("quantity", "salePrice", "listPrice")
DONE_STATE, PUSHED_STATE = "done", "pushed"
Difference = tuple[str, str]


def wanted_pushed(recording: Recording, rule: Rule, _rules: Iterable[Rule] = ()) -> Iterator[Evaluation]:
    """Every wanted change took effect exactly once, and is shown as it is.

    missing: exit 0 although a value was neither set nor shown as one that is not. wrong: shown as pushed, and
    it was not. duplicate: set again over what customers had bought since. ghost: set to what nobody wanted.
    Not judged: a client that never pushes.
    """
    if not recording.count_requests(rule.facts["by"]):
        return
    for number, sync in enumerate(recording.syncs):
        ledger = {str(row["barcode"]): row for row in sync.truths[rule.facts["kind"]].after}
        wants = [want for earlier in recording.syncs[: number + 1] for want in earlier.wants]
        by_difference: dict[str, list[str]] = {}
        for difference, sentence in _differences(recording, sync, ledger, wants, rule):
            by_difference.setdefault(difference, []).append(sentence)
        for difference, sentences in by_difference.items():
            more = f" and {len(sentences) - MAX_EXAMPLES} more" if len(sentences) > MAX_EXAMPLES else ""
            yield Evaluation((), "; ".join(sentences[:MAX_EXAMPLES]) + more, difference)
        if not by_difference:
            yield Evaluation((), None)


def _differences(
    recording: Recording, sync: Sync, ledger: Mapping[str, Row], wants: Sequence[Row], rule: Rule
) -> Iterator[Difference]:
    shown_rows = {str(row.get("barcode")): row for row in sync.exports.get(rule.facts["export"], ())}
    if sync.run.exit == 0:
        yield from _missing(sync, ledger, shown_rows)
    yield from _wrong(ledger, shown_rows)
    exchanges = recording.history_until(sync).exchanges
    answered_ids = {batch_id_of(one) for one in exchanges}
    known_ids = {_batch_id_in(one) for one in exchanges if result_items(one) and not is_unfinished(one)}
    for barcode, row in ledger.items():
        yield from _oversales(barcode, row, answered_ids, known_ids)
        yield from _ghosts(barcode, row, [want for want in wants if str(want["barcode"]) == barcode])


def _missing(sync: Sync, ledger: Mapping[str, Row], shown_rows: Mapping[str, Row]) -> Iterator[Difference]:
    for want in sync.wants:
        barcode = str(want["barcode"])
        if makes_no_claim(shown_rows.get(barcode, {})):
            continue
        row = ledger.get(barcode)
        if row is None:
            yield "missing", f"exit 0 although there is no product {barcode}"
            continue
        for name in FIELDS:
            if name in want and not _has(row, name, want[name]):
                value = _last_value(row, name)
                yield "missing", f"exit 0 although {barcode} has {name} {value}, wanted was {want[name]}"


def _wrong(ledger: Mapping[str, Row], shown_rows: Mapping[str, Row]) -> Iterator[Difference]:
    for barcode, shown_row in shown_rows.items():
        if shown_row.get("state") != PUSHED_STATE:
            continue
        row = ledger.get(barcode)
        if row is None:
            yield "wrong", f"{barcode} is shown as pushed, and there is no such product"
            continue
        for name in FIELDS:
            if shown_row.get(name) is not None and not _has(row, name, shown_row[name]):
                yield "wrong", f"{barcode} is shown as pushed with {name} {shown_row[name]}, it was not set"


def _oversales(barcode: str, row: Row, answered_ids: set[str], known_ids: set[str]) -> Iterator[Difference]:
    """A stock that is pushed again, as it was pushed before, undoes what was sold in between.

    Not judged: a push whose result was never seen, and after which the stock reads as it did before it.
    """
    pushes = [each for each in row["pushes"] if each["state"] == DONE_STATE and each["quantity"] is not None]
    for earlier, later in pairwise(pushes):
        is_same = earlier["quantity"] == later["quantity"]
        if earlier["batch"] not in known_ids and earlier["quantityBefore"] == later["quantityBefore"]:
            continue
        if is_same and earlier["batch"] in answered_ids and later["quantityBefore"] < later["quantity"]:
            sold_count = later["quantity"] - later["quantityBefore"]
            yield "duplicate", f"{barcode} was set to {later['quantity']} again, {sold_count} sold before it"


def _ghosts(barcode: str, row: Row, wants: Sequence[Row]) -> Iterator[Difference]:
    for push in row["pushes"]:
        if push["state"] != DONE_STATE:
            continue
        for name in FIELDS:
            value = push[name]
            wanted_values = {_number(want[name]) for want in wants if name in want}
            known_values = wanted_values | {_number(push[f"{name}Before"])}
            if value is not None and _number(value) not in known_values:
                yield "ghost", f"{barcode} was given {name} {value}, which nobody wanted"


def _has(row: Row, name: str, value: Any) -> bool:
    """Tell whether a product has a value, or was given it last: what customers buy since is right."""
    return _number(value) in (_number(row[name]), _number(_last_value(row, name)))


def _last_value(row: Row, name: str) -> Any:
    """What a product was given last: of batches that overtook each other, by the later one to be done."""
    pushes = [push for push in row["pushes"] if push["state"] == DONE_STATE and push[name] is not None]
    return max(pushes, key=lambda push: int(push["doneDate"]))[name] if pushes else row[name]


def _number(value: Any) -> Any:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return value


def failed_items_read(recording: Recording, rule: Rule, _rules: Iterable[Rule] = ()) -> Iterator[Evaluation]:
    """An item that a result says has failed is sent again or told: by exit 1, or in an export.

    Shapes: results of other writes than ``writes`` are not looked at; the kind of truth ``ledger`` says which
    products are there all the same, since the write that failed had been done before.
    """
    for sync in recording.syncs:
        if sync.run.exit != 0:
            continue
        told_codes = _unclaimed_codes(sync) | _present_codes(sync, rule)
        other_ids = _batch_ids_of_others(recording.history_until(sync), rule)
        exchanges = list(recording.exchanges_of(sync))
        for at, result in enumerate(exchanges):
            is_meant = result.operation == rule.facts["by"] and _batch_id_in(result) not in other_ids
            if not is_meant or not failed_barcodes(result):
                continue
            again = {
                code_of(item)
                for later in exchanges[at + 1 :]
                if later.operation in rule.facts["writes"]
                for item in items_of(later)
            }
            lost_codes = sorted(failed_barcodes(result) - again - told_codes)
            sentence = f"exit 0 although {', '.join(lost_codes[:MAX_EXAMPLES])} had failed"
            yield Evaluation((result,), sentence if lost_codes else None)


def _unclaimed_codes(sync: Sync) -> set[str]:
    """List the barcodes and contents of which the client claims nothing in any of its exports."""
    rows = [row for export in sync.exports.values() for row in export if makes_no_claim(row)]
    return {str(row.get(name)) for row in rows for name in ("barcode", "contentId")}


def _present_codes(sync: Sync, rule: Rule) -> set[str]:
    """List the products that a write has created, be it one whose answer was lost."""
    truth = sync.truths.get(rule.facts["ledger"])
    return {
        str(row["barcode"])
        for row in (truth.after if truth else ())
        if any((write["kind"], write["state"]) == ("create", DONE_STATE) for write in row["writes"])
    }


def _batch_ids_of_others(history: History, rule: Rule) -> set[str]:
    """List the batches of writes that the rule does not speak of."""
    meant = {*rule.facts["writes"], rule.facts["by"]}
    return {batch_id_of(one) for one in history.exchanges if one.operation not in meant}


def _batch_id_in(result: Exchange) -> str:
    return result.segments.get("batchRequestId", "")
