"""Odd clients of claims that are right: one habit each that nobody may blame them for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contract_tests.clients.habits import twice_as_long
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.patience import NO_PATIENCE
from contract_tests.clients.problems import Problem
from contract_tests.clients.protocol import Row
from contract_tests.clients.session import Form
from contract_tests.clients.windows import Window
from contract_tests.profiles.claims.reference import (
    BOUNDARY,
    KIND,
    REFERENCE,
    STEPS,
    WITHOUT_FILE,
    client,
    client_with,
    decide_wants,
    issue_query,
    item_row,
    send_issue,
)
from contract_tests.profiles.variants import Odd

PROFILE = "claims"


def whole_span(from_ms: int, to_ms: int) -> Iterator[Window]:
    """All of it at once: no page has a limit."""
    yield Window(from_ms, to_ms)


def all_in_the_form(market: Marketplace, item: Row, reason_id: int) -> None:
    """Everything stands in the form, as the definition has it."""
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'
        for name, value in issue_query(item, reason_id).items()
    ]
    if reason_id not in WITHOUT_FILE:
        head = 'Content-Disposition: form-data; name="files[]"; filename="a.txt"\r\nContent-Type: text/plain'
        parts.append(f"{head}\r\n\r\ninspected")
    content = "".join(f"--{BOUNDARY}\r\n{part}\r\n" for part in parts) + f"--{BOUNDARY}--\r\n"
    send_issue(market, item, {}, Form(content.encode(), f"multipart/form-data; boundary={BOUNDARY}"))


def tells_by_states(market: Marketplace, wants: list[Row], copy: LocalCopy) -> None:
    """Say in the rows what was not done, and exit 0 all the same; the next run looks again."""
    try:
        decide_wants(market, wants, copy)
    except Problem:
        if not copy.rows(KIND):
            raise


ODD = (
    Odd("reads_all_claims_at_once", PROFILE, "reads the whole span in one window",
        client(replace(STEPS, windows=whole_span))),
    Odd("issues_in_the_form", PROFILE, "puts the values of an issue into the form",
        client(replace(STEPS, issue=all_in_the_form)), edition="tr"),
    Odd("decides_at_one_look", PROFILE, "looks once in a run, and gives what is refused up for a later one",
        client(replace(STEPS, looks=1)), edition="tr"),
    Odd("tells_decisions_by_states", PROFILE, "says in its rows what was not done, and exits 0",
        client_with(tells_by_states)),
    Odd("shows_claims_without_states", PROFILE, "shows what the list says, and nothing of its own",
        client_with(lambda market, wants, copy: decide_wants(market, wants, copy),
                    lambda copy: map(item_row, copy.rows(KIND)))),
    Odd("gives_a_decision_up", PROFILE, "gives a decision up at the first refusal, for a later run",
        replace(REFERENCE, patience=NO_PATIENCE), gives_up=True),
    Odd("decides_slowly", PROFILE, "waits longer than an answer asks for", twice_as_long(REFERENCE)),
)  # fmt: skip
