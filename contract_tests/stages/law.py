"""Reads what the emulator beside this kit enforces: documents, operations, errors, and where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import emulator
from emulator import Settings, create_app


@dataclass(frozen=True, slots=True)
class Law:
    """The law of an emulator. Shapes: operations as the emulator has them, ``folder`` the specs as files."""

    documents: Mapping[str, Mapping[str, Any]]
    operations: tuple[Any, ...]
    errors: Mapping[str, Mapping[str, Any]]
    folder: Path


@cache
def installed_law() -> Law:
    """Read the law of the emulator that is installed beside this kit."""
    app = create_app(Settings(world="empty"))
    stages = app.extensions["stages"]
    try:
        contract = stages.contract
        documents = {
            name: tree for name, tree in contract.documents.items() if not name.startswith("control")
        }
        operations = tuple(one for one in contract.operations if one.family != "control")
        return Law(documents, operations, contract.catalogue.errors, spec_folder())
    finally:
        stages.close_all()


def spec_folder() -> Path:
    """Find the specs: inside the package in a wheel, beside it in a checkout."""
    package = Path(str(emulator.__file__)).resolve().parent
    in_wheel = package / "data" / "specs"
    return in_wheel if in_wheel.is_dir() else package.parent / "specs"
