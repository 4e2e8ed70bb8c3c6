"""A scenario's client that listens for calls: it is started and ended, and what came of calls is kept."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from contract_tests.records.account import Account
from contract_tests.records.run import (
    WEBHOOK_KEY,
    WEBHOOK_PASSWORD,
    WEBHOOK_PORT,
    WEBHOOK_URL,
    WEBHOOK_USER,
    CannotDrive,
    Driver,
    EndOfListening,
    ListeningDriver,
)
from contract_tests.records.scenario import Row, Step
from contract_tests.stages.stage import Stage

# What the receiver knows the vendor by; of no use anywhere else.
CREDENTIALS = {
    WEBHOOK_USER: "webhook-user",
    WEBHOOK_PASSWORD: "webhook-password-1b7c",
    WEBHOOK_KEY: "webhook-key-5e0d",
}
# A call that failed is made again every five minutes; in travelled time the clock stops more often than that.
STRIDE_MS = 60_000
# Two changes of a package do not bear the same moment.
BETWEEN_MOVES_MS = 1000
SUBSCRIBE_S = 30.0


@dataclass(slots=True)
class Receiver:
    """What listens in one scenario.

    Shapes: ``calls`` are the attempts as the emulator's log has them, each with ``down``, whether nobody was
    to listen then, and ``waited_ms``, how long the subscriber took.
    """

    driver: ListeningDriver
    """How it is started and ended."""
    stage: Stage
    """Where calls come from."""
    port: int
    """The port of 127.0.0.1 that it listens at."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """What it is told."""
    stack: ExitStack = field(default_factory=ExitStack)
    """Ends it."""
    ending: EndOfListening | None = None
    """Says how it has ended by itself; None while it is down."""
    endings: list[str] = field(default_factory=list)
    """How it has ended by itself, a sentence each."""
    calls: list[Row] = field(default_factory=list)
    """What came of calls so far."""
    taken_count: int = 0
    """How many of them belong to earlier syncs."""

    @property
    def variables(self) -> Mapping[str, str]:
        """What the client is told of where it listens."""
        url = self.driver.url or f"http://127.0.0.1:{self.port}/webhook"
        return {**CREDENTIALS, WEBHOOK_PORT: str(self.port), WEBHOOK_URL: url}

    def start(self, environment: Mapping[str, str]) -> None:
        """Have it listen.

        Errors: CannotDrive when it does not.
        """
        self.environment, self.ending = environment, lambda: ""
        if not self.driver.url:
            self.ending = self.stack.enter_context(self.driver.listen(environment))

    def stop(self) -> None:
        """End it, and keep what has become of it before."""
        if self.ending is not None and (sentence := self.ending()):
            self.endings.append(sentence)
        self.ending = None
        self.stack.close()

    def settle(self) -> None:
        """Wait for the results of all calls that are due, and keep them."""
        took_ms = self.stage.settle_calls()
        self.take(took_ms if self.stage.timeless else 0)

    def take(self, took_ms: int = 0) -> None:
        """Keep the results that are there and not kept yet."""
        since = self.calls[-1]["id"] if self.calls else 0
        is_down = self.ending is None
        for row in self.stage.attempts(since):
            waited_ms = max(row["duration_ms"], took_ms)
            self.calls.append({**row, "down": is_down, "waited_ms": waited_ms})

    def pass_time(self, ms: int) -> None:
        """Let the world's time pass, each call made at its moment."""
        if self.stage.skip is None:
            self.stage.advance(ms)
        self.settle()
        while self.stage.skip is not None and ms > 0:
            stride_ms = min(ms, STRIDE_MS)
            self.stage.skip(stride_ms)
            self.settle()
            ms -= stride_ms
        self.settle()

    def calls_since_last(self) -> Sequence[Row]:
        """List the calls that belong to no earlier sync."""
        rows = self.calls[self.taken_count :]
        self.taken_count = len(self.calls)
        return rows


def receiver_for(driver: Driver, stage: Stage) -> Receiver:
    """Make what listens in a scenario.

    Errors: CannotDrive when the integration is one that cannot listen.
    """
    if not isinstance(driver, ListeningDriver):
        raise CannotDrive("the integration cannot listen for calls")
    return Receiver(driver, stage, free_port())


def free_port() -> int:
    """Find a port of 127.0.0.1 that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def play_calls(receiver: Receiver, step: Step, seller: Row) -> list[str]:
    """Let the marketplace move before a sync while its calls go out; a sentence for each move.

    Shapes: a receiver that is ``down`` is so from before the moves on, and back before the pause.
    """
    if step.down_ms:
        receiver.stop()
    with receiver.stage.within():
        summaries = [_move(receiver, {**seller, **move}) for move in step.moves]
        receiver.pass_time(step.down_ms)
    if step.down_ms:
        receiver.start(receiver.environment)
    with receiver.stage.within():
        receiver.pass_time(step.pause_ms)
    return summaries


def _move(receiver: Receiver, move: Row) -> str:
    summary = receiver.stage.move(move)
    receiver.pass_time(BETWEEN_MOVES_MS)
    return summary


def subscribe_for(receiver: Receiver, account: Account) -> None:
    """Subscribe the receiver to all statuses, for an integration that leaves this to people.

    Errors: CannotDrive when it is refused.
    """
    variables = receiver.variables
    address = f"{receiver.stage.urls['trendyol']}/integration/webhook/sellers/{account.seller}/webhooks"
    body = {"url": variables[WEBHOOK_URL], "authenticationType": "API_KEY", "apiKey": variables[WEBHOOK_KEY]}
    pair = b64encode(f"{account.key}:{account.secret}".encode()).decode()
    headers = {
        "Authorization": f"Basic {pair}",
        "User-Agent": f"{account.seller} - SelfIntegration",
        "Content-Type": "application/json",
        **({"storeFrontCode": account.storefront} if account.storefront else {}),
    }
    request = urllib.request.Request(address, json.dumps(body).encode(), headers)
    try:
        with receiver.stage.within(), urllib.request.urlopen(request, timeout=SUBSCRIBE_S) as answer:
            answer.read()
    except urllib.error.URLError as fault:
        raise CannotDrive(f"the kit cannot subscribe {variables[WEBHOOK_URL]}: {fault}") from fault
