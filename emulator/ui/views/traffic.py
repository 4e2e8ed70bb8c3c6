"""Requests: the list, one in full, two side by side."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson

from emulator.ui.curl import repeat_line
from emulator.ui.visit import Visit

PAGE_ROWS = 60
MOST_CHARS, MOST_RAW_CHARS, MOST_LINES = 9_000, 3_000, 300
STATUSES = ("2", "4", "5", "400", "401", "403", "404", "429", "500", "503", "0")
FILTERS = ("operation", "status", "key", "client", "mentions")
_FACT = re.compile(r"\{[a-z_]+\}")
_FAULT_MEMBERS = (
    "operation", "status", "error", "retry_after", "delay_ms", "body", "content_type", "headers", "after",
    "cut", "slow_ms", "move", "advance_ms", "stale", "expire_tokens",
)  # fmt: skip


def traffic(visit: Visit) -> Mapping[str, Any]:
    """Show the newest requests that match the filters."""
    filters = {name: visit.query.get(name, "").strip() for name in FILTERS}
    query = {**filters, "status": visit.number("status")}
    page = visit.reader.get("/requests", limit=PAGE_ROWS, before=visit.number("before"), **query)
    rows = page["requests"][::-1]
    return {
        "rows": rows,
        "count": page["count"],
        "filters": filters,
        "statuses": STATUSES,
        "operations": operation_ids(visit),
        "keys": [seller["key"] for seller in visit.reader.get("/sellers")["sellers"]],
        "older": rows[-1]["id"] if page["count"] > len(rows) else None,
        "is_newest": visit.number("before") is None,
    }


def operation_ids(visit: Visit) -> list[str]:
    """Name the operations that can be asked."""
    rows = visit.reader.get("/operations")["operations"]
    return sorted({row["operation"] for row in rows if row["emulated"]})


def one_request(visit: Visit) -> Mapping[str, Any]:
    """Show one request in full."""
    exchange = visit.reader.get(f"/requests/{visit.path['number']}")
    editions = explanation(visit, exchange["operation"])
    edition = next((each for each in editions if each["edition"] == exchange["edition"]), None)
    errors = edition["errors"] if edition else []
    error = next((each for each in errors if each["id"] == exchange["refusal"]), None)
    fault = fault_to_repeat(visit, exchange["fault"])
    return {
        "exchange": exchange,
        "edition": edition,
        "error": error,
        "message": message_of(error, exchange["response_body"]),
        "parameters": list(parameters(exchange, edition)),
        "request_body": body_of(exchange["request_body"]),
        "response_body": body_of(exchange["response_body"]),
        "effects": effects_on(visit, exchange["id"]),
        "fault": fault,
        "fault_text": orjson.dumps(fault).decode() if fault else "",
        "curl": repeat_line(exchange, visit.origin),
    }


def message_of(error: Mapping[str, Any] | None, answer: str) -> str:
    """Give the sentence of a refusal with its facts, as the answer has it; without them where it has none."""
    template = (error and error["message"]) or ""
    pattern = ".*?".join(re.escape(text) for text in _FACT.split(template))
    match = re.search(pattern + r'(?=\\?"|<|$)', answer) if template else None
    return match[0] if match else _FACT.sub("…", template)


def explanation(visit: Visit, operation: str | None) -> list[dict[str, Any]]:
    """Give what the specs say of an operation, edition by edition."""
    editions: list[dict[str, Any]] = []
    if operation is not None:
        editions = visit.reader.get(f"/operations/{operation}")["editions"]
    return editions


def parameters(exchange: Mapping[str, Any], edition: Mapping[str, Any] | None) -> Iterator[dict[str, Any]]:
    """Read the decoded parameters of a request off its address, with what the spec says of each."""
    parts = urlsplit(exchange["target"])
    specs = {(each["in"], each["name"]): each for each in edition["parameters"]} if edition else {}
    pairs = [("query", *pair) for pair in parse_qsl(parts.query, keep_blank_values=True)]
    for place, name, value in [*path_values(parts.path, edition), *pairs]:
        yield {"in": place, "name": name, "value": value[:500], "spec": specs.get((place, name))}


def path_values(path: str, edition: Mapping[str, Any] | None) -> list[tuple[str, str, str]]:
    """Read the values of a path by its template, from the end: a world's prefix stands before it."""
    template = edition["path"].split("/") if edition else []
    pairs = zip(reversed(template), reversed(path.split("/")), strict=False)
    return [("path", name[1:-1], unquote(text)) for name, text in pairs if name.startswith("{")][::-1]


def body_of(text: str) -> Mapping[str, Any]:
    """Write a body as people read it, and as it was sent; cut where it is long."""
    try:
        pretty = orjson.dumps(orjson.loads(text), option=orjson.OPT_INDENT_2).decode() if text else ""
    except orjson.JSONDecodeError:
        pretty = text
    return {
        "pretty": pretty[:MOST_CHARS],
        "raw": text[:MOST_RAW_CHARS] if text != pretty else "",
        "is_cut": len(pretty) > MOST_CHARS or len(text) > MOST_RAW_CHARS,
        "length": len(text.encode()),
    }


def effects_on(visit: Visit, number: int) -> list[dict[str, Any]]:
    """Give what faults did to a request."""
    events = visit.reader.get("/fault-log", language=visit.language)["events"]
    return [event for event in events if event["request"] == number]


def fault_to_repeat(visit: Visit, fault_id: int | None) -> dict[str, Any] | None:
    """Give the members with which a fault is planned once more; None where it is known no longer."""
    faults = visit.reader.get("/faults")["faults"] if fault_id is not None else []
    fault = next((each for each in faults if each["id"] == fault_id), None)
    return None if fault is None else members_of(fault)


def members_of(fault: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a fault says beside what everybody has when nothing is said."""
    members = {name: fault[name] for name in _FAULT_MEMBERS if fault[name] not in (None, False, 0, {})}
    if members.get("content_type") == "application/json":
        del members["content_type"]
    return members


def compare(visit: Visit) -> Mapping[str, Any]:
    """Show two requests side by side: what is alike is said once."""
    numbers = [int(text) for text in visit.path["numbers"] if text.isdecimal() and len(text) <= 15]
    if len(numbers) != 2:
        return {"pair": None}
    pair = [visit.reader.get(f"/requests/{number}") for number in sorted(numbers)]
    return {
        "pair": pair,
        "facts": [
            (name, *(each[name] for each in pair))
            for name in ("operation", "edition", "key", "method", "target", "status", "refusal", "fault")
        ],
        "headers": [*both("request", pair), *both("response", pair)],
        "request_lines": difference(*(each["request_body"] for each in pair)),
        "response_lines": difference(*(each["response_body"] for each in pair)),
    }


def both(side: str, pair: list[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """Give the headers in which two requests or their answers differ."""
    left, right = ({name.lower(): value for name, value in each[f"{side}_headers"]} for each in pair)
    for name in sorted(left.keys() | right.keys()):
        if left.get(name) != right.get(name) and name != "x-emulator-request":
            yield name, left.get(name, ""), right.get(name, "")


def difference(left: str, right: str) -> list[tuple[str, str]]:
    """Give the lines in which two bodies differ, with those around them; none where they are alike."""
    left_lines, right_lines = (body_of(text)["pretty"].splitlines() for text in (left, right))
    lines = difflib.unified_diff(left_lines, right_lines, lineterm="", n=2)
    return [(line[:1], line[1:400]) for line in list(lines)[2 : MOST_LINES + 2]]
