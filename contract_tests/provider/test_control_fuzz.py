"""The control API keeps its own document, whatever it is asked, in any order."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings

from emulator import Settings, create_app
from emulator.stage import DEFAULT, Stages

# An emulator of its own: this fuzzing opens worlds and resets the default one.
APART = create_app(Settings(world="empty", check_answers=True))
STAGES: Stages = APART.extensions["stages"]
CONTROL = schemathesis.openapi.from_wsgi("/_emulator/openapi.json?name=control", APART)
# An empty value is an absent one: `?status=` asks for every status.
EMPTY: tuple[Any, ...] = ("", {}, [], [""])


def teardown_module() -> None:
    STAGES.close_all()


@CONTROL.hook
def filter_case(_context: Any, case: schemathesis.Case[Any]) -> bool:
    return not any(value in EMPTY for value in (case.query or {}).values())


def start_afresh() -> None:
    for name in [name for name in STAGES.stages if name != DEFAULT]:
        STAGES.close(name)
    STAGES.default.reset()


@CONTROL.parametrize()
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_answer_keeps_the_document(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate()


def test_what_was_created_is_there_until_it_is_closed() -> None:
    machine: Any = CONTROL.exclude(operation_id="postReset").as_state_machine()

    class InAnyOrder(machine):  # type: ignore[misc]  # made at run time from the document's links
        def setup(self) -> None:
            start_afresh()

    InAnyOrder.run(settings=settings(max_examples=25, deadline=None, stateful_step_count=8))
