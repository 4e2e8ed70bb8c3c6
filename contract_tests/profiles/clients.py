"""The clients of a profile, found in its folder by its name, without the declarations of any profile.

A command that is one of our clients starts often, and needs no more than its own profile's files.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contract_tests.clients.client import Client
    from contract_tests.profiles.variants import Broken, Odd


def reference_client(profile: str) -> Client:
    """The right client of a profile: REFERENCE of its reference.py.

    Errors: LookupError when there is no such profile.
    """
    client: Client = _value(profile, "reference")
    return client


def broken_clients_of(profile: str) -> tuple[Broken, ...]:
    """The clients of a profile with one fault each: BROKEN of its broken.py.

    Errors: LookupError when there is no such profile.
    """
    return tuple(_value(profile, "broken"))


def odd_clients_of(profile: str) -> tuple[Odd, ...]:
    """The clients of a profile that look odd and are right: ODD of its odd.py.

    Errors: LookupError when there is no such profile.
    """
    return tuple(_value(profile, "odd"))


def _value(profile: str, name: str) -> Any:
    folder_name = profile.replace("-", "_")
    if not folder_name.isidentifier():
        raise LookupError(f"there is no profile {profile!r}")
    folder = f"{__package__}.{folder_name}"
    try:
        module = import_module(f"{folder}.{name}")
    except ModuleNotFoundError as fault:
        if fault.name not in (folder, f"{folder}.{name}"):
            raise
        raise LookupError(f"there is no profile {profile!r}") from fault
    return getattr(module, name.upper())
