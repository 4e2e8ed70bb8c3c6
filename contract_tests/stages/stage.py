"""A stage of an emulator as the kit uses it: an isolated world with its clock, faults, journal and truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from contract_tests.records.account import Account
from contract_tests.stages.control_api import ControlClient, NoAnswer, query

IMPOSSIBLE = 409


class NoSuchSeller(Exception):
    """No seller of the world works in the edition and storefront asked for; the text says which there are."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One isolated world.

    Shapes: ``urls`` is what a client is given, by the names of SYSTEMS; ``within`` gives what has
    to be active while the client runs; ``skip`` lets the world's time pass, in milliseconds, where the plain
    way of its control API will not do; ``timeless`` where answering takes none of the client's time;
    ``warnings`` are about how it is reached; ``outside`` says what reached the emulator and no world of it.
    """

    urls: Mapping[str, str]
    """The base URLs that a client is given, by system."""
    control: ControlClient
    """Asks the control API of this world."""
    within: Callable[[], AbstractContextManager[Any]] = field(default=nullcontext)
    """What has to be active while the client runs."""
    skip: Callable[[int], None] | None = None
    """Lets the world's time pass where its control API will not do."""
    timeless: bool = False
    """Whether answering takes none of the client's time."""
    warnings: Sequence[str] = ()
    """About how it is reached."""
    outside: Callable[[], Sequence[str]] = tuple
    """What reached the emulator and no world of it."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """By which a client that names the vendor's hosts meets it all the same."""

    def now_ms(self) -> int:
        """Tell the world's time in epoch milliseconds."""
        return int(self.control("GET", "/_emulator/clock")["now_ms"])

    def advance(self, ms: int) -> None:
        """Move the world's time on."""
        if self.skip is not None:
            self.skip(ms)
        elif ms:
            self.control("POST", "/_emulator/clock/advance", {"ms": ms})

    def settle_calls(self) -> int:
        """Wait until each call to a subscriber that is due has its result; tell how long it took.

        Units: milliseconds of the world's time, which on a timeless stage passes only where somebody waits.
        """
        before_ms = self.now_ms()
        self.control("POST", "/_emulator/clock/advance", {"ms": 0})
        return self.now_ms() - before_ms

    def attempts(self, since: int) -> list[dict[str, Any]]:
        """List what became of calls to subscribers, above an id."""
        answer = self.control("GET", "/_emulator/webhooks/attempts" + query(since=since, limit=20_000))
        return list(answer["attempts"])

    def webhooks(self, account: Account) -> list[Mapping[str, Any]]:
        """List the webhooks of a seller."""
        rows = self.control("GET", "/_emulator/webhooks")["webhooks"]
        return [row for row in rows if row["seller"] == account.seller]

    def add_fault(self, event: Mapping[str, Any]) -> None:
        """Plan a fault."""
        self.control("POST", "/_emulator/faults", {"operation": "*", **event})

    def clear_faults(self) -> None:
        """Clear all planned faults."""
        self.control("DELETE", "/_emulator/faults")

    def move(self, move: Mapping[str, Any]) -> str:
        """Have the marketplace move, and tell how it did, or that it could not."""
        try:
            return str(self.control("POST", "/_emulator/moves", dict(move))["summary"])
        except NoAnswer as no:
            if no.status != IMPOSSIBLE:
                raise
            return f"{move['what']} could not be done"

    def har_entries(self, since: int) -> list[Mapping[str, Any]]:
        """List the HAR entries of the journal above an id."""
        archive = self.control("GET", "/_emulator/requests" + query(format="har", since=since))
        return list(archive["log"]["entries"])

    def newest_request_id(self) -> int:
        """Tell the journal id of the last exchange, 0 before the first."""
        requests = self.control("GET", "/_emulator/requests" + query(limit=1))["requests"]
        return int(requests[-1]["id"]) if requests else 0

    def fault_log(self) -> list[Mapping[str, Any]]:
        """List the faults that had an effect and the moves, in their order."""
        return list(self.control("GET", "/_emulator/fault-log")["events"])

    def truth(self, kind: str, account: Account, window: Mapping[str, int]) -> list[dict[str, Any]]:
        """List the rows a copy should hold; ``window`` may give the instants ``from`` and ``to``."""
        query_string = query(seller=account.seller, storefront=account.storefront or None, **window)
        return list(self.control("GET", f"/_emulator/truth/{kind}{query_string}")["rows"])

    def account(self, edition: str, storefront: str | None) -> Account:
        """Find a seller of an edition, and of a storefront when one is asked for.

        Errors: NoSuchSeller.
        """
        sellers = self.control("GET", "/_emulator/sellers")["sellers"]
        for one in sellers:
            if one["edition"] == edition and (not storefront or storefront in one["storefronts"]):
                account_storefront = "" if edition == "tr" else storefront or one["storefronts"][0]
                return Account(edition, one["id"], one["key"], one["secret"], account_storefront)
        descriptions = "; ".join(
            f"{one['id']} {one['edition']} {' '.join(one['storefronts'])}" for one in sellers
        )
        raise NoSuchSeller(
            f"no seller of edition {edition}, storefront {storefront or 'any'}; known: {descriptions}"
        )
