"""What tests that draw requests to a seller share: whom they ask as, and what of a case is wrong."""

from __future__ import annotations

from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.schemas import OpenApiSchema

from contract_tests.tests.effort import examples, phases
from contract_tests.tests.provider.conftest import NOW_MS
from contract_tests.tests.provider.support.packages import SELLERS
from emulator.contract.dated_fields import tree_at


def drawing(count: int) -> settings:
    """So many examples of an operation, fewer in the cut, the same ones in each run."""
    return settings(
        max_examples=examples(count),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )


def schema_of(app: Flask, family: str, edition: str) -> OpenApiSchema:
    """Load a document from the emulator itself as it is today, with the edition's demo seller to ask as."""
    _, storefront, headers = SELLERS[edition]
    pair = {"username": f"demo-{edition}-key", "password": f"demo-{edition}-secret"}
    config = {
        "seed": 1,
        "phases": phases(),
        "auth": {"openapi": {"basicAuth": pair}},
        "headers": {"User-Agent": headers["User-Agent"], "storeFrontCode": storefront},
    }
    place = f"/_emulator/openapi.json?name=trendyol/{family}/{edition}"
    document = tree_at(app.test_client().get(place).json, edition, NOW_MS)
    schema = schemathesis.openapi.from_dict(document, config=schemathesis.Config.from_dict(config))
    schema.app, schema.location = app, place
    return schema


def is_wrong(case: Case[Any], place: ParameterLocation) -> bool:
    """Say whether this part of a case was made wrong on purpose."""
    part = None if case.meta is None else case.meta.components.get(place)
    return part is not None and part.mode == GenerationMode.NEGATIVE


def name_storefront(case: Case[Any], edition: str) -> None:
    """Name the edition's own storefront wherever a case names one that is no mistake."""
    if not is_wrong(case, ParameterLocation.HEADER):
        code = SELLERS[edition][1]
        case.headers.update({name: code for name in case.headers if name.lower() == "storefrontcode"})
