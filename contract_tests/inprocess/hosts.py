"""Whose calls are answered in this process, which ones may leave it, and how the others are refused."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from fnmatch import fnmatchcase

from contract_tests.inprocess.wire import Site
from emulator import vendor_hosts


class HostRefused(RuntimeError):
    """A call to a host that is neither the vendor's nor allowed; no library takes it for a network error."""


class Reach:
    """Decides about hosts while calls are answered here."""

    __slots__ = ("allow", "is_over", "site")

    def __init__(self, site: Site, allow: Collection[str]) -> None:
        if isinstance(allow, str):
            raise TypeError(f"allow lists hosts: write [{allow!r}]")
        self.site = site
        self.is_over = False
        self.allow = tuple(pattern.lower() for pattern in allow)

    def end(self) -> None:
        """Let every call out from now on: another tool may have kept what asks this."""
        self.is_over = True

    def takes(self, host: str | None) -> bool:
        """Say whether a call is answered here; False where it may really go out.

        Errors: HostRefused.
        """
        if self.is_over:
            return False
        name = (host or "").lower().strip("[]").rstrip(".")
        if name in vendor_hosts():
            return True
        if is_loopback(name) or any(fnmatchcase(name, pattern) for pattern in self.allow):
            return False
        raise HostRefused(
            f"{name or 'a call without a host'} is not called while the emulator stands in for the vendor: "
            f"{', '.join(vendor_hosts())} are answered here, and only this machine may be called besides; "
            f"to let the call out, write allow=[{name!r}]"
        )


def is_loopback(name: str) -> bool:
    """Say whether a name means this machine: a database or a fake of the test's own lives there."""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
