"""Odd clients of questions that are right: one habit each that nobody may blame them for."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.clients.habits import twice_as_long
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.patience import NO_PATIENCE
from contract_tests.clients.problems import Problem
from contract_tests.clients.protocol import Row
from contract_tests.clients.windows import edge_to_edge
from contract_tests.profiles.questions.reference import (
    KIND,
    REFERENCE,
    STEPS,
    WINDOW_MS,
    answer_wants,
    client,
    client_with,
    question_row,
)
from contract_tests.profiles.variants import Odd

PROFILE = "questions"


def tells_by_states(market: Marketplace, wants: list[Row], copy: LocalCopy) -> None:
    """Say in the rows what was not done, and exit 0 all the same; the next run looks again."""
    try:
        answer_wants(market, wants, copy)
    except Problem:
        if not copy.rows(KIND):
            raise


ODD = (
    Odd("reads_questions_edge_to_edge", PROFILE, "reads windows that do not share their edges",
        client(replace(STEPS, windows=edge_to_edge(WINDOW_MS)))),
    Odd("answers_at_one_look", PROFILE, "looks once in a run, and gives a refused answer up for a later one",
        client(replace(STEPS, looks=1)), edition="tr"),
    Odd("tells_answers_by_states", PROFILE, "says in its rows what was not done, and exits 0",
        client_with(tells_by_states), edition="tr"),
    Odd("shows_questions_without_states", PROFILE, "shows what the list says, and nothing of its own",
        client_with(lambda market, wants, copy: answer_wants(market, wants, copy),
                    lambda copy: map(question_row, copy.rows(KIND)))),
    Odd("gives_an_answer_up", PROFILE, "gives an answer up at the first refusal, for a later run",
        replace(REFERENCE, patience=NO_PATIENCE), gives_up=True),
    Odd("answers_slowly", PROFILE, "waits longer than an answer asks for", twice_as_long(REFERENCE)),
)  # fmt: skip
