"""The oracle of webhooks: what is subscribed, what came of calls, and what a client made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from contract_tests.records.findings import Evaluation
from contract_tests.records.recording import Recording, Sync
from contract_tests.records.rulebook import Rule
from contract_tests.records.scenario import Row

MAX_EXAMPLES = 3
FAILURES = {"refused", "timeout", "unreachable"}
PROBE, WRONG_KEY, UNKNOWN_STATUS = "probe", "wrong-key", "unknown-status"
Rules = Iterable[Rule]


def webhook_secrets_apart(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """No webhook has a secret of the API for its own."""
    for sync in recording.syncs:
        for row in sync.webhooks:
            sentence = f"the webhook of {row['url']} carries a secret of the API"
            yield Evaluation((), sentence if row["reuses_api_secret"] else None)


def subscribed_once(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """No two webhooks of one address are called for the same status and country."""
    for number, sync in enumerate(recording.syncs, 1):
        counts = Counter(
            (row["url"], *_items(row["statuses"]), *_items(row["countries"])) for row in sync.webhooks
        )
        for (url, *_), count in counts.items():
            sentence = f"after run {number} {url} is subscribed {count} times"
            yield Evaluation((), sentence if count > 1 else None)


def _items(values: Iterable[str]) -> Sequence[str]:
    return sorted(values) or ["all"]


def webhook_active(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """After a run that reports success one of the seller's webhooks is active.

    Not judged: a client that has none, for it may leave the rest to people.
    """
    for number, sync in enumerate(recording.syncs, 1):
        if sync.webhooks and sync.run.exit == 0:
            is_active = any(row["state"] == "active" for row in sync.webhooks)
            sentence = f"exit 0 of run {number} although its webhook is still PASSIVE"
            yield Evaluation((), None if is_active else sentence)


def calls_taken(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """Each call of the vendor to a client that is up is answered with success.

    Not judged: one without an answer in time, which nobody documents; but one that nobody took is.
    """
    ending = f"; {recording.endings[0]}" if recording.endings else ""
    for row in _calls(recording, {"delivered", "refused", "unreachable"}):
        answer = f"answered with {row['http_status']}" if row["http_status"] else f"not taken ({row['note']})"
        sentence = f"the call about {_name(row)} was {answer}{ending}"
        yield Evaluation((), None if row["outcome"] == "delivered" else sentence, cause=row["outcome"])


def calls_in_time(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """Each call is answered within ``within_ms``."""
    for row in _calls(recording, {"delivered", "refused", "timeout"}):
        is_late = row["outcome"] == "timeout" or row["waited_ms"] > rule.facts["within_ms"]
        sentence = f"the call about {_name(row)} took {row['waited_ms'] / 1000:.0f} s"
        yield Evaluation((), sentence if is_late else None)


def false_calls_refused(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """No call with wrong credentials is answered with success."""
    for row in _probes(recording, WRONG_KEY):
        is_taken = 200 <= (row["http_status"] or 0) < 300
        sentence = f"a call with a wrong key about {_name(row)} was answered with {row['http_status']}"
        yield Evaluation((), sentence if is_taken else None)


def unknown_statuses_taken(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """Each call about a status of later days is answered with success."""
    for row in _probes(recording, UNKNOWN_STATUS):
        is_taken = 200 <= (row["http_status"] or 0) < 300
        answer = row["http_status"] or "nothing"
        sentence = f"a call about a later status of package {row['package']} was answered with {answer}"
        yield Evaluation((), None if is_taken else sentence)


def never_taken_back(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """A copy does not go back to a status of which a call came after that of a newer one.

    Shapes: what the ``export`` shows right before a run, when the calls had come. A client that shows what
    the run before has read is right, too.
    """
    export, key = rule.facts["export"], rule.facts["key"]
    earlier: dict[str, str] = {}
    for sync in recording.syncs:
        shown_statuses = _statuses(sync.exports_before.get(export, ()), key)
        for package, late_statuses, newest in _overtaken(sync.calls_before):
            if package not in shown_statuses:
                continue
            status = shown_statuses[package]
            is_old = status in late_statuses and status != earlier.get(package)
            sentence = f"package {package} is held as {status} although the call about {newest} came before"
            yield Evaluation((), sentence if is_old else None, "stale")
        earlier = _statuses(sync.exports.get(export, ()), key)


def _statuses(rows: Iterable[Row], key: str) -> dict[str, str]:
    return {str(row[key]): _plain(row["status"]) for row in rows if key in row and row.get("status")}


def _plain(status: str) -> str:
    return str(status).replace("_", "").lower()


def _overtaken(calls: Sequence[Row]) -> Iterator[tuple[str, set[str], str]]:
    """Give each package of which an older call came after a newer one: its old statuses, and the newest."""
    by_package: dict[str, list[Row]] = {}
    for row in calls:
        if row["outcome"] == "delivered":
            by_package.setdefault(str(row["package"]), []).append(row)
    for package, rows in by_package.items():
        newest = max(rows, key=lambda row: int(row["delivery"]))
        late = [row for row in rows[rows.index(newest) + 1 :] if row["delivery"] != newest["delivery"]]
        if late:
            yield package, {_plain(row["status"]) for row in late}, newest["status"]


def acted_once(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """The ``export`` of what a client has acted on names nothing twice.

    Not judged: a client that does not export it.
    """
    for sync in recording.syncs:
        rows = sync.exports.get(rule.facts["export"], ())
        counts = Counter(" ".join(str(row.get(name)) for name in rule.facts["keys"]) for row in rows)
        doubled_effects = [f"{name} ({count} times)" for name, count in counts.items() if count > 1]
        if counts:
            sentence = f"acted on more than once: {', '.join(doubled_effects[:MAX_EXAMPLES])}"
            yield Evaluation((), sentence if doubled_effects else None, "duplicate")


def _calls(recording: Recording, outcomes: set[str]) -> Iterator[Row]:
    return (row for row in _rows(recording) if row["outcome"] in outcomes and not row["down"])


def _probes(recording: Recording, kind: str) -> Iterator[Row]:
    probes = (row for row in _rows(recording) if row["outcome"] == PROBE and not row["down"])
    return (row for row in probes if row["note"].startswith(kind))


def _rows(recording: Recording) -> Iterator[Row]:
    return (row for sync in recording.syncs for row in _of(sync))


def _of(sync: Sync) -> Iterator[Row]:
    yield from sync.calls_before
    yield from sync.calls


def _name(row: Row) -> str:
    return f"{row['status']} of package {row['package']}"
