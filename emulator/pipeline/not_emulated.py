"""The answer of addresses that the vendor documents and no operation serves yet."""

from __future__ import annotations

from typing import NoReturn

from emulator.exchange import Call, Refusal


def refuse_unbuilt(page: str, call: Call) -> NoReturn:
    """Refuse a request that has passed every gate of its neighbours.

    Shapes: ``page`` documents the address.
    Errors: not-emulated.
    """
    raise Refusal("not-emulated", page=page)
