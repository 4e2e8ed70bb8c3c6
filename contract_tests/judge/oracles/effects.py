"""The oracles of level L2 and L3: what the client holds and did, against what the world held meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from contract_tests.judge.oracles.copies import makes_no_claim
from contract_tests.judge.rules.purchases import parse_json, request_number
from contract_tests.records.counts import count_of
from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.recording import Recording, Sync
from contract_tests.records.rulebook import Rule
from contract_tests.records.scenario import Row

Rules = Iterable[Rule]

MAX_EXAMPLES = 3
EXCERPT_CHARS = 160
TOO_MANY = 429


def sync_ends_clean(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """Every run ends in time; one without planned faults ends with 0; what is exported can be read.

    Not judged: a run that fails and is continued by the next one of the plan, or followed by one that ends
    with 0: what the vendor has not done yet may be said by exit 1.
    """
    scenario = recording.scenario
    last_success = max((at for at, sync in enumerate(recording.syncs) if sync.run.exit == 0), default=0)
    continuing_places = {at for at, step in enumerate(scenario.plan) if step.continues}
    honest_places = continuing_places | set(range(1, last_success + 1))
    for number, sync in enumerate(recording.syncs, start=1):
        for fault in sync.export_faults:
            yield Evaluation((), f"export is no NDJSON: {fault}", "unreadable")
        if sync.run.exit is None:
            yield Evaluation((), f"a run did not end in {sync.run.seconds:.0f} s", "endless")
        elif sync.quiet and not scenario.may_fail and not (sync.run.exit and number in honest_places):
            ending = (
                f"ended with exit {sync.run.exit}: {last_line(sync.run.output)}{refusals_in(recording, sync)}"
            )
            sentence = f"a run without any trouble {ending}"
            yield Evaluation((), sentence if sync.run.exit else None, "failed")


def refusals_in(recording: Recording, sync: Sync) -> str:
    """Say how often the client was refused for its pace in a run; nothing where it never was."""
    refusal_count = sum(one.status == TOO_MANY for one in recording.exchanges_of(sync))
    return (
        f" (asking faster than allowed, it was refused {count_of(refusal_count, 'time')} with {TOO_MANY})"
        if refusal_count
        else ""
    )


def last_line(output: str) -> str:
    """Give the beginning of the last line a client printed."""
    lines = output.strip().splitlines()
    return lines[-1][:EXCERPT_CHARS] if lines else "it printed nothing"


def wanted_once(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """Each wanted line (``keys``) led to exactly one ``request``, for as much as was ``asked``.

    Wants of one ``key`` are the lines of one purchase. More than one request is wrong after any run; none, or
    one that was given back, only after a run that reports success and does not show the line as one of which
    it claims nothing. What is no longer wanted (quantity 0) is judged by what is left.
    """
    for sync in recording.syncs:
        rows = sync.truths[rule.facts["kind"]].after
        by_difference: dict[str, list[str]] = {}
        for difference, sentence in _not_once(sync, rows, rule):
            by_difference.setdefault(difference, []).append(sentence)
        for difference, sentences in by_difference.items():
            yield Evaluation((), "; ".join(sentences[:MAX_EXAMPLES]), difference)
        if not by_difference:
            yield Evaluation((), None)


def _not_once(sync: Sync, rows: Sequence[Row], rule: Rule) -> Iterator[tuple[str, str]]:
    key = rule.facts["key"]
    for want in sync.wants:
        purchase_rows = [row for row in rows if row[key] == want[key]]
        name = line_name(want, sync.wants, rule)
        if problem := _line_problem(want, purchase_rows, sync, rule):
            yield problem[0], problem[1].format(name)
    names = {want[key] for want in sync.wants}
    for row in rows:
        if row[key] in names and not any(is_same_line(row, want, rule) for want in sync.wants):
            yield "ghost", f"{' '.join(str(row[one]) for one in rule.facts['keys'])} was never wanted"


def _line_problem(want: Row, purchase_rows: Sequence[Row], sync: Sync, rule: Rule) -> tuple[str, str] | None:
    facts, is_success = rule.facts, sync.run.exit == 0
    rows = [row for row in purchase_rows if is_same_line(row, want, rule)]
    requests = {row[facts["request"]] for row in rows}
    if len(requests) > 1:
        return "duplicate", f"{{}} was reserved {len(requests)} times"
    if not want["quantity"]:
        return None
    if not rows:
        exported_rows = sync.exports.get(facts["export"], ())
        is_unclear = any(is_same_line(row, want, rule) and makes_no_claim(row) for row in exported_rows)
        return None if is_unclear or not is_success else ("missing", "exit 0 although {} was never asked for")
    quantity = sum(int(row[facts["asked"]]) for row in rows)
    if quantity != want["quantity"]:
        wanted_times, requested_times = (count_of(one, "time") for one in (want["quantity"], quantity))
        return "duplicate", f"{{}} was wanted {wanted_times} and asked for {requested_times}"
    cancelled_count = sum(int(row.get(facts["cancelled"]) or 0) for row in rows)
    if cancelled_count and is_success and not any(is_short(row, rule) for row in purchase_rows):
        return "missing", f"exit 0 although {{}} is still wanted, and {cancelled_count} of it were given back"
    return None


def is_short(row: Row, rule: Rule) -> bool:
    """Tell whether a line came with fewer pieces than were asked for; giving the rest back is the shop's."""
    facts = rule.facts
    return int(row[facts["reserved"]]) + int(row.get(facts["cancelled"]) or 0) < int(row[facts["asked"]])


def is_same_line(row: Row, want: Row, rule: Rule) -> bool:
    """Tell whether a row is about a wanted line: the same purchase, and the same item."""
    return all(str(row.get(name)) == str(want[name]) for name in rule.facts["keys"])


def line_name(want: Row, wants: Iterable[Row], rule: Rule) -> str:
    """Name a wanted line: by its purchase alone where that has no other line."""
    key = rule.facts["key"]
    lines = [one for one in wants if one[key] == want[key]]
    return " ".join(str(want[name]) for name in (rule.facts["keys"] if len(lines) > 1 else (key,)))


def wanted_reached(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """After a run that reports success every wanted ``key`` has, or was given, the wanted ``field``.

    Not judged: a client that never uses one of the operations it can be set ``by``. What others changed after
    the figure was accepted is right: an order lowers a stock, and pushing the old figure back would oversell.
    """
    key, field = rule.facts["key"], rule.facts["field"]
    if not any(recording.count_requests(operation) for operation in rule.facts["by"]):
        return
    for sync in recording.syncs:
        rows = sync.truths[rule.facts["kind"]].after
        values = {row[key]: row[field] for row in rows}
        own_values = accepted_values(recording.history_until(sync), rule, rows)
        wrong = [
            f"{one[key]} has {values[one[key]]}, wanted was {one[field]}"
            for one in sync.wants
            if one[key] in values and one[field] not in (values[one[key]], own_values.get(str(one[key])))
        ]
        if sync.run.exit == 0:
            more = f" and {len(wrong) - MAX_EXAMPLES} more" if len(wrong) > MAX_EXAMPLES else ""
            sentence = f"exit 0 although {', '.join(wrong[:MAX_EXAMPLES])}{more}"
            yield Evaluation((), sentence if wrong else None, "wrong")


def accepted_values(history: History, rule: Rule, rows: Sequence[Row]) -> dict[str, Any]:
    """Give the last value that each key was set to by a request of the client, as far as it was accepted.

    A request without an answer was accepted where a later answer shows the key with its value.
    Shapes: ``by`` maps an operation to the segment of its path that names the row, or to null where a list of
    items does; ``names`` are the fields that name a row; ``rows`` tell which names belong to which key.
    """
    key, field, names = rule.facts["key"], rule.facts["field"], rule.facts["names"]
    key_by_name = {str(row[name]): str(row[key]) for row in rows for name in ("id", key) if name in row}
    values: dict[str, Any] = {}
    unclear_values: dict[str, Any] = {}
    for exchange in history.exchanges:
        if exchange.operation in rule.facts["by"]:
            segment = rule.facts["by"][exchange.operation]
            failed_names = {name for row in failed_rows(exchange, rule) for name in row}
            for item in set_items(exchange, segment):
                item_names = {str(item[name]) for name in (*names, segment) if item.get(name) is not None}
                if not item_names & failed_names:
                    item_values = {key_by_name.get(name, name): item.get(field) for name in item_names}
                    values |= item_values if exchange.is_success else {}
                    unclear_values |= item_values if exchange.is_unclear else {}
        elif unclear_values and exchange.is_success:
            for row in listed_rows(exchange):
                if (value := unclear_values.get(str(row.get(key)))) is not None and value == row.get(field):
                    values[str(row[key])] = value
    return values


def listed_rows(exchange: Exchange) -> Iterator[Row]:
    """List the rows of an answer: those of its lists, or of the list that it is."""
    body = exchange.body.json
    lists = body.values() if isinstance(body, dict) else [body]
    return (row for each in lists if isinstance(each, list) for row in each if isinstance(row, dict))


def set_items(exchange: Exchange, segment: str | None) -> list[Mapping[str, Any]]:
    """List the rows that a write sets: the items of its body, or its body under the name in its path."""
    body = parse_json(exchange.request_body)
    if not isinstance(body, dict):
        return []
    if segment is not None:
        return [{**body, segment: exchange.segments.get(segment, "")}]
    items = body.get("items")
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def given_up_returned(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """After a run that reports success nothing is left (in ``field``) of what is wanted with quantity 0.

    Not judged: a client that never uses one of the operations it can be given back ``by``, and what the
    client hides from nobody: what was too late to give back is shown as reserved, and what it has no number
    of, since the answers to its purchases were lost, as one of which it claims nothing.
    """
    field = rule.facts["field"]
    if not any(recording.count_requests(operation) for operation in rule.facts["by"]):
        return
    for sync in recording.syncs:
        given_up = [want for want in sync.wants if not want["quantity"]]
        rows = [
            (want, row)
            for want in given_up
            for row in sync.truths[rule.facts["kind"]].after
            if row[field]
            and is_same_line(row, want, rule)
            and not is_shown_as_too_late(recording, sync, row, rule)
            and not is_shown_without_number(recording, sync, row, rule)
        ]
        sentence = ", ".join(
            f"{line_name(want, sync.wants, rule)} still has {row[field]} reserved"
            for want, row in rows[:MAX_EXAMPLES]
        )
        if sync.run.exit == 0 and given_up:
            yield Evaluation((), f"exit 0 although {sentence}" if rows else None, "ghost")


def is_shown_as_too_late(recording: Recording, sync: Sync, row: Row, rule: Rule) -> bool:
    """Tell whether giving a row back was refused, and the client shows what is still reserved of it.

    Shapes: ``request`` names the number of a purchase in the truth and in the path; ``keys`` name its row in
    the ``export``, and those that stand in a request's body its line; an answer refuses by a 4xx, or by its
    ``flag``.
    """
    facts = rule.facts
    was_refused = any(
        exchange.operation in facts["by"]
        and exchange.segments.get(facts["request"]) == row[facts["request"]]
        and is_named_in_body(exchange, row, facts["keys"])
        and (
            exchange.body.facts.get(facts["flag"]) is True
            if exchange.is_success
            else 400 <= exchange.status < 500
        )
        for exchange in recording.history_until(sync).exchanges
    )
    names = (*facts["keys"], facts["field"])
    return was_refused and any(
        all(str(shown_row.get(name)) == str(row[name]) for name in names)
        for shown_row in sync.exports.get(facts["export"], ())
    )


def is_shown_without_number(recording: Recording, sync: Sync, row: Row, rule: Rule) -> bool:
    """Tell whether no answer has brought the number of a purchase, and the client claims nothing of its row.

    ``given_by`` is the operation that answers with the number; no other tells it.
    """
    numbers = {
        request_number(exchange)
        for exchange in recording.history_until(sync).exchanges
        if exchange.operation == rule.facts["given_by"]
    }
    return row[rule.facts["request"]] not in numbers and any(
        makes_no_claim(shown_row) and is_same_line(shown_row, row, rule)
        for shown_row in sync.exports.get(rule.facts["export"], ())
    )


def is_named_in_body(exchange: Exchange, row: Row, names: Iterable[str]) -> bool:
    """Tell whether what a request says of a row's ``names`` is true of it."""
    body = parse_json(exchange.request_body)
    facts = body if isinstance(body, dict) else {}
    return all(str(facts[name]) == str(row[name]) for name in names if name in facts)


def failed_rows_read(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """A row that a 2xx named among its ``errors`` is sent again or told: by exit 1, or in the ``export``."""
    for sync in recording.syncs:
        if sync.run.exit == 0:
            exported_rows = sync.exports.get(rule.facts["export"], ())
            unclaimed_keys = {str(row.get(rule.facts["key"])) for row in exported_rows if makes_no_claim(row)}
            batches = [one for one in recording.exchanges_of(sync) if rule.covers(one.scope, one.operation)]
            for at, batch in enumerate(batches):
                repeated_names = {name for later in batches[at + 1 :] for name in sent_names(later, rule)}
                lost_rows = [
                    row for row in failed_rows(batch, rule) if not row & (repeated_names | unclaimed_keys)
                ]
                names = ", ".join(min(row, default="one without a name") for row in lost_rows[:MAX_EXAMPLES])
                sentence = f"exit 0 although {names} stood in errors[] and was not sent again"
                yield Evaluation((batch,), sentence if lost_rows else None)


def failed_rows(batch: Exchange, rule: Rule) -> list[frozenset[str]]:
    """List the rows of a batch that its answer said were not done, each by all its names."""
    body = batch.body.json if batch.is_success else None
    errors = body.get("errors") if isinstance(body, dict) else None
    rows = [one for one in errors or () if isinstance(one, dict)]
    return [frozenset(str(one[name]) for name in rule.facts["names"] if one.get(name)) for one in rows]


def sent_names(batch: Exchange, rule: Rule) -> set[str]:
    """Name the rows of a batch."""
    rows = set_items(batch, None)
    return {str(one[name]) for one in rows for name in rule.facts["names"] if one.get(name)}
