"""Packages by webhook: subscribed once, calls taken at once, and the list read in each run all the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contract_tests.clients.client import Client, SyncContext
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace, read_marketplace
from contract_tests.clients.order_list import read_window, windows
from contract_tests.clients.packages import KEY, SPAN_MS, order_row, order_rows
from contract_tests.clients.patience import Clock, endpoint
from contract_tests.clients.protocol import Codec, Row, read_document
from contract_tests.profiles.orders_webhook.receiver import (
    KEY_VARIABLE,
    RECEIVER,
    URL_VARIABLE,
    Receiver,
    keep_packages,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

DONE_BODY = b"200 OK"

Subscribe = Callable[[Marketplace, Row], None]


def read_answer(answer: requests.Response, clock: Clock) -> Any:
    """Read a document; what changes a webhook is answered by a line of text.

    Source: docs/webhook-aktif-pasif, D.
    """
    if answer.ok and answer.content.strip() == DONE_BODY:
        return None
    return read_document(answer, clock)


def subscription(environment: Mapping[str, str]) -> Row:
    """What is subscribed: all statuses, later ones too, with a key that is nobody else's."""
    return {
        "url": environment[URL_VARIABLE],
        "authenticationType": "API_KEY",
        "apiKey": environment[KEY_VARIABLE],
    }


def path_of(market: Marketplace, *more: str) -> str:
    """The path of the seller's webhooks, or of one of them."""
    return "/".join((f"/integration/webhook/sellers/{market.account.seller_id}/webhooks", *more))


def list_webhooks(market: Marketplace) -> list[Row]:
    """The webhooks of the seller: a bare list, without any secret.

    Source: docs/webhook-listeleme, D.
    """

    def rows(body: Any) -> list[Row]:
        return [{**row, "id": row["id"], "url": row["url"], "status": row["status"]} for row in body]

    return market.service.read(
        path_of(market),
        parse=rows,
        before=lambda: market.pace.take([endpoint("webhooks")], market.service.clock),
    )


def subscribe_once(market: Marketplace, body: Row) -> None:
    """Have one active webhook of an address: made where there is none, activated where it is PASSIVE.

    Source: docs/webhook-model, D: 15 a seller; one is PASSIVE after 13 failures, and the seller activates it.
    """
    webhooks = [row for row in list_webhooks(market) if row["url"] == body["url"]]
    if not webhooks:
        market.service.write(path_of(market), body)
    elif all(row["status"] != "ACTIVE" for row in webhooks):
        activate(market, webhooks[0])


def activate(market: Marketplace, webhook: Row) -> None:
    """Have a webhook called again; to do it twice is to do it once."""
    market.service.write(path_of(market, webhook["id"], "activate"), None, method="PUT")


def reconcile(market: Marketplace, copy: LocalCopy) -> None:
    """Read every package of the span: calls may be late or never come.

    Source: docs/webhook-model, D: delivery is not guaranteed, and reading the list is advised.
    """
    now_ms = market.account.now_ms
    from_ms = now_ms - SPAN_MS
    packages = [row for window in windows(from_ms, now_ms) for row in read_window(market, window)]
    keep_packages(copy, packages)
    copy.replace("span", "name", [{"name": "last run", "from_ms": from_ms}])


@dataclass(frozen=True, slots=True)
class Steps:
    """What a client that is called may do its own way."""

    subscription: Callable[[Mapping[str, str]], Row] = subscription
    """Writes what is subscribed."""

    subscribe: Subscribe = subscribe_once
    """Has the webhook in order."""

    reconcile: Callable[[Marketplace, LocalCopy], None] = reconcile
    """Reads what calls may have missed."""

    receiver: Receiver = RECEIVER
    """Takes calls."""


STEPS = Steps()


def change_rows(copy: LocalCopy) -> Iterator[Row]:
    """What the client has acted on."""
    return ({KEY: row[KEY], "status": row["status"]} for row in copy.rows("changes"))


def client(steps: Steps = STEPS) -> Client:
    """Make a client that has its webhook in order first, so that nothing comes in between, and reads then."""

    def sync(context: SyncContext) -> None:
        def run(market: Marketplace) -> None:
            steps.subscribe(market, steps.subscription(context.environment))
            steps.reconcile(market, context.copy)

        read_marketplace(context, run)

    return Client(
        sync,
        {"orders": lambda copy: order_rows(copy, order_row), "changes": change_rows},
        listen=steps.receiver.listen,
        protocol=Codec(decode=read_answer),
    )


REFERENCE = client()
