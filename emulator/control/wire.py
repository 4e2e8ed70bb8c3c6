"""Stages, clocks, faults, sellers and exchanges as the documented JSON of the control API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from emulator.contract.contract import Contract
from emulator.control.webhook_views import waiting_calls
from emulator.exchange import Call, Reply, json_reply
from emulator.secret_texts import mask_secrets
from emulator.stage.fault import Fault
from emulator.stage.fault_log import FaultEvent
from emulator.stage.journal import Exchange, Journal
from emulator.stage.judgement import Judgement
from emulator.stage.masking import masked_headers, masked_pairs, masked_text
from emulator.stage.stage import Stage
from emulator.stage.stages import DEFAULT
from emulator.world.accounts.sellers import Seller
from emulator.world.core.clock import Clock
from emulator.world.store.place import PostgresPlace

PROCESS_ONLY = ("journal", "faults", "holds", "fault log", "counted requests of limits")
"""What no database has: each process that shares a world has its own."""


def body_members(call: Call) -> dict[str, Any]:
    """Give the members of a request's body; JSON Schema takes 7.0 for an integer, so it becomes 7 here."""
    body: dict[str, Any] = _whole(call.body or {})
    return body


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _whole(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def clock_view(clock: Clock) -> dict[str, Any]:
    """Show a clock."""
    return {"now_ms": clock.now_ms(), "mode": clock.mode}


def health_view(contract: Contract, stage: Stage, database: Path | PostgresPlace | None) -> dict[str, Any]:
    """Show that a stage runs, and of what."""
    from importlib.metadata import version

    return {
        "status": "ok",
        "version": version("trendyol-emulator"),
        "documents": {name: document["info"]["version"] for name, document in contract.documents.items()},
        "world": stage.opened_from,
        "seed": stage.seed,
        "clock": clock_view(stage.world.clock),
        "database": {
            "kind": "postgresql" if isinstance(database, PostgresPlace) else "sqlite",
            "kept": database is not None and stage.name == DEFAULT,
            "process_only": PROCESS_ONLY,
        },
        "webhooks": {"waiting": waiting_calls(stage)},
    }


def index_view(contract: Contract, stage: Stage) -> dict[str, Any]:
    """Show what is here: the base path of each system, and of our own API."""
    from importlib.metadata import version

    start = prefix(stage)
    bases = {
        name.partition("/")[0]: start + document["servers"][0]["url"]
        for name, document in contract.documents.items()
    }
    control = bases.pop("control")
    return {
        "emulator": f"trendyol-emulator {version('trendyol-emulator')}, not affiliated with Trendyol",
        "world": stage.opened_from,
        "systems": bases,
        "control": control,
        "docs": "/_emulator/docs/",
        "requests": f"{control}/requests",
        "operations": f"{control}/openapi.json",
        "health": f"{control}/health",
    }


def prefix(stage: Stage) -> str:
    """Give what stands before every path of a stage."""
    return "" if stage.name == DEFAULT else f"/w/{stage.name}"


def stage_view(stage: Stage) -> dict[str, Any]:
    """Show a stage as the world it is to its clients."""
    return {
        "name": stage.name,
        "world": stage.opened_from,
        "seed": stage.seed,
        "path": prefix(stage),
        "port": stage.place and stage.place.port,
        "proxy_port": stage.place and stage.place.proxy_port,
        "limits": stage.limits,
        "unusual": stage.world.unusual,
        "decisions": dict(stage.world.decisions),
        "clock": clock_view(stage.world.clock),
    }


def fault_view(fault: Fault, matches: int) -> dict[str, Any]:
    """Show a fault and how far its count is."""
    return {
        **asdict(fault),
        "headers": dict(fault.headers),
        "matches": matches,
        "spent": matches >= fault.at + fault.times - 1,
    }


def planned_fault(body: dict[str, Any]) -> Fault:
    """Read a fault from a request's body; a body to answer with, no status and no error means 200."""
    members = {name: value for name, value in body.items() if value is not None}
    if "body" in members and "error" not in members:
        members.setdefault("status", 200)
    return Fault(**{**members, "headers": tuple(members.get("headers", {}).items())})


def holds_view(waiting: Mapping[str, Sequence[int]]) -> list[dict[str, Any]]:
    """Show who waits under each name."""
    return [
        {"name": name, "waiting": len(requests), "requests": list(requests)}
        for name, requests in waiting.items()
    ]


def fault_event_view(event: FaultEvent, translate: Callable[[str], str] = str) -> dict[str, Any]:
    """Show one line of the fault log."""
    return {**asdict(event), "effect": translate(event.effect)}


def judgement_view(judgement: Judgement, journal: Journal, translate: Callable[[str], str]) -> dict[str, Any]:
    """Show what the judges have found, and how much of a journal that speaks of."""
    return {
        "findings": [
            {**row, "seen": translate(row["seen"]), "requests": list(map(translate, row["requests"]))}
            for row in judgement.findings
        ],
        "requests": judgement.request_count,
        "is_current": judgement.position == journal.position,
    }


def seller_view(seller: Seller) -> dict[str, Any]:
    """Show a seller, key and secret included: they are what a client is to be set up with."""
    return {
        "id": seller.id,
        "name": seller.name,
        "edition": seller.edition,
        "storefronts": list(seller.storefronts),
        "key": seller.key,
        "secret": seller.secret,
        "tier": seller.tier,
        "allowed_ips": list(seller.allowed_ips),
    }


def new_seller(body: dict[str, Any]) -> Seller:
    """Read a seller from a request's body; what it leaves out is made from the id."""
    number = body["id"]
    return Seller(
        id=number,
        name=body.get("name", f"Seller {number}"),
        edition=body["edition"],
        storefronts=tuple(body["storefronts"]),
        key=body.get("key", f"seller-{number}-key"),
        secret=body.get("secret", f"seller-{number}-secret"),
        tier=body.get("tier", "50k"),
        allowed_ips=tuple(body.get("allowed_ips", ())),
    )


def exchange_row(exchange: Exchange) -> dict[str, Any]:
    """Show an exchange without headers and bodies."""
    return {
        "id": exchange.id,
        "operation": exchange.operation,
        "document": exchange.document,
        "edition": exchange.edition,
        "seller": exchange.seller_id,
        "key": exchange.api_key,
        "method": exchange.method,
        "target": mask_secrets(exchange.target),
        "status": exchange.status,
        "refusal": exchange.refusal,
        "source": exchange.source,
        "fault": exchange.fault,
        "started_at": exchange.started_at_iso,
        "now_ms": exchange.now_ms,
        "duration_ms": exchange.duration_ms,
        "request_bytes": exchange.request_bytes,
        "response_bytes": exchange.response_bytes,
        "body_dropped": exchange.body_dropped,
    }


def exchange_detail(exchange: Exchange) -> dict[str, Any]:
    """Show an exchange whole, credentials masked."""
    return {
        **exchange_row(exchange),
        "request_headers": masked_headers(exchange),
        "request_body": masked_text(exchange.request_body)[0],
        "response_headers": masked_pairs(exchange.response_headers),
        "response_body": masked_text(b"".join(exchange.parts))[0],
    }


def created_reply(view: dict[str, object], location: str) -> Reply:
    """Answer that something was made, and where it is."""
    return replace(json_reply(view, 201), headers=(("Location", location),))
