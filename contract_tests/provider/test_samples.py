"""The printed bodies: each is in the index, keeps the law, and is found where its faults are said to be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from emulator.contract.contract import load_contract
from emulator.contract.operations import Operation
from emulator.contract.schemas import response_breach, validator

FOLDER = Path(__file__).parents[2] / "fixtures" / "samples"
INDEX: list[dict[str, Any]] = yaml.safe_load((FOLDER / "index.yaml").read_text(encoding="utf-8"))["samples"]


def operation_of(entry: dict[str, Any]) -> Operation:
    return next(
        found
        for found in load_contract().distinct()
        if found.id == entry["operation"] and found.edition == entry.get("edition", found.edition)
    )


def test_every_file_is_in_the_index() -> None:
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*.json")}
    assert sorted(entry["file"] for entry in INDEX) == sorted(files)


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: entry["file"])
def test_printed_body_keeps_the_law(entry: dict[str, Any]) -> None:
    operation, body = operation_of(entry), (FOLDER / entry["file"]).read_bytes()
    if entry["status"] == "request":
        schema = operation.tree["requestBody"]["content"]["application/json"]["schema"]
        assert validator(operation, "request body", schema).is_valid(orjson.loads(body))
    else:
        assert response_breach(operation, entry["status"], "application/json", body) is None


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: entry["file"])
def test_listed_faults_point_into_the_body(entry: dict[str, Any]) -> None:
    for fault in entry["faults"]:
        value = orjson.loads((FOLDER / entry["file"]).read_bytes())
        for step in fault["pointer"].split("/")[1:]:
            if step not in (value if isinstance(value, dict) else ()):
                assert isinstance(value, list) or fault["printed"].startswith("No "), fault
                value = value[int(step)] if isinstance(value, list) else None
            else:
                value = value[step]
