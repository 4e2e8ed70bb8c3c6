"""The oracle of answers: what became of the questions that the shop wanted answered, and of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contract_tests.judge.oracles.copies import makes_no_claim
from contract_tests.records.findings import Evaluation
from contract_tests.records.recording import Recording, Sync
from contract_tests.records.rulebook import Rule
from contract_tests.records.scenario import Row

MAX_EXAMPLES = 3
WAITING = "WAITING_FOR_ANSWER"
Rules = Iterable[Rule]


def wanted_answered(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """After a run that reports success every wanted question that waited has been given its answer.

    Not judged: questions that did not wait before the run, or came back while it went on; a text that was
    rejected, or that nobody may send; in a run with faults a row of which the client claims nothing. A run
    that fails may not show an answer as given that never was.
    """
    for sync in recording.syncs:
        if sync.run.exit is None:
            continue
        sentences = [sentence for want in sync.wants if (sentence := _missing_answer(want, sync, rule))]
        more = f" and {len(sentences) - MAX_EXAMPLES} more" if len(sentences) > MAX_EXAMPLES else ""
        text = f"exit {sync.run.exit} although {'; '.join(sentences[:MAX_EXAMPLES])}{more}"
        yield Evaluation((), text if sentences else None, "missing" if sync.run.exit == 0 else "wrong")


def _missing_answer(want: Row, sync: Sync, rule: Rule) -> str:
    """Say that a wanted question still waits for its answer; empty where nobody is to blame."""
    row = _row_of(want, sync.truths[rule.facts["kind"]].after)
    before = _row_of(want, sync.truths[rule.facts["kind"]].before)
    if row is None or before is None or not _has_waited(before, row) or not _may_be_sent(want, row, rule):
        return ""
    export_rows = [one for one in sync.exports.get(rule.facts["export"], ()) if _same(one, want)]
    if sync.run.exit != 0 and not any(_claims(one, want) for one in export_rows):
        return ""
    claims_nothing = any(makes_no_claim(one) for one in export_rows)
    if claims_nothing and not (sync.quiet and sync.run.exit == 0):
        return ""
    return f"question {want['id']} still waits for its answer"


def _has_waited(before: Row, after: Row) -> bool:
    return bool(before["status"] == after["status"] == WAITING)


def _may_be_sent(want: Row, row: Row, rule: Rule) -> bool:
    """Tell whether a text is one that the question may be given, and has not been."""
    fewest, most = rule.facts["length"]
    return fewest <= len(want["text"]) <= most and want["text"] not in row["given"]


def _claims(row: Row, want: Row) -> bool:
    """Tell whether a row of an export says that the answer was given."""
    has_state = row.get("state") is not None and not makes_no_claim(row)
    return has_state or row.get("answer") == want["text"]


def only_wanted_answered(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """Each answer that was given is one that the shop wanted, word by word, and is given once."""
    for sync in recording.syncs:
        truth = sync.truths[rule.facts["kind"]]
        texts: dict[str, set[str]] = {}
        for want in sync.wants:
            texts.setdefault(str(want["id"]), set()).add(want["text"])
        given_before = {str(row["id"]): row["given"] for row in truth.before}
        for row in truth.after:
            number = str(row["id"])
            for text in row["given"][len(given_before.get(number, ())) :]:
                sentence = _unwanted_answer(number, text, texts.get(number, set()))
                yield Evaluation((), sentence, "ghost")


def _unwanted_answer(number: str, text: str, wanted_texts: set[str]) -> str | None:
    if not wanted_texts:
        return f"question {number} was answered, which nobody wanted"
    if text not in wanted_texts:
        return f"question {number} was answered with {text[:40]!r}, wanted was another text"
    return None


def _row_of(want: Row, rows: Iterable[Row]) -> Row | None:
    return next((row for row in rows if _same(row, want)), None)


def _same(row: Row, want: Row) -> bool:
    return str(row.get("id")) == str(want["id"])
