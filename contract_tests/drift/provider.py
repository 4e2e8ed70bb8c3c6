"""Asks a provider all probes, one after the other and never a write, and keeps the exchanges."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from contract_tests.drift.probes import ABSENT, RIGHT, Probe, Prober
from contract_tests.recorder.forwarding import Upstream, decode_body
from contract_tests.recorder.redaction import RawExchange, RawMessage, Redactor
from contract_tests.records.account import Account
from contract_tests.stages.law import Law

TOO_MANY, LONGEST_WAIT_S, USUAL_WAIT_S = 429, 70.0, 10.0
READ_METHOD = "GET"


@dataclass(slots=True)
class Provider:
    """A stage that is asked with a seller's own credentials. Units: ``pause_s`` seconds between two reads."""

    upstream: Upstream
    account: Account
    redactor: Redactor
    pause_s: float = 0.0

    def entries(self, law: Law, now_ms: int) -> Iterator[dict[str, Any]]:
        """Ask every probe and yield the entries of a HAR.

        Units: ``now_ms`` epoch milliseconds UTC.
        Errors: NoUpstream when the stage does not answer.
        """
        self.redactor.memory.keep_out([self.account.secret])
        prober = Prober(str(self.account.seller), now_ms)
        operations = [one for one in law.operations if self._is_asked(one)]
        for probe in prober.probes(operations):
            raw = self._ask(probe)
            if raw.status == TOO_MANY and not probe.operation.words.get("x-page-window"):
                time.sleep(_wait_s(raw))
                raw = self._ask(probe)
            if raw.status // 100 == 2:
                prober.learn(_json_of(raw))
            yield self.redactor.entry_of(raw)
            time.sleep(self.pause_s)

    def _is_asked(self, operation: Any) -> bool:
        parts = operation.document.split("/")
        is_open = operation.span is None or operation.span.contains(int(time.time() * 1000))
        return parts[0] == "trendyol" and parts[-1] == self.account.edition and is_open

    def _ask(self, probe: Probe) -> RawExchange:
        headers = [*self._headers(probe)]
        started_at, start_s = datetime.now(UTC).isoformat(), time.monotonic()
        answer = self.upstream.ask(READ_METHOD, probe.target, headers, None)
        body = decode_body(b"".join(answer.chunks), "")
        return RawExchange(
            READ_METHOD,
            self.upstream.origin,
            self.upstream.target_of(probe.target),
            RawMessage(headers),
            answer.status,
            RawMessage(answer.headers, body),
            started_at,
            (time.monotonic() - start_s) * 1000,
        )

    def _headers(self, probe: Probe) -> Iterator[tuple[str, str]]:
        yield "Accept", "application/json"
        secret = self.account.secret if probe.credentials == RIGHT else "not-the-secret"
        pair = base64.b64encode(f"{self.account.key}:{secret}".encode()).decode()
        if probe.credentials != ABSENT:
            yield "Authorization", f"Basic {pair}"
        if probe.has_agent:
            yield "User-Agent", f"{self.account.seller} - SelfIntegration"
        if self.account.storefront:
            yield "storeFrontCode", self.account.storefront


def _wait_s(raw: RawExchange) -> float:
    value = raw.answer.header("retry-after")
    return min(float(value), LONGEST_WAIT_S) if value.isdigit() else USUAL_WAIT_S


def _json_of(raw: RawExchange) -> Any:
    try:
        return orjson.loads(raw.answer.body or b"")
    except orjson.JSONDecodeError:
        return None
