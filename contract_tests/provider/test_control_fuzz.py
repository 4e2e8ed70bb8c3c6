"""The control API keeps its own document, whatever it is asked, in any order."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings

from emulator import Settings, create_app
from emulator.stage import DEFAULT

APP = create_app(Settings(world="empty", check_answers=True))
SCHEMA = schemathesis.openapi.from_wsgi("/_emulator/openapi.json?name=control", APP)
# An empty value is an absent one: `?status=` asks for every status.
EMPTY: tuple[Any, ...] = ("", {}, [], [""])


@SCHEMA.hook
def filter_case(_context: Any, case: schemathesis.Case[Any]) -> bool:
    return not any(value in EMPTY for value in (case.query or {}).values())


def start_afresh() -> None:
    stages = APP.extensions["stages"]
    for name in [name for name in stages.stages if name != DEFAULT]:
        stages.close(name)
    stages.get(DEFAULT).reset()


@SCHEMA.parametrize()
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_answer_keeps_the_document(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate()


class ControlInAnyOrder(SCHEMA.exclude(operation_id="postReset").as_state_machine()):  # type: ignore[misc]  # built at run time
    """Follow the links: what was created can be read, changed and closed, and is gone afterwards."""

    def setup(self) -> None:
        start_afresh()


class TestControlInAnyOrder(ControlInAnyOrder.TestCase):  # type: ignore[misc,name-defined]  # built at run time
    settings = settings(max_examples=25, deadline=None, stateful_step_count=8)
