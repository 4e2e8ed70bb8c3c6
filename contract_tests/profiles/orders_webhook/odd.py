"""Odd clients that are called and are right: one habit each that nobody may blame them for."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from contract_tests.clients.client import Client
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.patience import NO_PATIENCE
from contract_tests.clients.protocol import Row
from contract_tests.profiles.orders_webhook.receiver import RECEIVER, URL_VARIABLE, Call
from contract_tests.profiles.orders_webhook.reference import (
    REFERENCE,
    STEPS,
    client,
    list_webhooks,
    path_of,
)
from contract_tests.profiles.variants import Odd

PROFILE = "orders-webhook"
USER_VARIABLE, PASSWORD_VARIABLE = "CLIENT_WEBHOOK_USER", "CLIENT_WEBHOOK_PASSWORD"
NO_CONTENT = 204


def takes(**receiver: Any) -> Client:
    """The reference, except for how it takes calls."""
    return client(replace(STEPS, receiver=replace(RECEIVER, **receiver)))


def with_basic(environment: Mapping[str, str]) -> Row:
    """Subscribe with name and password."""
    return {
        "url": environment[URL_VARIABLE],
        "authenticationType": "BASIC_AUTHENTICATION",
        "username": environment[USER_VARIABLE],
        "password": environment[PASSWORD_VARIABLE],
        "subscribedStatuses": ["CREATED", "PICKING", "INVOICED", "CANCELLED", "UNPACKED"],
    }


def has_basic(call: Call) -> bool:
    """Take the calls that carry name and password."""
    pair = f"{call.environment[USER_VARIABLE]}:{call.environment[PASSWORD_VARIABLE]}"
    return call.headers.get("authorization") == f"Basic {b64encode(pair.encode()).decode()}"


def anew_in_each_run(market: Marketplace, body: Row) -> None:
    """Take the webhook away and make it again."""
    for webhook in list_webhooks(market):
        if webhook["url"] == body["url"]:
            market.service.write(path_of(market, webhook["id"]), None, method="DELETE")
    market.service.write(path_of(market), body)


def nothing(copy: LocalCopy, packages: list[Row]) -> None:
    """Leave a package to the next run."""


ODD = (
    Odd("hooked_by_basic", PROFILE, "subscribes some statuses, with name and password",
        client(replace(STEPS, subscription=with_basic, receiver=replace(RECEIVER, knows_caller=has_basic)))),
    Odd("subscribes_anew", PROFILE, "takes its webhook away in each run and makes it again",
        client(replace(STEPS, subscribe=anew_in_each_run))),
    Odd("leaves_calls_to_runs", PROFILE, "takes calls and reads the list all the same", takes(keep=nothing)),
    Odd("answers_without_content", PROFILE, "answers calls with 204",
        takes(status_of=lambda packages: NO_CONTENT)),
    Odd("gives_a_subscription_up", PROFILE, "gives the run up at the first refusal",
        replace(REFERENCE, patience=NO_PATIENCE), gives_up=True),
)  # fmt: skip
