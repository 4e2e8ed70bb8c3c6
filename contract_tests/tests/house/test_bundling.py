"""A document may take what answers at a path from another file of its family."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.contract.build.bundling import bundle
from emulator.contract.faults import SpecFault

IN_FILE: dict[str, Any] = {"schema": {"$ref": "#/schemas/Own"}}
IN_ROOT: dict[str, Any] = {"schema": {"$ref": "../api.yaml#/components/schemas/Shared"}}


def files(pointer: str) -> dict[str, Any]:
    return {
        "api.yaml": {
            "paths": {"/a/{b}": {"$ref": f"api/a.yaml#/paths/{pointer}"}, "/c": {"get": {}}},
            "components": {"schemas": {"Shared": {}}},
        },
        "api/a.yaml": {
            "paths": {"/a/{b}": {"get": IN_FILE, "put": IN_ROOT}},
            "schemas": {"Own": {"type": "string"}},
        },
    }


def test_path_of_another_file_stands_in_the_document() -> None:
    document = bundle("api.yaml", files("~1a~1{b}"))
    assert document["paths"] == {
        "/a/{b}": {
            "get": {"schema": {"$ref": "#/components/schemas/Own"}},
            "put": {"schema": {"$ref": "#/components/schemas/Shared"}},
        },
        "/c": {"get": {}},
    }
    assert document["components"]["schemas"] == {"Shared": {}, "Own": {"type": "string"}}


def test_path_that_the_other_file_lacks_stops_start_up() -> None:
    with pytest.raises(SpecFault, match=r"api\.yaml: refers to nothing: api/a\.yaml#/paths/~1d"):
        bundle("api.yaml", files("~1d"))
