"""Which function answers an operation: that of its name in its family's handlers.

The functions are found in the text of the handlers, so that a start loads no family; a module is loaded when
the first of its functions is wanted. It must not know a family by name.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from pathlib import Path

from emulator.contract.addresses import Address
from emulator.contract.faults import SpecFault
from emulator.pipeline.routes import Handler

_PACKAGE = Path(__file__).parents[1]
_SNAKE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PUBLIC_FUNCTION = re.compile(r"^def ([a-z]\w*)", re.MULTILINE)


def verb(operation_id: str) -> str:
    """Name the handler of an operation: filterApprovedProducts is answered by filter_approved_products."""
    return _SNAKE.sub("_", operation_id).lower()


def find_handler(address: Address) -> Handler:
    """Load the function that answers at an address."""
    name = verb(address.operation)
    handler: Handler = getattr(importlib.import_module(modules_of(address.family)[name]), name)
    return handler


def modules_of(family: str) -> dict[str, str]:
    """Give by each public function of a family's handlers its module: one, or a folder of them."""
    place = _PACKAGE.joinpath(*family.split("."), "handlers")
    name = f"{__package__.partition('.')[0]}.{family}.handlers"
    files = {f"{name}.{file.stem}": file for file in sorted(place.glob("[!_]*.py"))}
    return {
        function: module
        for module, file in (files or {name: place.with_suffix(".py")}).items()
        for function in _PUBLIC_FUNCTION.findall(file.read_text(encoding="utf-8"))
    }


def check_handlers(addresses: Iterable[Address]) -> None:
    """See that each operation has its function, and each function its operation.

    Errors: SpecFault for the first that has none.
    """
    verbs: dict[str, dict[str, Address]] = {}
    for address in addresses:
        if not address.listed_in:
            verbs.setdefault(address.family, {})[verb(address.operation)] = address
    for family, operations in verbs.items():
        functions = modules_of(family).keys()
        place = f"emulator.{family}.handlers"
        for name in operations.keys() - functions:
            document, operation = operations[name].document, operations[name].operation
            raise SpecFault(document, "", f"{operation} has no handler; write {place}.{name}")
        if functions - operations.keys():
            names = ", ".join(sorted(functions - operations.keys()))
            raise SpecFault(place, "", f"{names}: no operation of that name")
