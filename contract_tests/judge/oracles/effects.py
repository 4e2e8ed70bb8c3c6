"""The oracles of level L2 and L3: what the client holds and did, against what the world held meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.judge.oracles.copies import unclaimed
from contract_tests.judge.rules.purchases import parsed
from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange
from contract_tests.records.recording import Recording, Sync
from contract_tests.records.rulebook import Rule
from contract_tests.records.scenario import Row

Rules = Iterable[Rule]

NAMED = 3
TOLD_CHARS = 160
TOO_MANY = 429


def sync_ends_clean(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """Every run ends in time; one that had no trouble ends with 0."""
    for sync in recording.syncs:
        if sync.run.exit is None:
            yield Evaluation((), f"a run did not end in {sync.run.seconds:.0f} s", "endless")
        elif sync.quiet and not recording.scenario.may_fail:
            told = f"ended with exit {sync.run.exit}: {last_line(sync.run.output)}{_met(recording, sync)}"
            wrong = f"a run without any trouble {told}"
            yield Evaluation((), wrong if sync.run.exit else None, "failed")


def _met(recording: Recording, sync: Sync) -> str:
    refused = sum(one.status == TOO_MANY for one in recording.exchanges_of(sync))
    return f" (asking faster than allowed, it was refused {refused} times with {TOO_MANY})" if refused else ""


def last_line(output: str) -> str:
    """Give the beginning of the last line a client printed."""
    lines = output.strip().splitlines()
    return lines[-1][:TOLD_CHARS] if lines else "it printed nothing"


def wanted_once(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """Each wanted ``key`` led to exactly one ``request``, for as much as was ``asked``.

    More than one is wrong after any run; none only after a run that reports success and does not show the
    want as one of which it claims nothing. What is no longer wanted (quantity 0) is judged by what is left.
    """
    for sync in recording.syncs:
        found = sync.truths[rule.facts["kind"]].after
        wrong = [told for want in sync.wants if (told := _not_once(want, found, sync, rule))]
        sort = "duplicate" if any("times" in one for one in wrong) else "missing"
        yield Evaluation((), "; ".join(wrong[:NAMED]) if wrong else None, sort)


def _not_once(want: Row, found: Sequence[Row], sync: Sync, rule: Rule) -> str | None:
    facts = rule.facts
    name = want[facts["key"]]
    mine = [row for row in found if row[facts["key"]] == name]
    requests = {row[facts["request"]] for row in mine}
    if len(requests) > 1:
        return f"{name} was reserved {len(requests)} times"
    if not want["quantity"]:
        return None
    if not mine:
        shown = sync.exports.get(facts["export"], ())
        told = any(row.get(facts["key"]) == name and unclaimed(row) for row in shown)
        return None if told or sync.run.exit else f"exit 0 although {name} was never asked for"
    asked = sum(int(row[facts["asked"]]) for row in mine)
    wrong = f"{name} was wanted {want['quantity']} times and asked for {asked} times"
    return None if asked == want["quantity"] else wrong


def wanted_reached(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """After a run that reports success every wanted ``key`` that exists has the wanted ``field``.

    Not judged: a client that never uses one of the operations it can be set ``by``, and what others changed
    while it ran.
    """
    key, field = rule.facts["key"], rule.facts["field"]
    if not any(recording.count_requests(operation) for operation in rule.facts["by"]):
        return
    moved = any(one.get("move") for one in recording.scenario.events)
    for sync in recording.syncs:
        there = {row[key]: row[field] for row in sync.truths[rule.facts["kind"]].after}
        wrong = [
            f"{one[key]} has {there[one[key]]}, wanted was {one[field]}"
            for one in sync.wants
            if one[key] in there and there[one[key]] != one[field]
        ]
        if sync.run.exit == 0 and (sync.quiet or not moved):
            more = f" and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
            told = f"exit 0 although {', '.join(wrong[:NAMED])}{more}"
            yield Evaluation((), told if wrong else None, "wrong")


def given_up_returned(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """After a run that reports success nothing is left (in ``field``) of what is wanted with quantity 0.

    Not judged: a client that never uses one of the operations it can be given back ``by``.
    """
    key, field = rule.facts["key"], rule.facts["field"]
    if not any(recording.count_requests(operation) for operation in rule.facts["by"]):
        return
    for sync in recording.syncs:
        given_up = {want[key] for want in sync.wants if not want["quantity"]}
        left = [row for row in sync.truths[rule.facts["kind"]].after if row[key] in given_up and row[field]]
        told = ", ".join(f"{row[key]} still has {row[field]} reserved" for row in left[:NAMED])
        if sync.run.exit == 0 and given_up:
            yield Evaluation((), f"exit 0 although {told}" if left else None, "ghost")


def failed_rows_read(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """A row that a 2xx named among its ``errors`` is sent again or told: by exit 1, or in the ``export``."""
    for sync in recording.syncs:
        if sync.run.exit == 0:
            shown = sync.exports.get(rule.facts["export"], ())
            told = {str(row.get(rule.facts["key"])) for row in shown if unclaimed(row)}
            batches = [one for one in recording.exchanges_of(sync) if rule.covers(one.scope, one.operation)]
            for at, batch in enumerate(batches):
                again = {name for later in batches[at + 1 :] for name in sent_rows(later, rule)}
                lost = [row for row in failed_rows(batch, rule) if not row & (again | told)]
                named = ", ".join(min(row, default="one without a name") for row in lost[:NAMED])
                seen = f"exit 0 although {named} stood in errors[] and was not sent again"
                yield Evaluation((batch,), seen if lost else None)


def failed_rows(batch: Exchange, rule: Rule) -> list[frozenset[str]]:
    """List the rows of a batch that its answer said were not done, each by all its names."""
    body = batch.body.json if batch.is_success else None
    errors = body.get("errors") if isinstance(body, dict) else None
    found = [one for one in errors or () if isinstance(one, dict)]
    return [frozenset(str(one[name]) for name in rule.facts["names"] if one.get(name)) for one in found]


def sent_rows(batch: Exchange, rule: Rule) -> set[str]:
    """Name the rows of a batch."""
    body = parsed(batch.request_body)
    items = body.get("items") if isinstance(body, dict) else None
    found = [one for one in items or () if isinstance(one, dict)]
    return {str(one[name]) for one in found for name in rule.facts["names"] if one.get(name)}
