"""One word finds a domain in the specs, the emulator and the samples, and no document grows too large."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.contract.contract import load_contract
from emulator.contract.sources import folder

CONTRACT = load_contract()
METHODS = {"get", "post", "put", "patch", "delete"}
MOST_OPERATIONS = 15
VENDOR = {name: tree for name, tree in CONTRACT.documents.items() if name != "control" and tree["paths"]}


def operations_of(document: dict[str, Any]) -> list[str]:
    return [
        operation["operationId"]
        for item in document["paths"].values()
        for method, operation in item.items()
        if method in METHODS
    ]


@pytest.mark.parametrize("name", VENDOR)
def test_document_lies_in_the_folder_of_its_family(name: str) -> None:
    family = VENDOR[name]["x-family"].replace(".", "/")
    assert name.startswith(f"{family}/")
    assert not name.startswith("trendyol/") or name == f"{family}/{VENDOR[name]['x-edition']}"


@pytest.mark.parametrize("name", VENDOR)
def test_document_has_few_operations(name: str) -> None:
    assert 1 <= len(operations_of(dict(VENDOR[name]))) <= MOST_OPERATIONS


def test_samples_lie_in_the_folder_of_a_family() -> None:
    families = {tree["x-family"].rpartition(".")[2] for tree in VENDOR.values()}
    assert {path.name for path in (folder("fixtures") / "samples").iterdir()} <= families


def test_errors_lie_in_a_file_of_a_family() -> None:
    families = {tree["x-family"].rpartition(".")[2] for tree in CONTRACT.documents.values() if tree["paths"]}
    assert {path.stem for path in (folder("specs") / "errors").iterdir()} <= {*families, "platform"}
