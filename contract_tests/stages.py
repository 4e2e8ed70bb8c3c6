"""A stage of an emulator as the kit uses it: an isolated world with its clock, faults, journal and truth."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from contract_tests.door import Ask, NoAnswer, over_http, query

_NUMBERS = itertools.count(1)


class NoSuchSeller(Exception):
    """No seller of the world works in the edition and storefront asked for; the text says which there are."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose shop the client runs for; ``storefront`` is empty in the Turkish edition."""

    edition: str
    seller: int
    key: str
    secret: str
    storefront: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One isolated world; ``url`` is what its client is given."""

    url: str
    ask: Ask

    def now_ms(self) -> int:
        """Tell the world's time in epoch milliseconds."""
        return int(self.ask("GET", "/_emulator/clock")["now_ms"])

    def advance(self, ms: int) -> None:
        """Move the world's time on."""
        self.ask("POST", "/_emulator/clock/advance", {"ms": ms})

    def plan(self, fault: Mapping[str, Any]) -> None:
        """Plan trouble."""
        self.ask("POST", "/_emulator/faults", dict(fault))

    def calm(self) -> None:
        """Take all trouble back."""
        self.ask("DELETE", "/_emulator/faults")

    def entries(self, since: int) -> list[Mapping[str, Any]]:
        """List the HAR entries of the journal above an id."""
        found = self.ask("GET", "/_emulator/requests" + query(format="har", since=since))
        return list(found["log"]["entries"])

    def truth(self, kind: str, account: Account, window: Mapping[str, int]) -> list[dict[str, Any]]:
        """List the rows a copy should hold; ``window`` may give the instants ``from`` and ``to``."""
        told = query(seller=account.seller, storefront=account.storefront or None, **window)
        return list(self.ask("GET", f"/_emulator/truth/{kind}{told}")["rows"])

    def account(self, edition: str, storefront: str | None) -> Account:
        """Find a seller of an edition, and of a storefront when one is asked for.

        Errors: NoSuchSeller.
        """
        sellers = self.ask("GET", "/_emulator/sellers")["sellers"]
        for one in sellers:
            if one["edition"] == edition and (storefront is None or storefront in one["storefronts"]):
                named = "" if edition == "tr" else storefront or one["storefronts"][0]
                return Account(edition, one["id"], one["key"], one["secret"], named)
        known = "; ".join(f"{one['id']} {one['edition']} {' '.join(one['storefronts'])}" for one in sellers)
        raise NoSuchSeller(
            f"no seller of edition {edition}, storefront {storefront or 'any'}; known: {known}"
        )


@contextmanager
def opened_stage(base_url: str, recipe: str) -> Iterator[Stage]:
    """Open an isolated world of a running emulator, and close it at the end.

    Errors: NoAnswer when the emulator does not answer, or does not know the recipe.
    """
    root = over_http(base_url)
    name = f"check-{os.getpid()}-{next(_NUMBERS)}"
    path = root("POST", "/_emulator/worlds", {"name": name, "world": recipe})["path"]
    url = base_url.rstrip("/") + path
    try:
        yield Stage(url, over_http(url))
    finally:
        with suppress(NoAnswer):
            root("DELETE", f"/_emulator/worlds/{name}")
