"""Asks this emulator what a recorded client asked the real stage, as far as that depends on no data."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from contract_tests.records.history import Exchange
from contract_tests.stages.control_api import in_process_client
from contract_tests.stages.stage import Stage

NOBODY = "999999999"
SENT_HEADERS = ("storefrontcode", "accept-language", "user-agent")
GOOD_STATUS = 2


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the emulator answers: the status, the id of its refusal, and the body."""

    status: int
    refusal: str
    body: Any


@dataclass(frozen=True, slots=True)
class Question:
    """A request as the emulator is asked it. Shapes: ``credentials`` right, wrong, undecodable or absent."""

    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    credentials: str
    edition: str


@dataclass(slots=True)
class SecondOpinion:
    """An emulator whose clock stands where the recording begins."""

    client: Any
    accounts: Mapping[str, Any]
    storefronts: Mapping[str, frozenset[str]]
    owners: Mapping[str, str]
    good_accounts: frozenset[str]
    opinions: dict[Question, Opinion] = field(default_factory=dict)

    def question_of(self, exchange: Exchange, operation: Any) -> Question | None:
        """Put an exchange as a question; None where the answer depends on what the world holds."""
        account = self.accounts.get(exchange.edition or "")
        if not operation.document.startswith("trendyol/"):
            return None
        portable = {one.name for one in operation.queries.values() if _is_portable(operation, one)}
        portable -= personal_names(operation)
        names = {operation.query_names.get(name.lower(), name) for name, value in exchange.query if value}
        segments = {one.name for one in operation.parameters if one.place == "path"} - {"sellerId"}
        if account is None or exchange.method != "GET" or segments or names - portable:
            return None
        owner = self.owners.get(exchange.account, exchange.seller)
        seller = str(account.seller) if exchange.seller in ("", owner) else NOBODY
        headers = [(name, exchange.headers[name]) for name in SENT_HEADERS if name in exchange.headers]
        return Question(
            operation.path.replace("{sellerId}", seller),
            tuple(sorted(exchange.query)),
            tuple(self._of_own_storefront(name, value, account, operation) for name, value in headers),
            self._credentials(exchange),
            exchange.edition or "",
        )

    def _of_own_storefront(self, name: str, value: str, account: Any, operation: Any) -> tuple[str, str]:
        """Name a storefront of the emulator's seller in the place of another one that the documents have."""
        codes = operation.words.get("x-storefront", {}).get("codes", {})
        is_other = value.upper() in codes and value.upper() not in self.storefronts[account.edition]
        return (name, account.storefront) if name == "storefrontcode" and is_other else (name, value)

    def _credentials(self, exchange: Exchange) -> str:
        value = exchange.headers.get("authorization", "")
        if not value:
            return "absent"
        if value.endswith("undecodable") or not value.lower().startswith("basic"):
            return "undecodable"
        return "right" if exchange.account in self.good_accounts else "wrong"

    def ask(self, question: Question) -> Opinion:
        """Ask, once for each question."""
        if question not in self.opinions:
            self.opinions[question] = self._ask(question)
        return self.opinions[question]

    def _ask(self, question: Question) -> Opinion:
        # The client would name itself where no User-Agent is sent.
        headers = {"user-agent": "", **dict(question.headers), **dict(self._authorization(question))}
        query = urlencode(question.query, quote_via=quote, safe=",:")
        answer = self.client.open(f"{question.path}?{query}", method="GET", headers=headers, buffered=True)
        text = answer.get_data()
        try:
            body = orjson.loads(text)
        except orjson.JSONDecodeError:
            body = None
        return Opinion(answer.status_code, answer.headers.get("X-Emulator-Rule", ""), body)

    def _authorization(self, question: Question) -> Iterator[tuple[str, str]]:
        account = self.accounts[question.edition]
        secret = account.secret if question.credentials == "right" else "not-the-secret"
        pair = base64.b64encode(f"{account.key}:{secret}".encode()).decode()
        if question.credentials != "absent":
            yield "Authorization", "Basic !" if question.credentials == "undecodable" else f"Basic {pair}"

    def without_fault(self, question: Question, fault: str) -> Question | None:
        """Give a question without one of its faults; None where it does not have it."""
        if fault == "auth" and question.credentials != "right":
            return replace(question, credentials="right")
        agents = [value for name, value in question.headers if name == "user-agent" and value.strip()]
        if fault == "user_agent" and not agents:
            others = [pair for pair in question.headers if pair[0] != "user-agent"]
            return replace(question, headers=(*others, ("user-agent", "1 - SelfIntegration")))
        if fault == "storefront":
            account = self.accounts[question.edition]
            others = [pair for pair in question.headers if pair[0] != "storefrontcode"]
            headers = (*others, ("storefrontcode", account.storefront or "TR"))
            return replace(question, headers=headers) if headers != question.headers else None
        return None


def _is_portable(operation: Any, parameter: Any) -> bool:
    """Tell whether a parameter's values mean the same in every world."""
    schema = parameter.schema
    windows = [operation.words.get(word, {}) for word in ("x-window", "x-page-window")]
    names = {window.get(side) for window in windows for side in ("from", "to", "page", "size")}
    is_listed = "enum" in schema or schema.get("type") == "boolean"
    return is_listed or parameter.name in names or "maximum" in schema or "default" in schema


def personal_names(operation: Any) -> set[str]:
    """List the parameters whose values are tokens in a recording."""
    common = operation.components.get("parameters", {})
    names = [(one, one.get("$ref", "").rpartition("/")[2]) for one in operation.tree.get("parameters", ())]
    parameters = [common.get(name, one) for one, name in names]
    return {one["name"] for one in parameters if one.get("x-personal", "public") != "public"}


@contextmanager
def second_opinion(exchanges: Iterable[Exchange], now_ms: int) -> Iterator[SecondOpinion]:
    """Open an emulator of the demo world, without limits, at a moment."""
    from emulator import Settings, create_app

    every = list(exchanges)
    app = create_app(Settings(world="demo", now_ms=now_ms, limits="off"))
    stages = app.extensions["stages"]
    try:
        ask = in_process_client(app)
        stage = Stage({}, ask)
        accounts = {edition: stage.account(edition, None) for edition in ("int", "tr")}
        codes = {
            one["edition"]: frozenset(one["storefronts"])
            for one in ask("GET", "/_emulator/sellers")["sellers"]
        }
        client = app.test_client()
        yield SecondOpinion(client, accounts, codes, owners_of(every), good_accounts_of(every))
    finally:
        stages.close_all()


def owners_of(exchanges: Iterable[Exchange]) -> dict[str, str]:
    """Name for each account the seller whose paths it was answered on."""
    owners: dict[str, str] = {}
    for one in exchanges:
        if one.is_success and one.seller and one.account:
            owners.setdefault(one.account, one.seller)
    return owners


def good_accounts_of(exchanges: Iterable[Exchange]) -> frozenset[str]:
    """List the accounts whose credentials were taken at least once."""
    return frozenset(one.account for one in exchanges if one.status // 100 == GOOD_STATUS)
