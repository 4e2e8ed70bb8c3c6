"""The oracles of levels L2 and L3: what the client did and holds, against what the world then holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from contract_tests.findings import Occasion
from contract_tests.history import Exchange
from contract_tests.law import Rule
from contract_tests.rules.purchases import parsed
from contract_tests.scenarios import Recording, Sync

Row = Mapping[str, Any]

NAMED = 3
# What a client that cannot know says of a row, or of one it has given up: honest, whatever the world holds.
NOT_CLAIMED = frozenset({"unclear", "failed", "pending", "refused", "reserved-without-number"})


def wanted_once(recording: Recording, rule: Rule) -> Iterator[Occasion]:
    """Each wanted ``key`` led to exactly one ``request``, for as much as was ``asked``.

    More than one is wrong after any run; none only after a run that reports success.
    """
    for sync in recording.syncs:
        found = sync.effects[rule.facts["kind"]]
        wrong = [told for want in recording.wants if (told := _not_once(want, found, sync, rule))]
        yield Occasion((), "; ".join(wrong[:NAMED]) if wrong else None)


def _not_once(want: Row, found: Sequence[Row], sync: Sync, rule: Rule) -> str | None:
    facts = rule.facts
    name = want[facts["key"]]
    mine = [row for row in found if row[facts["key"]] == name]
    requests = {row[facts["request"]] for row in mine}
    if len(requests) > 1:
        return f"{name} was reserved {len(requests)} times"
    if not mine:
        return f"exit 0 although {name} was never asked for" if sync.run.exit == 0 else None
    asked = sum(int(row[facts["asked"]]) for row in mine)
    wrong = f"{name} was wanted {want['quantity']} times and asked for {asked} times"
    return None if asked == want["quantity"] else wrong


def wanted_reached(recording: Recording, rule: Rule) -> Iterator[Occasion]:
    """After a run that reports success every wanted ``key`` that exists has the wanted ``field``.

    Not judged: a client that never uses one of the operations it can be set ``by``.
    """
    key, field = rule.facts["key"], rule.facts["field"]
    if not any(recording.asked(operation) for operation in rule.facts["by"]):
        return
    for sync in recording.syncs:
        there = {row[key]: row[field] for row in sync.effects[rule.facts["kind"]]}
        wrong = [
            f"{one[key]} has {there[one[key]]}, wanted was {one[field]}"
            for one in recording.wants
            if one[key] in there and there[one[key]] != one[field]
        ]
        if sync.run.exit == 0:
            more = f" and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
            told = f"exit 0 although {', '.join(wrong[:NAMED])}{more}"
            yield Occasion((), told if wrong else None)


def held_as_true(recording: Recording, rule: Rule) -> Iterator[Occasion]:
    """After a run that reports success the client shows each row of the ``kind`` as the world has it.

    Not judged: a client that shows nothing of this export, ``fields`` it leaves out, rows it calls unclear.
    """
    for sync in recording.syncs:
        held = _by_keys(sync.exports[rule.facts["export"]], rule)
        if sync.run.exit == 0 and held:
            true = _by_keys(sync.effects[rule.facts["kind"]], rule)
            told = (_held_wrong(key, held.get(key), row, rule) for key, row in true.items())
            wrong = [one for one in told if one]
            yield Occasion((), "; ".join(wrong[:NAMED]) if wrong else None)


def _by_keys(rows: Iterable[Row], rule: Rule) -> dict[tuple[str, ...], Row]:
    return {tuple(str(row.get(name)) for name in rule.facts["keys"]): row for row in rows}


def _held_wrong(key: tuple[str, ...], held: Row | None, true: Row, rule: Rule) -> str | None:
    name = " ".join(key)
    if held is None:
        return f"{name} is not shown, though the world has it"
    if held.get("state") in NOT_CLAIMED:
        return None
    fields = [field for field in rule.facts["fields"] if field in held and held[field] != true[field]]
    return next((f"{name} is shown with {one} {held[one]}, true is {true[one]}" for one in fields), None)


def failed_rows_read(recording: Recording, rule: Rule) -> Iterator[Occasion]:
    """A row that a 2xx named among its ``errors`` is sent again or told: by exit 1, or in the ``export``."""
    for sync in recording.syncs:
        if sync.run.exit == 0:
            shown = sync.exports[rule.facts["export"]]
            told = {str(row.get(rule.facts["key"])) for row in shown if row.get("state") in NOT_CLAIMED}
            batches = [one for one in recording.during(sync) if rule.covers(one.place, one.operation)]
            for at, batch in enumerate(batches):
                again = {name for later in batches[at + 1 :] for name in sent_rows(later, rule)}
                lost = [row for row in failed_rows(batch, rule) if not row & (again | told)]
                named = ", ".join(min(row, default="one without a name") for row in lost[:NAMED])
                seen = f"exit 0 although {named} stood in errors[] and was not sent again"
                yield Occasion((batch,), seen if lost else None)


def failed_rows(batch: Exchange, rule: Rule) -> list[frozenset[str]]:
    """List the rows of a batch that its answer said were not done, each by all its names."""
    body = batch.body.json if batch.answered else None
    errors = body.get("errors") if isinstance(body, dict) else None
    found = [one for one in errors or () if isinstance(one, dict)]
    return [frozenset(str(one[name]) for name in rule.facts["names"] if one.get(name)) for one in found]


def sent_rows(batch: Exchange, rule: Rule) -> set[str]:
    """Name the rows of a batch."""
    body = parsed(batch.request_body)
    items = body.get("items") if isinstance(body, dict) else None
    found = [one for one in items or () if isinstance(one, dict)]
    return {str(one[name]) for one in found for name in rule.facts["names"] if one.get(name)}


ORACLES: Mapping[str, Callable[[Recording, Rule], Iterator[Occasion]]] = {
    "wanted_once": wanted_once,
    "wanted_reached": wanted_reached,
    "held_as_true": held_as_true,
    "failed_rows_read": failed_rows_read,
}
