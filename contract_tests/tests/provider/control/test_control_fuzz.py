"""The control API keeps its own document, whatever it is asked, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import positive_data_acceptance
from schemathesis.generation import GenerationMode

from contract_tests.tests.effort import examples, phases
from contract_tests.tests.provider.support.closing import close_at_the_end
from emulator import Settings, create_app
from emulator.stage.stages import DEFAULT, Stages

# An emulator of its own: this fuzzing opens worlds and resets the default one.
APART = create_app(Settings(world="empty", check_answers=True, failures=Path("no-such-folder")))
STAGES: Stages = APART.extensions["stages"]
# A recipe with many texts that are too long is also longer than a body may be.
REFUSALS = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429, "5xx"]
CONFIG = schemathesis.Config.from_dict(
    {
        "seed": 1,
        "phases": phases(),
        "checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}},
    }
)
EVERY_OPERATION = schemathesis.openapi.from_wsgi("/_emulator/openapi.json?name=control", APART, config=CONFIG)
# A stream of events does not end while somebody waits for its end; test_events reads it.
CONTROL = EVERY_OPERATION.exclude(operation_id="streamEvents")
# An empty value is an absent one: `?status=` asks for every status.
EMPTY: tuple[Any, ...] = ("", {}, [], [""])
REPORTS = ("sarif", "html")
SIZES = ("contents", "rows", "count", "days")


_closing = close_at_the_end(STAGES)


@CONTROL.hook
def filter_case(_context: Any, case: schemathesis.Case[Any]) -> bool:
    return not any(value in EMPTY for value in (case.query or {}).values())


@CONTROL.hook
def map_case(_context: Any, case: schemathesis.Case[Any]) -> schemathesis.Case[Any]:
    """Keep the worlds that are sown on the way small, and let one seller own what is in them."""
    if case.operation.path.endswith("/findings") and (case.query or {}).get("format") in REPORTS:
        case.query["format"] = "json"  # each report is a process of its own
    recipe = recipe_of(case)
    for part in parts_of(recipe) if positive(case) and recipe else ():
        owner: dict[str, Any] = (recipe.get("sellers") or [{"id": 2748, "storefronts": ["RO"]}])[0]
        mine = {"seller": owner["id"], "seller_id": owner["id"], "storefront": owner["storefronts"][0]}
        part.update({name: value for name, value in mine.items() if name in part})
        part.update({name: min(part[name], 5) for name in SIZES if isinstance(part.get(name), int | float)})
    return case


def positive(case: schemathesis.Case[Any]) -> bool:
    return case.meta is None or case.meta.generation.mode == GenerationMode.POSITIVE


def parts_of(recipe: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (part for parts in recipe.values() if isinstance(parts, list) for part in parts)


def recipe_of(case: schemathesis.Case[Any]) -> Any:
    return case.body.get("recipe") if isinstance(case.body, dict) else None


def checks_left_out(case: schemathesis.Case[Any]) -> list[Any]:
    """What a schema cannot say of a recipe: that its parts agree with each other."""
    return [positive_data_acceptance] if recipe_of(case) else []


def start_afresh() -> None:
    for name in [name for name in STAGES.stages if name != DEFAULT]:
        STAGES.close(name)
    STAGES.default.reset()


@CONTROL.parametrize()
@settings(max_examples=examples(50), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_answer_keeps_the_document(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(excluded_checks=checks_left_out(case))


def test_what_was_created_is_there_until_it_is_closed() -> None:
    machine: Any = CONTROL.exclude(operation_id="postReset").as_state_machine()

    class InAnyOrder(machine):  # type: ignore[misc]  # made at run time from the document's links
        def setup(self) -> None:
            start_afresh()

        def validate_response(self, response: Any, case: schemathesis.Case[Any], **rest: Any) -> None:
            case.validate_response(
                response, excluded_checks=checks_left_out(case), recorder=self.recorder, **rest
            )

    InAnyOrder.run(settings=settings(max_examples=examples(25), deadline=None, stateful_step_count=8))
