"""The oracle of onboarding: how the shop wants its products, and where each of them stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from contract_tests.judge.oracles.copies import makes_no_claim
from contract_tests.records.findings import Evaluation
from contract_tests.records.history import values_at
from contract_tests.records.recording import Recording, Sync
from contract_tests.records.rulebook import Rule
from contract_tests.records.scenario import Row

MAX_EXAMPLES = 3
TO_BE_LISTED, TO_BE_ARCHIVED, TO_BE_DELETED = "listed", "archived", "deleted"
Difference = tuple[str, str]
Rows = Mapping[str, Row]
# The states of the world that a word of the client claims; a word that stands nowhere here is one of them.
CLAIMS: Mapping[str, frozenset[str | None]] = {
    "created": frozenset({"pending", "rejected", "approved", "archived", "locked", "blacklisted"}),
    "approved": frozenset({"approved", "locked", "blacklisted"}),
    "deleted": frozenset({None}),
}
# Where a product may stand that is wanted so; one that is locked or blacklisted is so by the marketplace.
GOAL_STATES: Mapping[str, frozenset[str | None]] = {
    TO_BE_LISTED: frozenset({"pending", "approved", "locked", "blacklisted"}),
    TO_BE_ARCHIVED: frozenset({"archived", "blacklisted", None}),
    TO_BE_DELETED: frozenset({None}),
}
# What nobody may do to a product unless it is wanted so.
FITTING_GOALS: Mapping[str, frozenset[str]] = {
    "create": frozenset({TO_BE_LISTED, TO_BE_ARCHIVED, TO_BE_DELETED}),
    "archive": frozenset({TO_BE_ARCHIVED, TO_BE_DELETED}),
    "delete": frozenset({TO_BE_DELETED}),
}


def wanted_onboarded(recording: Recording, rule: Rule, _rules: Iterable[Rule] = ()) -> Iterator[Evaluation]:
    """Every product stands as it is wanted, or is shown as one that does not.

    missing: exit 0 although a product neither stands as it is wanted, nor is on its way there, nor is shown
    as one that is not. wrong: shown in a state or with a content it does not have, or created otherwise than
    wanted. ghost: created, put away or deleted although nobody wanted it. Not judged: a client that never
    writes.
    """
    if not any(recording.count_requests(operation) for operation in rule.facts["by"]):
        return
    first = recording.syncs[0].truths[rule.facts["kind"]].before
    barcodes_before = {str(row["barcode"]) for row in first if row["state"] is not None}
    for number, sync in enumerate(recording.syncs):
        wants = [want for earlier in recording.syncs[: number + 1] for want in earlier.wants]
        by_difference: dict[str, list[str]] = {}
        late_barcodes = {
            *_new_in_the_archive(recording, number, rule),
            *_undated_barcodes(recording, sync, rule),
        }
        for difference, sentence in _differences(sync, wants, barcodes_before, late_barcodes, rule):
            by_difference.setdefault(difference, []).append(sentence)
        for difference, sentences in by_difference.items():
            more = f" and {len(sentences) - MAX_EXAMPLES} more" if len(sentences) > MAX_EXAMPLES else ""
            yield Evaluation((), "; ".join(sentences[:MAX_EXAMPLES]) + more, difference)
        if not by_difference:
            yield Evaluation((), None)


def _differences(
    sync: Sync, wants: Sequence[Row], barcodes_before: set[str], late_barcodes: set[str], rule: Rule
) -> Iterator[Difference]:
    truth = sync.truths[rule.facts["kind"]]
    before, after = by_barcode(truth.before), by_barcode(truth.after)
    shown_rows = by_barcode(sync.exports.get(rule.facts["export"], ()))
    if sync.run.exit == 0:
        for want in sync.wants:
            if want["wanted"] != TO_BE_DELETED or stored_barcode(want["barcode"]) not in late_barcodes:
                yield from _missing(want, sync, (before, after), shown_rows, rule)
    yield from _wrong_claims(before, after, shown_rows)
    wants_by_barcode: dict[str, list[Row]] = {}
    for want in wants:
        wants_by_barcode.setdefault(stored_barcode(want["barcode"]), []).append(want)
    for barcode, row in after.items():
        rows = wants_by_barcode.get(barcode, [])
        yield from _ghosts(barcode, row, rows)
        if barcode not in barcodes_before and row["state"] is not None:
            yield from _wrong_fields(barcode, row, rows, rule)


def by_barcode(rows: Iterable[Row]) -> Rows:
    """Put rows under their barcodes, as they are stored."""
    return {stored_barcode(row.get("barcode")): row for row in rows}


def stored_barcode(barcode: Any) -> str:
    """Take the blanks out of a barcode, as the service does."""
    return "".join(str(barcode).split())


def _missing(
    want: Row, sync: Sync, truths: tuple[Rows, Rows], shown_rows: Rows, rule: Rule
) -> Iterator[Difference]:
    barcode, goal = stored_barcode(want["barcode"]), want["wanted"]
    before, after = (rows.get(barcode, {}) for rows in truths)
    shown_row = shown_rows.get(barcode, {})
    state = after.get("state")
    # What others changed meanwhile is held against nobody.
    if _is_excused(shown_row, state, sync) or (
        state != before.get("state") and not _was_written(before, after)
    ):
        return
    if state not in GOAL_STATES[goal] and not _is_on_its_way(goal, after, sync, rule):
        yield "missing", f"exit 0 although {barcode} is {state or 'not there'}, wanted was {goal}"
    elif goal == TO_BE_LISTED and state is not None and want["title"] not in after["titles"]:
        yield "missing", f"exit 0 although {barcode} has another title than {want['title']}"


def _is_excused(shown_row: Row, state: str | None, sync: Sync) -> bool:
    """Tell whether a client says that a product is not as it is wanted.

    A run that nothing disturbed has sent what it shows as waiting: ``pending`` says so of a product that is
    not there only where it failed before.
    """
    shown_state = shown_row.get("state")
    if shown_state in ("failed", "rejected"):
        return shown_state == "failed" or state == "rejected"
    return makes_no_claim(shown_row) and not sync.quiet


def _was_written(before: Row, after: Row) -> bool:
    return len(after.get("writes", ())) > len(before.get("writes", ()))


def _new_in_the_archive(recording: Recording, number: int, rule: Rule) -> Iterator[str]:
    """Yield what came into the archive since the run before, as by a late batch.

    A client that counts the day from when it first sees the product there is right.
    """
    sync = recording.syncs[number]
    last_end_ms = recording.syncs[number - 1].ended_ms if number else sync.started_ms
    for barcode, row in by_barcode(sync.truths[rule.facts["kind"]].after).items():
        archived_ms = row.get("archivedDate")
        if archived_ms is not None and int(archived_ms) > last_end_ms:
            yield barcode


def _undated_barcodes(recording: Recording, sync: Sync, rule: Rule) -> Iterator[str]:
    """Yield what the run was shown in the archive without a date: its client can only count from now."""
    for exchange in recording.exchanges_of(sync):
        steps = rule.facts["variants"].get(exchange.operation)
        if steps and exchange.is_success:
            for variant in values_at(exchange.body.json, steps):
                if variant.get("archived") and not variant.get("archivedDate"):
                    yield stored_barcode(variant.get("barcode"))


def _is_on_its_way(goal: str, row: Row, sync: Sync, rule: Rule) -> bool:
    """Tell whether a batch with the product waits, or a day has to go by first, or people look at it."""
    if any(write["state"] == "waiting" for write in row.get("writes", ())):
        return True
    if goal == TO_BE_DELETED and row.get("archivedDate") is not None:
        return int(row["archivedDate"]) + int(rule.facts["day_ms"]) >= sync.started_ms
    return goal == TO_BE_ARCHIVED and row.get("state") == "pending"


def _wrong_claims(before: Rows, after: Rows, shown_rows: Rows) -> Iterator[Difference]:
    """What is shown was right at the beginning of the run, or is at its end."""
    for barcode, shown_row in shown_rows.items():
        rows = [rows.get(barcode, {}) for rows in (before, after)]
        shown_state = shown_row.get("state")
        states = [row.get("state") for row in rows]
        # One that is archived and blacklisted is both in its list, where the world names the graver state.
        is_archived = any(row.get("archivedDate") is not None for row in rows)
        possible_states = {*states, "archived"} if is_archived else {*states}
        claims = CLAIMS.get(str(shown_state), frozenset({shown_state}))
        if shown_state is not None and not makes_no_claim(shown_row) and not claims & possible_states:
            yield "wrong", f"{barcode} is shown as {shown_state}, it is {states[-1] or 'not there'}"
        number = shown_row.get("contentId")
        numbers = [row.get("contentId") for row in rows]
        if number is not None and states[-1] is not None and str(number) not in map(str, numbers):
            yield "wrong", f"{barcode} is shown with the content {number}, it is in {numbers[-1]}"


def _wrong_fields(barcode: str, row: Row, wants: Sequence[Row], rule: Rule) -> Iterator[Difference]:
    """A product that the client created has what was wanted of it."""
    if not wants:
        return
    want = wants[-1]
    for name in rule.facts["fields"]:
        if name in want and not _is_same(row[name], want[name]):
            yield "wrong", f"{barcode} was created with {name} {row[name]}, wanted was {want[name]}"
    for name, value in want.get("attributes", {}).items():
        if str(row["attributes"].get(name)).casefold() != str(value).casefold():
            yield "wrong", f"{barcode} was created with {name} {row['attributes'].get(name)}, not {value}"


def _is_same(value: Any, other: Any) -> bool:
    try:
        return Decimal(str(value)) == Decimal(str(other))
    except ArithmeticError:
        return bool(value == other)


def _ghosts(barcode: str, row: Row, wants: Sequence[Row]) -> Iterator[Difference]:
    wanted_states = {str(want["wanted"]) for want in wants}
    for write in row["writes"]:
        kind = write["kind"]
        if write["state"] == "done" and kind in FITTING_GOALS and not FITTING_GOALS[kind] & wanted_states:
            verb = {"create": "created", "archive": "put away"}.get(kind, "deleted")
            yield "ghost", f"{barcode} was {verb}, which nobody wanted"
