"""What a world knows about itself: which plan it was made from and how its clock stands."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, replace

from emulator.world.core.clock import ClockState
from emulator.world.core.plan import Plan
from emulator.world.store.interface import OtherWorld, Store, StoreFault

LATEST_MS = 253_402_300_799_999  # the last moment of the year 9999
SIGNING_SECRET = "signing_secret"


def keep(store: Store, name: str, value: str) -> None:
    """Write down one fact."""
    store.execute(
        "INSERT INTO world_meta (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def fact(store: Store, name: str) -> str | None:
    """Read one fact, None when it was never written."""
    row = store.row("SELECT value FROM world_meta WHERE name = ?", (name,))
    return None if row is None else str(row[0])


def signing_secret(store: Store) -> str:
    """Give the random secret that this store signs with, as hex; made when it is first asked for.

    It is never part of a seeded file, so nobody can work it out from a public seed; every process that has
    the store open signs with the same.
    """
    with store.writing():
        secret = fact(store, SIGNING_SECRET)
        if secret is None:
            secret = secrets.token_hex(32)
            keep(store, SIGNING_SECRET, secret)
    return secret


def keep_clock(store: Store, state: ClockState) -> None:
    """Write down how the clock stands."""
    keep(store, "clock", json.dumps(asdict(state)))


def clock_state(store: Store) -> ClockState | None:
    """How the clock was left, None in a database that never ran."""
    text = fact(store, "clock")
    return None if text is None else ClockState(**json.loads(text))


def keep_plan(store: Store, plan: Plan) -> None:
    """Write down what the world was made from."""
    keep(store, "world", plan.name)
    keep(store, "seed", str(plan.seed))
    keep(store, "anchor_ms", str(plan.anchor_ms))


def same_world(store: Store, plan: Plan, where: object) -> Plan:
    """The plan with the first day of the stored world, so that a reset leads back to the same state.

    Errors: StoreFault when the database holds another world or another seed.
    """
    name, seed = fact(store, "world"), fact(store, "seed")
    if (name, seed) != (plan.name, str(plan.seed)):
        raise OtherWorld(
            f"{where} holds the world {name!r} with seed {seed}, not {plan.name!r} with seed {plan.seed}:"
            f" start with --world {name} --seed {seed}, or name another --database."
        )
    anchor_ms = fact(store, "anchor_ms") or ""
    if not anchor_ms.isdecimal() or int(anchor_ms[:20]) > LATEST_MS:
        raise StoreFault(
            f"{where} holds a world whose first day is {anchor_ms[:40]!r}; name another --database."
        )
    return replace(plan, anchor_ms=int(anchor_ms))
