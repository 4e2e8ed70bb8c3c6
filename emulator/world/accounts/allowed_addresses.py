"""Addresses that sellers have allowed themselves to call from: a few at a time, each until a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from emulator.world.core.plan import DAY_MS

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Store

# Source: a reading of the service's page on 28 September 2026, D by report; how long an address stays is I.
MOST_ADDRESSES, MOST_A_DAY = 7, 7
LIFE_MS = 30 * DAY_MS


class AllowedAddress(NamedTuple):
    """One address of a seller; moments are epoch milliseconds UTC."""

    seller_id: int
    address: str
    created_ms: int
    expires_ms: int


class AllowedAddresses:
    """Every address as the gate needs them: by seller, in memory over the table."""

    def __init__(self, store: Store) -> None:
        self.by_seller: dict[int, list[AllowedAddress]] = {}
        columns = "seller_id, address, created_ms, expires_ms"
        for row in store.rows(f"SELECT {columns} FROM allowed_address ORDER BY created_ms, address"):
            entry = AllowedAddress(*row)
            self.by_seller.setdefault(entry.seller_id, []).append(entry)


class TooManyAddresses(ValueError):
    """The seller has as many addresses as may be, or has added as many on one day."""


def active_addresses(world: World, seller_id: int, now_ms: int) -> list[AllowedAddress]:
    """The addresses of a seller that still count, the oldest first."""
    entries = world.read(AllowedAddresses).by_seller.get(seller_id, ())
    return [each for each in entries if each.expires_ms > now_ms]


def allow_address(world: World, seller_id: int, address: str) -> AllowedAddress:
    """Let a seller call from an address; one that is there already begins anew.

    Errors: TooManyAddresses.
    """
    now_ms = world.clock.now_ms()
    others = [each for each in active_addresses(world, seller_id, now_ms) if each.address != address]
    row = world.store.row(
        "SELECT COUNT(*) FROM address_addition WHERE seller_id = ? AND at_ms > ?",
        (seller_id, now_ms - DAY_MS),
    )
    if len(others) >= MOST_ADDRESSES or (row and row[0] >= MOST_A_DAY):
        raise TooManyAddresses(address)
    entry = AllowedAddress(seller_id, address, now_ms, now_ms + LIFE_MS)
    _remove(world, seller_id, address)
    world.store.execute(
        "INSERT INTO allowed_address (seller_id, address, created_ms, expires_ms) VALUES (?, ?, ?, ?)", entry
    )
    world.store.execute("INSERT INTO address_addition (seller_id, at_ms) VALUES (?, ?)", (seller_id, now_ms))
    world.forget(AllowedAddresses)
    return entry


def forbid_address(world: World, seller_id: int, address: str) -> bool:
    """Let a seller no longer call from an address; False when it was not there."""
    now_ms = world.clock.now_ms()
    is_there = any(each.address == address for each in active_addresses(world, seller_id, now_ms))
    _remove(world, seller_id, address)
    world.forget(AllowedAddresses)
    return is_there


def _remove(world: World, seller_id: int, address: str) -> None:
    world.store.execute(
        "DELETE FROM allowed_address WHERE seller_id = ? AND address = ?", (seller_id, address)
    )
