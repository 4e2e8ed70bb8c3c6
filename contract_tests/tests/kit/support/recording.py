"""Recordings made by hand: HAR entries as a proxy would write them, and what the judges say of them."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from contract_tests.judge.verdict import judge_traffic
from contract_tests.records.findings import Finding
from contract_tests.records.har import history_of
from contract_tests.records.history import History
from contract_tests.stages.rulebook import installed_rulebook

Entry = dict[str, Any]

SELLER = 2748
APPROVED = f"/integration/product/sellers/{SELLER}/products/approved"
SETTLEMENTS = f"/integration/finance/che/sellers/{SELLER}/settlements"
HEADERS = {
    "User-Agent": f"{SELLER} - SelfIntegration",
    "Authorization": "Basic " + b64encode(b"demo-key:demo-secret").decode(),
    "storeFrontCode": "RO",
    "Accept-Language": "en",
}
ANSWER_HEADERS = {"Content-Type": "application/json"}
DAY_MS = 86_400_000
NOON_MS = 1_795_305_600_000
SPACE_MS = 1_000
# What is said of lists and types that a client does not ask for: most recordings here ask for one thing.
UNASKED = ("every_value_asked", "asked_beside")


def asked(
    path: str,
    query: dict[str, Any] | str = "",
    *,
    status: int = 200,
    body: Any = None,
    after_ms: float = SPACE_MS,
    took_ms: float = 10,
    drop: str = "",
    told: dict[str, str] | None = None,
    **headers: str,
) -> Entry:
    """One exchange of a well-behaved client, except for what is said here.

    Shapes: ``drop`` names a request header left out, ``headers`` replace others; ``told`` is of the answer.
    Units: ``after_ms`` milliseconds since the start of the exchange before.
    """
    raw = query if isinstance(query, str) else urlencode(query)
    by_name = {name: value for name, value in HEADERS.items() if name != drop}
    by_name |= {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "after_ms": after_ms,
        "time": took_ms,
        "request": {
            "method": "GET",
            "url": f"https://stageapigw.trendyol.com{path}{'?' if raw else ''}{raw}",
            "headers": [{"name": name, "value": value} for name, value in by_name.items()],
        },
        "response": {
            "status": status,
            "headers": [
                {"name": name, "value": value} for name, value in (ANSWER_HEADERS | (told or {})).items()
            ],
            "content": {"text": json.dumps({} if body is None else body)},
        },
    }


def recorded(*entries: Entry, edition: str = "int") -> History:
    """Put exchanges one after another."""
    at_ms = float(NOON_MS)
    timed = []
    for entry in entries:
        at_ms += entry["after_ms"]
        instant = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()
        timed.append({**entry, "startedDateTime": instant})
    return history_of(timed, installed_rulebook(), edition)


def findings(*entries: Entry, edition: str = "int", whole: bool = False) -> list[Finding]:
    """What all judges say of a recording; one that is not ``whole`` need not ask for everything there is."""
    found = judge_traffic(recorded(*entries, edition=edition), installed_rulebook()).findings
    return [finding for finding in found if finding.rule.judge not in UNASKED[whole:]]


def broken(*entries: Entry, edition: str = "int", whole: bool = False) -> set[str]:
    """The ids of the rules a recording breaks."""
    return {finding.rule.id for finding in findings(*entries, edition=edition, whole=whole)}


def contents(number: int, rows: int, *, size: int = 100, token: str = "", **more: Any) -> Entry:
    """A page of approved contents, by number, or by token when one is given."""
    place = {"nextPageToken": token} if token else {"page": number}
    head = {"totalElements": rows, "totalPages": -(-rows // size), "page": number, "size": size}
    more.setdefault("body", {**head, "nextPageToken": f"after-{number}", "content": []})
    return asked(APPROVED, {"size": size, **place, **more.pop("query", {})}, **more)


def settlements(from_day: float, to_day: float, number: int = 0, rows: int = 1, **more: Any) -> Entry:
    """A page of sales in a window given in days before noon."""
    dates = {"startDate": NOON_MS - int(from_day * DAY_MS), "endDate": NOON_MS - int(to_day * DAY_MS)}
    query = {"transactionType": "Sale", **dates, "page": number, "size": 500, **more.pop("query", {})}
    body = {"totalElements": rows, "totalPages": -(-rows // 500), "page": number, "size": 500, "content": []}
    return asked(SETTLEMENTS, query, body=body if more.get("status", 200) == 200 else {}, **more)
