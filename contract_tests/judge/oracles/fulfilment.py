"""The oracle of fulfilment: what became of the packages that the shop wanted worked on, and of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from contract_tests.judge.oracles.copies import makes_no_claim
from contract_tests.judge.rules.package_writes import body_value, package_number
from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange
from contract_tests.records.recording import Recording, Sync
from contract_tests.records.rulebook import Rule
from contract_tests.records.scenario import Row

MAX_EXAMPLES = 3
Rules = Iterable[Rule]


def wanted_done(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """After a run that reports success every live package of a wanted order stands at the status or past it.

    Shapes: ``steps`` are the statuses in their order, ``over`` those of packages that are none any more.
    Not judged: packages that came or changed while the run went on, and in a run with faults a want of which
    the client claims nothing. A run that fails may not show a want as done that never was.
    """
    for number, sync in enumerate(recording.syncs):
        if sync.run.exit is None:
            continue
        earlier = recording.syncs[:number]
        sentences = [
            sentence for want in sync.wants if (sentence := _undone(want, sync, earlier, rule)) is not None
        ]
        more = f" and {len(sentences) - MAX_EXAMPLES} more" if len(sentences) > MAX_EXAMPLES else ""
        text = f"exit {sync.run.exit} although {'; '.join(sentences[:MAX_EXAMPLES])}{more}"
        difference = "missing" if sync.run.exit == 0 else "wrong"
        yield Evaluation((), text if sentences else None, difference)


def _undone(want: Row, sync: Sync, earlier: Sequence[Sync], rule: Rule) -> str | None:
    after = sync.truths[rule.facts["kind"]].after
    left = [row for row in rows_left(want, after, rule) if _was_there(row, sync, rule)]
    shown_rows = [row for row in sync.exports.get(rule.facts["export"], ()) if _is_about(row, want, rule)]
    claims_nothing = any(makes_no_claim(row) for row in shown_rows)
    if not left or (claims_nothing and not (sync.quiet and sync.run.exit == 0)):
        return None
    if sync.run.exit != 0 and (not shown_rows or any(_was_done(want, one, rule) for one in earlier)):
        return None
    package, order = left[0], want[rule.facts["key"]]
    return (
        f"package {package['shipmentPackageId']} of order {order} is {package['status']},"
        f" wanted was {want['action']}"
    )


def rows_left(want: Row, rows: Iterable[Row], rule: Rule) -> list[Row]:
    """List the live packages of a wanted order that have not come as far as it is wanted."""
    key, least = rule.facts["key"], step_of(want["action"], rule)
    return [
        row
        for row in rows
        if str(row[key]) == str(want[key])
        and row["status"] not in rule.facts["over"]
        and step_of(row["status"], rule) < least
    ]


def step_of(status: str, rule: Rule) -> int:
    """Tell how far a status is; one that is not among the ``steps`` is past all of them."""
    steps: Sequence[str] = rule.facts["steps"]
    return steps.index(status) if status in steps else len(steps)


def _was_there(row: Row, sync: Sync, rule: Rule) -> bool:
    """Tell whether a package stood as it stands before the run began."""
    before = sync.truths[rule.facts["kind"]].before
    return any(
        one["shipmentPackageId"] == row["shipmentPackageId"] and one["status"] == row["status"]
        for one in before
    )


def _is_about(row: Row, want: Row, rule: Rule) -> bool:
    key = rule.facts["key"]
    return str(row.get(key)) == str(want[key]) and row.get("action") in (None, want["action"])


def _was_done(want: Row, sync: Sync, rule: Rule) -> bool:
    """Tell whether a want was fulfilled before or after a run."""
    truth, key = sync.truths[rule.facts["kind"]], rule.facts["key"]
    return any(
        any(str(row[key]) == str(want[key]) for row in rows) and not rows_left(want, rows, rule)
        for rows in (truth.before, truth.after)
    )


def only_wanted_done(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """Each accepted write is one that the shop wanted.

    Shapes: ``by`` is the operation that sets a status, ``beside`` are those that nobody wants.
    """
    for sync in recording.syncs:
        truth = sync.truths[rule.facts["kind"]]
        rows = (*truth.before, *truth.after)
        orders = {str(row["shipmentPackageId"]): str(row[rule.facts["key"]]) for row in rows}
        furthest = furthest_steps(sync.wants, rule)
        for exchange in recording.exchanges_of(sync):
            order = orders.get(package_number(exchange))
            if exchange.is_success and order is not None:
                yield from _evaluate_write(exchange, order, furthest.get(order, -1), rule)


def _evaluate_write(exchange: Exchange, order: str, furthest: int, rule: Rule) -> Iterator[Evaluation]:
    number = package_number(exchange)
    if exchange.operation in rule.facts["beside"]:
        yield Evaluation((exchange,), f"{exchange.operation} of package {number} was never wanted", "ghost")
    elif exchange.operation == rule.facts["by"]:
        status = str(body_value(exchange, "status"))
        sentence = f"package {number} of order {order} was brought to {status}, which nobody wanted"
        yield Evaluation((exchange,), sentence if step_of(status, rule) > furthest else None, "ghost")


def furthest_steps(wants: Iterable[Row], rule: Rule) -> Mapping[str, int]:
    """Tell how far the packages of each wanted order may be brought."""
    furthest: dict[str, int] = {}
    for want in wants:
        order = str(want[rule.facts["key"]])
        furthest[order] = max(furthest.get(order, -1), step_of(want["action"], rule))
    return furthest
