"""What a page needs to draw a failure: its story, and the client's copy beside the truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from contract_tests.engine.outcome import Outcome
from contract_tests.records.masking import mask_secrets
from contract_tests.records.recording import Sync
from contract_tests.records.scenario import Row
from contract_tests.records.story import Failure

KEYS = ("barcode", "shipmentPackageId", "claimItemId", "sku", "id", "paymentOrderId")
MOST_ROWS = 100


def picture_of(outcome: Outcome, failure: Failure) -> bytes:
    """Write the story of a failure for ``story.json``.

    Shapes: ``copies`` has for each kind that the client exports how many rows copy and truth have after the
    last run in which they differ, and the rows in which they do, at most 100 of them.
    """
    document = {
        "rules": list(failure.rules),
        "sentence": failure.sentence,
        "repeat": failure.repeat,
        "moments": [
            {
                "at_ms": moment.at_ms,
                "what": moment.what,
                "text": moment.text,
                "request": moment.request,
                "emphasis": moment.emphasis,
            }
            for moment in failure.timeline
        ],
        "copies": list(copies_of(outcome.recording.syncs)),
    }
    return mask_secrets(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()).encode()


def copies_of(syncs: Sequence[Sync]) -> Iterator[dict[str, Any]]:
    """Yield for each exported kind the copy beside the truth, after the last run in which they differ."""
    for kind in dict.fromkeys(name for sync in syncs for name in sync.exports):
        copies = [copy_after(sync, number, kind) for number, sync in enumerate(syncs, start=1)]
        comparable = [copy for copy in copies if copy is not None]
        if comparable:
            yield next((each for each in reversed(comparable) if each["differing_rows"]), comparable[-1])


def copy_after(sync: Sync, number: int, kind: str) -> dict[str, Any] | None:
    """Compare the copy of a kind with the truth after a run; None where their rows have no key of ours."""
    rows = sync.exports.get(kind, ())
    truth = list(sync.truths[kind].within) if kind in sync.truths else []
    key = next((name for name in KEYS for row in (*truth[:1], *rows[:1]) if name in row), None)
    if key is None:
        return None
    pairs = list(differences_between(rows, truth, key))
    return {
        "kind": kind,
        "sync": number,
        "key": key,
        "copy_rows": len(rows),
        "truth_rows": len(truth),
        "differing_rows": len(pairs),
        "rows": pairs[:MOST_ROWS],
    }


def differences_between(copy: Sequence[Row], truth: Sequence[Row], key: str) -> Iterator[dict[str, Any]]:
    """Yield each row that stands on one side alone, or says something else there."""
    copy_by_key, truth_by_key = rows_by(copy, key), rows_by(truth, key)
    for value in dict.fromkeys((*truth_by_key, *copy_by_key)):
        left, right = copy_by_key.get(value), truth_by_key.get(value)
        names = fields_that_differ(left, right)
        if left is None or right is None or names:
            yield {"key": value, "fields": names, "copy": left, "truth": right}


def rows_by(rows: Sequence[Row], key: str) -> dict[str, Row]:
    """Give rows by the text of their key."""
    return {str(row.get(key)): row for row in rows}


def fields_that_differ(left: Mapping[str, Any] | None, right: Mapping[str, Any] | None) -> list[str]:
    """Name the fields that both rows have and that do not say the same."""
    if left is None or right is None:
        return []
    return [name for name in left if name in right and not are_alike(left[name], right[name])]


def are_alike(left: Any, right: Any) -> bool:
    """Say whether two values mean the same, numbers written as text included."""
    try:
        return bool(left == right or float(left) == float(right))
    except (TypeError, ValueError):
        return str(left) == str(right)
