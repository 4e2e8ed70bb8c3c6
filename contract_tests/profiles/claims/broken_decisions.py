"""Broken clients of claims: of which items they decide, with what, and what they do when that fails."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contract_tests.clients.client import Client
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.patience import NO_PATIENCE
from contract_tests.clients.problems import Lost, Passing, Refused
from contract_tests.clients.protocol import Row
from contract_tests.profiles.claims.reference import (
    KEY,
    STEPS,
    WAITING,
    approve,
    client,
    client_with,
    decide_wants,
    issue_query,
    items_of,
    proof,
    read_claims,
    send_issue,
    state_of,
)
from contract_tests.profiles.variants import Broken

PROFILE = "claims"
CUSTOMERS_REASON, ANOTHER_REASON = 301, 201
BLIND_REPEATS = 3


def works(**steps: Any) -> Client:
    """The reference, except for some steps."""
    return client(replace(STEPS, **steps))


def whatever_the_status(item: Row | None, want: Row, now_ms: int) -> str:
    """Whatever has not this decision can be decided."""
    state = state_of(item, want, now_ms)
    return "open" if item is not None and state in ("refused", "pending") else state


def at_once(item: Row | None, want: Row, now_ms: int) -> str:
    """Nothing has to wait for a day."""
    is_waiting = item is not None and item["claimItemStatus"]["name"] == WAITING
    return "open" if is_waiting else state_of(item, want, now_ms)


def by_claim(market: Marketplace, item: Row) -> None:
    """The claim's id for the item's."""
    approve(market, item | {KEY: item["claimId"]})


def without_file(market: Marketplace, item: Row, reason_id: int) -> None:
    """No reason needs a file."""
    send_issue(market, item, issue_query(item, reason_id), None)


def customers_reason(market: Marketplace, item: Row, _reason_id: int) -> None:
    """The number of a customer's reason."""
    send_issue(market, item, issue_query(item, CUSTOMERS_REASON), proof())


def another_reason(market: Marketplace, item: Row, _reason_id: int) -> None:
    """One reason does for all."""
    send_issue(market, item, issue_query(item, ANOTHER_REASON), proof())


def long_description(market: Marketplace, item: Row, reason_id: int) -> None:
    """The whole report of the inspection."""
    query = issue_query(item, reason_id) | {"description": "Ürün incelendi. " * 50}
    send_issue(market, item, query, proof())


def approved_instead(market: Marketplace, item: Row, _reason_id: int) -> None:
    """It is simpler to take everything back."""
    approve(market, item)


def done_though_refused(market: Marketplace, item: Row) -> None:
    """What was refused is done as well."""
    try:
        approve(market, item)
    except (Passing, Refused):
        return


def done_though_lost(market: Marketplace, item: Row) -> None:
    """What has no answer is done."""
    try:
        approve(market, item)
    except Lost:
        return


def again_after_a_loss(market: Marketplace, item: Row) -> None:
    """What has no answer is sent again."""
    for _ in range(BLIND_REPEATS):
        try:
            return approve(market, item)
        except Lost:
            continue
    return None


def again_after_a_refusal(market: Marketplace, item: Row) -> None:
    """What is refused is sent again."""
    for _ in range(BLIND_REPEATS):
        try:
            return approve(market, item)
        except Refused:
            continue
    return None


def all_that_wait(market: Marketplace, wants: list[Row], copy: LocalCopy) -> None:
    """Whatever waits is taken back, wanted or not."""
    decide_wants(market, wants, copy)
    for item in items_of(read_claims(market, STEPS)).values():
        if item["claimItemStatus"]["name"] == WAITING:
            approve(market, item)


def decides(
    name: str,
    description: str,
    field_note: str,
    judge: str,
    client: Client,
    needs: str = "",
    *,
    advice: bool = False,
) -> Broken:
    """A client that decides otherwise."""
    return Broken(name, PROFILE, description, field_note, (judge,), client, needs=needs, advice=advice)


LOST_ANSWER = "a write is committed and its answer is lost"
MISSING, GHOST = "wanted_decided:missing", "only_wanted_decided:ghost"

BROKEN = (
    decides("decides_whatever_the_status", "decides items that do not wait", "state ignored",
            "claim_items_waiting", works(state_of=whatever_the_status), "an item that does not wait"),
    decides("claim_for_item", "approves by the id of the claim", "one number taken for another",
            "claim_items_named", works(approve=by_claim)),
    decides("issues_without_file", "sends no file with an issue", "a limit unread", "issue_with_file",
            works(issue=without_file)),
    decides("customers_reason", "sends a reason of the customers' list", "one list taken for another",
            "issue_reason_listed", works(issue=customers_reason)),
    decides("long_description", "sends a description of 800 characters", "a limit unread",
            "issue_described", works(issue=long_description)),
    decides("never_came_at_once", "says on the first day that a parcel never came", "a limit unread",
            "issue_late_enough", works(state_of=at_once), "a parcel said never to have come"),
    decides("approved_though_refused", "takes a refused approval for done", "429 dropped, exit 0: several",
            MISSING, replace(works(approve=done_though_refused), patience=NO_PATIENCE),
            "a refused approval"),
    decides("approved_though_lost", "takes an approval without an answer for done", LOST_ANSWER, MISSING,
            works(approve=done_though_lost), "an approval that is lost before it was done"),
    decides("approves_all_that_wait", "approves all that waits, wanted or not",
            "an effect on more rows than asked", GHOST, client_with(all_that_wait)),
    decides("approves_what_is_not_to_be", "approves what is not to be taken back",
            "an effect other than asked", GHOST, works(issue=approved_instead)),
    decides("one_reason_for_all", "gives one reason for every issue", "an effect other than asked", GHOST,
            works(issue=another_reason)),
    decides("repeats_a_lost_decision", "sends an approval without an answer again, unread", LOST_ANSWER,
            "not_repeated_unread", works(approve=again_after_a_loss), "an approval whose answer is lost",
            advice=True),
    decides("repeats_a_refused_decision", "sends a refused approval again, unread",
            "retries for ever: 2 of 26", "not_repeated_unread",
            works(approve=again_after_a_refusal, state_of=whatever_the_status),
            "an item that does not wait", advice=True),
)  # fmt: skip
