"""Broken clients that are called: what they subscribe, how they take calls, and what they trust in."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from contract_tests.clients import habits
from contract_tests.clients.client import Client
from contract_tests.clients.habits import with_encode, with_retry_after
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.packages import KEY, SPAN_MS
from contract_tests.clients.patience import Patience
from contract_tests.clients.problems import TooManyRequests
from contract_tests.clients.protocol import Row
from contract_tests.profiles.foreign import NODE, PHP, foreign_client
from contract_tests.profiles.manners import faults_of_manners
from contract_tests.profiles.orders_webhook.receiver import RECEIVER, URL_VARIABLE, Call, keep_packages
from contract_tests.profiles.orders_webhook.reference import (
    REFERENCE,
    STEPS,
    client,
    list_webhooks,
    path_of,
    reconcile,
    subscription,
)
from contract_tests.profiles.variants import Broken

if TYPE_CHECKING:
    import requests

PROFILE = "orders-webhook"
WORK_S = 8.0
KNOWN_STATUSES = {
    "Created", "Picking", "Invoiced", "Shipped", "Cancelled", "Delivered", "UnDelivered", "Returned",
    "UnSupplied", "Awaiting", "UnPacked", "AtCollectionPoint", "Verified",
}  # fmt: skip
STATUSES = ["created", "picking", "invoiced", "shipped", "cancelled", "delivered"]


def works(**steps: Any) -> Client:
    """The reference, except for some steps."""
    return client(replace(STEPS, **steps))


def takes(**receiver: Any) -> Client:
    """The reference, except for how it takes calls."""
    return works(receiver=replace(RECEIVER, **receiver))


def at_localhost(environment: Mapping[str, str]) -> Row:
    """Subscribe an address by the name that every machine has."""
    body = subscription(environment)
    return body | {"url": environment[URL_VARIABLE].replace("127.0.0.1", "localhost")}


def with_api_secret(environment: Mapping[str, str]) -> Row:
    """Subscribe with the credentials that are at hand."""
    key, secret = environment["TRENDYOL_API_KEY"], environment["TRENDYOL_API_SECRET"]
    return {
        "url": environment[URL_VARIABLE],
        "authenticationType": "BASIC_AUTHENTICATION",
        "username": key,
        "password": secret,
    }


def in_each_run(market: Marketplace, body: Row) -> None:
    """Make a webhook whether there is one or not."""
    market.service.write(path_of(market), body)


def again_after_a_loss(market: Marketplace, body: Row) -> None:
    """Have a webhook made until an answer comes."""
    if not any(row["url"] == body["url"] for row in list_webhooks(market)):
        market.service.set(path_of(market), body)


def whatever_its_state(market: Marketplace, body: Row) -> None:
    """Have a webhook, active or not."""
    if not any(row["url"] == body["url"] for row in list_webhooks(market)):
        market.service.write(path_of(market), body)


def never(market: Marketplace, copy: LocalCopy) -> None:
    """Trust in calls."""
    copy.replace("span", "name", [{"name": "last run", "from_ms": market.account.now_ms - SPAN_MS}])


def the_first_time(market: Marketplace, copy: LocalCopy) -> None:
    """Read the list once, and trust in calls from then on."""
    if not copy.rows("span"):
        reconcile(market, copy)


def unless_refused(market: Marketplace, copy: LocalCopy) -> None:
    """Read the list unless it is refused with 429."""
    try:
        reconcile(market, copy)
    except TooManyRequests:
        never(market, copy)


def as_it_comes(copy: LocalCopy, packages: list[Row]) -> None:
    """Hold what came last."""
    keep_packages(copy, packages)
    copy.merge("packages", KEY, packages)


def each_time(copy: LocalCopy, packages: list[Row]) -> None:
    """Act on whatever is told, be it new or not."""
    keep_packages(copy, packages)
    number = len(copy.rows("changes"))
    again = [{KEY: row[KEY], "status": row["status"], "id": f"call {number} {row[KEY]}"} for row in packages]
    copy.add_once("changes", "id", again)


def without_its_key(call: Call) -> bool:
    """Take every call for one of the vendor's."""
    return True


def with_any_key(call: Call) -> bool:
    """Look whether there is a key, and not which one."""
    return "x-api-key" in call.headers


def has_api_secret(call: Call) -> bool:
    """Take the calls that carry the API secret."""
    key, secret = call.environment["TRENDYOL_API_KEY"], call.environment["TRENDYOL_API_SECRET"]
    pair = b64encode(f"{key}:{secret}".encode()).decode()
    return call.headers.get("authorization") == f"Basic {pair}"


def works_first(call: Call, packages: list[Row]) -> None:
    """Do all that follows of a call before it is answered."""
    time.sleep(WORK_S)


def by_known_statuses(packages: list[Row]) -> int:
    """Break at a status that the code has no name for."""
    return 200 if all(row["status"] in KNOWN_STATUSES for row in packages) else 500


def when_orders_are_new(packages: list[Row]) -> int:
    """Call whatever is no new order a bad request."""
    return 200 if all(row["status"] == "Created" for row in packages) else 400


def in_lower_statuses(request: requests.Request) -> requests.Request:
    """Write statuses in small letters."""
    if isinstance(request.json, dict) and "url" in request.json:
        request.json = {**request.json, "subscribedStatuses": STATUSES}
    return request


def writes(name: str, description: str, field_note: str, encode: habits.Encode, *judges: str) -> Broken:
    """A client that writes its requests otherwise."""
    return Broken(name, PROFILE, description, field_note, judges, with_encode(REFERENCE, encode))


def mutant(
    name: str,
    description: str,
    field_note: str,
    caught_by: tuple[str, ...],
    client: Client,
    needs: str = "",
    **more: Any,
) -> Broken:
    """A client that works otherwise."""
    return Broken(name, PROFILE, description, field_note, caught_by, client, needs=needs, **more)


LOST_PAGE = "429 on one page or window silently dropped, exit 0: several"
TRUST = "trusting webhooks without reconciliation: kit, beyond the field"
TWICE = "webhook handler not idempotent: kit, beyond the field"
SECRET = "API secret sent as webhook password: 1 of 26"
MISSING, STALE = "held_as_true:missing", "held_as_true:stale"

BROKEN = (
    *faults_of_manners("subscribes", writes),
    mutant("hurries_a_subscription", "sends a refused subscription again at once",
           "ignores Retry-After: 2 of 26", ("backs_off_after",),
           with_retry_after(REFERENCE, lambda _: None), "two refusals in a row"),
    mutant("subscribes_localhost", "subscribes an address at localhost", "localhost is refused, D",
           ("body_text",), works(subscription=at_localhost)),
    writes("statuses_in_small_letters", "subscribes statuses in small letters", "status list misspelled",
           in_lower_statuses, "body_items_one_of"),
    mutant("api_secret_for_webhook", "makes the API secret the webhook's password", SECRET,
           ("webhook_secrets_apart",),
           works(subscription=with_api_secret, receiver=replace(RECEIVER, knows_caller=has_api_secret))),
    mutant("subscribes_in_each_run", "makes a webhook in each run", "15 a seller, D", ("subscribed_once",),
           works(subscribe=in_each_run), "two runs"),
    mutant("subscribes_again_after_a_loss", "makes a webhook again when no answer came",
           "a write is committed and its answer is lost", ("subscribed_once",),
           works(subscribe=again_after_a_loss), "a subscription whose answer is lost"),
    mutant("leaves_its_webhook_passive", "never looks whether its webhook is active",
           "PASSIVE after 13 failures, D", ("webhook_active",), works(subscribe=whatever_its_state),
           "a receiver that is down for an hour"),
    mutant("breaks_at_a_later_status", "answers 500 to a status it does not know", "unknown enum value",
           ("unknown_statuses_taken",), takes(status_of=by_known_statuses), "a status of later days"),
    mutant("refuses_what_is_no_new_order", "answers 400 to calls about other statuses",
           "answers by its own needs: kit, beyond the field", ("calls_taken",),
           takes(status_of=when_orders_are_new), "a package that goes on"),
    mutant("takes_calls_of_anybody", "takes calls without looking at the key",
           "a webhook open to the world", ("false_calls_refused",), takes(knows_caller=without_its_key),
           "a call with a wrong key"),
    mutant("takes_any_key", "takes calls with any key", "a webhook open to the world",
           ("false_calls_refused",), takes(knows_caller=with_any_key), "a call with a wrong key"),
    mutant("works_before_it_answers", "does its work before it answers",
           "answering webhooks after the work instead of before: kit, beyond the field", ("calls_in_time",),
           takes(before_answer=works_first), "a call", advice=True),
    mutant("last_call_wins", "holds what came last, older or not", "older state overwrites newer",
           ("never_taken_back",), takes(keep=as_it_comes), "a call that is overtaken"),
    mutant("acts_on_each_call", "acts again on a call that comes twice", TWICE, ("acted_once",),
           takes(keep=each_time), "a call that comes twice"),
    mutant("trusts_calls_alone", "never reads the list", TRUST, (MISSING,), works(reconcile=never)),
    mutant("reads_the_list_once", "reads the list in its first run alone", TRUST, (MISSING, STALE),
           works(reconcile=the_first_time), "a call that never comes"),
    mutant("skips_a_refused_list", "takes a list that was refused with 429 for read", LOST_PAGE,
           ("refused_read_repeated", MISSING),
           replace(works(reconcile=unless_refused), patience=Patience(refusals=0)), "a 429 at the list"),
    foreign_client(NODE, "trusts-calls", PROFILE, "reads the list in its first run alone", TRUST,
                   (MISSING, STALE), "a call that never comes"),
    foreign_client(NODE, "any-caller", PROFILE, "takes calls of anybody", "a webhook open to the world",
                   ("false_calls_refused",), "a call with a wrong key"),
    foreign_client(NODE, "last-call-wins", PROFILE, "holds what came last, older or not",
                   "older state overwrites newer", ("never_taken_back",), "a call that is overtaken"),
    foreign_client(PHP, "header-by-its-case", PROFILE, "looks for the header of the key in one case alone",
                   "names of headers compared by case", ("calls_taken",), "a call"),
    foreign_client(PHP, "match-without-default", PROFILE, "answers 500 to a status it does not know",
                   "unknown enum value", ("unknown_statuses_taken",), "a status of later days"),
    foreign_client(PHP, "merged-by-place", PROFILE, "holds what was told beside what was read",
                   "keyed by place", ("held_as_true:duplicate",), "a call"),
)  # fmt: skip
