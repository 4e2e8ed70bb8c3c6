"""The error catalogue: an id and its facts become a status and a body in the document's envelope."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from emulator.contract.dates import span_of

_GATEWAY = "gateway"
_BEHIND_IT = frozenset({"business", "error-message", "errors-list", "exports", "invoice", "label"})
_FACT = re.compile(r"\{(\w+)\}")
_LONGEST_ECHO = 200
"""How much of what a client has sent comes back in a refusal."""


class Refusal(Exception):
    """The only "no" of spec, gates and handlers: an id of the catalogue and the facts its message needs."""

    def __init__(self, error_id: str, **facts: Any) -> None:
        super().__init__(error_id)
        self.error_id = error_id
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Answer:
    """A rendered error: status, body, content type, headers, and where the claim comes from."""

    error_id: str
    status: int
    body: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...]
    source: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """specs/errors/ as loaded."""

    errors: Mapping[str, Mapping[str, Any]]
    envelopes: Mapping[str, Any]

    def render(self, error_id: str, envelope: str, language: str, facts: Mapping[str, Any]) -> Answer:
        """Render one entry. ``facts`` fill the message's braces and the envelope's ``$`` places.

        Services that do not stand behind the sellers' gateway keep their own envelope in its place.
        """
        entry = self.errors[error_id]
        headers = tuple((name, str(value)) for name, value in entry.get("headers", {}).items())
        if "body" in entry:
            kind = entry.get("content_type", "text/plain")
            return Answer(error_id, entry["status"], entry["body"].encode(), kind, headers, entry["x-source"])
        words = entry.get("message", {})
        sentence = words.get(language) or words.get("en") or ""
        values = {
            "key": entry.get("key"),
            "code": entry.get("code"),
            "exception": entry.get("exception"),
            "status": entry["status"],
            "status_text": str(entry["status"]),
            **{name: echo(value) for name, value in facts.items()},
            "message": _FACT.sub(lambda fact: str(echo(str(facts.get(fact[1], "")))), sentence),
        }
        envelope_name = entry.get("envelope", envelope)
        if envelope_name == _GATEWAY and envelope not in _BEHIND_IT:
            envelope_name = envelope
        body = orjson.dumps(fill(self.envelopes[envelope_name], values))
        kind = entry.get("content_type", "application/json")
        return Answer(error_id, entry["status"], body, kind, headers, entry["x-source"])

    def resolve_decision(self, error_id: str, decisions: Mapping[str, str]) -> str:
        """Give the entry that answers where a decision puts another one in this one's place."""
        for decision, options in self.errors[error_id].get("instead", {}).items():
            error_id = options.get(decisions[decision], error_id)
        return error_id

    def resolve_date(self, error_id: str, edition: str, now_ms: int, decisions: Mapping[str, str]) -> str:
        """Give the entry that answers at a moment: where an error has dates, another one does outside them.

        Units: ``now_ms`` epoch milliseconds UTC.
        """
        span = span_of(self.errors[error_id], edition)
        return error_id if span is None else span.error_at(now_ms, decisions) or error_id

    def for_status(self, status: int) -> str:
        """Find the platform's own entry for a status, the first of the catalogue that has it."""
        return next(
            (name for name, entry in self.errors.items() if entry["status"] == status), "internal-error"
        )


def echo(value: Any) -> Any:
    """Give a fact as a refusal shows it: of a long text the beginning."""
    return value[:_LONGEST_ECHO] if isinstance(value, str) else value


def fill(template: Any, values: Mapping[str, Any]) -> Any:
    """Copy a template with each string ``$name`` replaced by the value of that name."""
    if isinstance(template, dict):
        return {key: fill(item, values) for key, item in template.items()}
    if isinstance(template, list):
        return [fill(item, values) for item in template]
    if isinstance(template, str) and template.startswith("$"):
        return values.get(template[1:])
    return template
