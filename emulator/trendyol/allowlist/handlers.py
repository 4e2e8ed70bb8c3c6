"""The addresses that a seller allows: listed, added, taken off."""

from __future__ import annotations

from typing import Any

from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.world.accounts.allowed_addresses import (
    AllowedAddress,
    TooManyAddresses,
    active_addresses,
    allow_address,
    forbid_address,
)


def list_ip_whitelists(call: Call) -> Reply:
    """Every address that counts."""
    entries = active_addresses(call.world, call.path["sellerId"], call.now_ms)
    return json_reply([_entry(each) for each in entries])


def add_ip_whitelist(call: Call) -> Reply:
    """One more address, from which calls are answered at once.

    Errors: ip-whitelist-full.
    """
    try:
        entry = allow_address(call.world, call.path["sellerId"], call.body["ip"])
    except TooManyAddresses as fault:
        raise Refusal("ip-whitelist-full") from fault
    return json_reply(_entry(entry), 201)


def delete_ip_whitelist(call: Call) -> Reply:
    """One address less.

    Errors: ip-whitelist-unknown.
    """
    if not forbid_address(call.world, call.path["sellerId"], call.path["ip"]):
        raise Refusal("ip-whitelist-unknown", value=call.path["ip"])
    return Reply((), 204, content_type="text/plain")


def _entry(entry: AllowedAddress) -> dict[str, Any]:
    return {"ip": entry.address, "expiresAt": entry.expires_ms}
