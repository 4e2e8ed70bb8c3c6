"""The published schema of the configuration file, with the names of the profiles that this kit has."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs

from contract_tests.profiles.every import PROFILES
from contract_tests.records.scenario import schema
from contract_tests.records.schema_errors import errors_in


@cache
def config_schema() -> dict[str, Any]:
    """Give the JSON Schema of trendyol-emulator.toml."""
    document = schema("config")
    names = sorted(PROFILES)
    properties = document["properties"]
    properties["profiles"]["items"] = {"enum": names}
    properties["profile"]["properties"] = {name: {"$ref": "#/$defs/profile"} for name in names}
    return document


def config_errors(value: Any) -> Iterator[str]:
    """Yield one sentence for each place at which a configuration breaks its schema."""
    return errors_in(config_schema(), _validator(), value)


@cache
def _validator() -> Any:
    return jsonschema_rs.validator_for(config_schema(), validate_formats=True)
