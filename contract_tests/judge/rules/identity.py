"""Who asks: User-Agent, credentials, storefront, seller."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from contract_tests.judge.rules.pace import same_request
from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.masking import SECRET_IN_QUERY
from contract_tests.records.rulebook import Rule

SHORTEST_SECRET = 6


def user_agent_present(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A request without User-Agent is blocked."""
    for exchange in history.of(rule):
        absent = not exchange.headers.get("user-agent", "").strip()
        yield Evaluation((exchange,), "the header User-Agent is missing" if absent else None)


def user_agent_form(history: History, rule: Rule) -> Iterator[Evaluation]:
    """The User-Agent names the seller and the integrator, in the documented ``pattern``.

    All that are wrong are one violation, which names each.
    """
    pattern = re.compile(rule.facts["pattern"])
    exchange_by_agent: dict[str, Exchange] = {}
    for exchange in history.of(rule):
        agent = exchange.headers.get("user-agent", "").strip()
        if agent:
            exchange_by_agent.setdefault(agent, exchange)
    wrong = {agent: one for agent, one in exchange_by_agent.items() if not pattern.search(agent)}
    names = " and ".join(f'"{agent}"' for agent in wrong)
    if exchange_by_agent:
        exchanges = tuple((wrong or exchange_by_agent).values())
        yield Evaluation(exchanges, f"User-Agent is {names}" if wrong else None)


def own_seller(history: History, rule: Rule) -> Iterator[Evaluation]:
    """The seller that User-Agent names is the seller whose path is asked."""
    for exchange in history.operations_of(rule):
        named_seller = _seller_named_by(exchange.headers.get("user-agent", ""))
        if named_seller and exchange.seller:
            is_own = named_seller == exchange.seller
            yield Evaluation((exchange,), None if is_own else _other_seller(named_seller, exchange.seller))


def _other_seller(named_seller: str, seller: str) -> str:
    return f"User-Agent names seller {named_seller}, the path seller {seller}"


@lru_cache(1024)
def _seller_named_by(agent: str) -> str | None:
    match = re.match(r"\s*(\d+)\s*-", agent)
    return match[1] if match else None


def header_present(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A ``header`` that the operation asks for is sent."""
    name = str(rule.facts["header"])
    for exchange in history.operations_of(rule):
        absent = not exchange.headers.get(name.lower(), "").strip()
        yield Evaluation((exchange,), f"the header {name} is missing" if absent else None)


def basic_authorization(history: History, rule: Rule) -> Iterator[Evaluation]:
    """Authorization is Basic with key:secret in base64.

    A recording may have lost the header, so its absence counts only where the answer was 401. Some libraries
    send it only when a 401 asks for it, as HTTP has it: the same request follows with it.
    """
    exchanges = list(history.of(rule))
    challenges = [one for one in exchanges if _is_challenge(one)]
    answered_requests = {
        same_request(one) for one in (exchanges if challenges else ()) if one.headers.get("authorization")
    }
    for exchange in exchanges:
        value = exchange.headers.get("authorization", "")
        if value or (exchange.status == 401 and not _is_answered(exchange, answered_requests)):
            yield Evaluation((exchange,), _authorization_violation(value))


def _is_challenge(exchange: Exchange) -> bool:
    """Tell whether an answer asks for the credentials that its request had not."""
    is_refused = exchange.status == 401 and not exchange.headers.get("authorization")
    return is_refused and exchange.response_headers.get("www-authenticate", "").lower().startswith("basic")


def _is_answered(exchange: Exchange, answered_requests: Collection[tuple[str, ...]]) -> bool:
    return _is_challenge(exchange) and same_request(exchange) in answered_requests


@lru_cache(1024)
def _authorization_violation(value: str) -> str | None:
    scheme, _, secret = value.strip().partition(" ")
    if not value:
        return "the header Authorization is missing"
    if scheme.lower() != "basic":
        return f"Authorization begins with {scheme[:12]!r}, not with Basic"
    is_masked = set(secret) <= {"*"} and secret
    return None if is_masked or credentials(value) else "Authorization does not decode to key:secret"


@lru_cache(1024)
def credentials(value: str) -> tuple[str, str] | None:
    """Decode a Basic Authorization header."""
    try:
        text = base64.b64decode(value.partition(" ")[2].strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    key, colon, secret = text.partition(":")
    return (key, secret) if colon else None


def secret_not_in_url(history: History, rule: Rule) -> Iterator[Evaluation]:
    """Addresses end up in logs, so no secret stands in one."""
    for exchange in history.of(rule):
        yield Evaluation((exchange,), _secret_in_url(exchange))


@lru_cache(1024)
def _is_secret_name(name: str) -> bool:
    return SECRET_IN_QUERY.fullmatch(name) is not None


def _secret_in_url(exchange: Exchange) -> str | None:
    if "@" in exchange.url and "@" in exchange.url.split("//", 1)[-1].split("/", 1)[0]:
        return "the URL holds a user and a password"
    names = [name for name, value in exchange.query if value and _is_secret_name(name)]
    if names:
        return f"the query holds {names[0]}"
    _, secret = credentials(exchange.headers.get("authorization", "")) or ("", "")
    is_in_url = len(secret) >= SHORTEST_SECRET and secret in exchange.url
    return "the URL holds the API secret" if is_in_url else None
