"""Claims of the last weeks read in windows, each wanted item decided once, all of them read again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import requests

from contract_tests.clients.account import desired_rows
from contract_tests.clients.client import Client, SyncContext
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace, read_marketplace
from contract_tests.clients.paging import numbered_pages, read_at_rest
from contract_tests.clients.patience import Clock, Limit, endpoint
from contract_tests.clients.problems import Lost, Passing, Problem, Refused
from contract_tests.clients.protocol import Codec, Page, Row, read_document
from contract_tests.clients.session import AUTH_REFUSAL, FORBIDDEN, Form
from contract_tests.clients.windows import Window, Windows, back_from_last

KIND, STATES, KEY, ITEM = "claims", "decisions", "id", "claimItemId"
DAY_MS = 86_400_000
WINDOW_MS, SPAN_MS = 14 * DAY_MS, 56 * DAY_MS
SIZE = 200
WAITING, ON_ITS_WAY = "WaitingInAction", "Created"
APPROVAL_STATUSES, ISSUE_STATUSES = (
    ("Accepted", "WaitingFraudCheck"),
    ("Unresolved", "InAnalysis", "Rejected"),
)
# docs/1-servis-limitleri, D: five approvals and five issues a minute.
APPROVALS, ISSUES = Limit("approvals a minute", 5, 60.0), Limit("issues a minute", 5, 60.0)
# Source: docs/i̇ade-siparişlerinde-ret-talebi-oluşturma-createclaimissue, D.
WITHOUT_FILE, EXCHANGE, NOT_RECEIVED = (1651, 451, 2101), 2101, 1651
# How often the claims are read in one run, if a decision is refused.
LOOKS = 2
BOUNDARY = "claim-issue-7MA4YWxkTrZu0gW"
DONE_BODIES = {b"", b"200 OK"}

ReadWindow = Callable[[Marketplace, Window], list[Row]]
# A claim item beside the id of its claim, by its own id.
Items = Mapping[str, Row]


# Source: two weeks stand in a client's comment, C; no page has a limit.
windows = back_from_last(WINDOW_MS)


def read_window(market: Marketplace, window: Window) -> list[Row]:
    """Every claim of a window, once.

    Errors: Moved when the pages do not come to rest.
    """
    return read_at_rest(lambda: numbered_pages(partial(request_page, market, window), SIZE, KEY))


def request_page(market: Marketplace, window: Window, number: int, **more: str | int) -> Page:
    """One page of a window, the latest change first; ``more`` says it otherwise."""
    path = f"/order/sellers/{market.account.seller_id}/claims"
    return market.page((endpoint("claims"),), path, window.query | {"page": number, "size": SIZE} | more)


def read_answer(answer: requests.Response, clock: Clock) -> Any:
    """Read a document; a decision that was taken is answered by an empty body."""
    if answer.ok and answer.request.method != "GET" and answer.content.strip() in DONE_BODIES:
        return None
    return read_document(answer, clock)


def approve(market: Marketplace, item: Row) -> None:
    """Take an item back, once.

    Errors: Lost when nobody knows whether it was done, Passing and Refused when it was not.
    """
    market.pace.take([endpoint("approve"), APPROVALS], market.service.clock)
    body = {"claimLineItemIdList": [item[KEY]], "params": {}}
    market.service.write(f"{claim_path(market, item)}/items/approve", body, method="PUT")


def issue(market: Marketplace, item: Row, reason_id: int) -> None:
    """Do not take an item back, once, with a file where the reason needs one.

    Errors: Lost when nobody knows whether it was done, Passing and Refused when it was not.
    """
    form = None if reason_id in WITHOUT_FILE else proof()
    send_issue(market, item, issue_query(item, reason_id), form)


def send_issue(market: Marketplace, item: Row, query: Mapping[str, Any], form: Form | None) -> None:
    """Send an issue as it is given."""
    market.pace.take([endpoint("issue"), ISSUES], market.service.clock)
    market.service.write(f"{claim_path(market, item)}/issue", form, query)


def issue_query(item: Row, reason_id: int) -> dict[str, Any]:
    """The values of an issue, which the guide puts into the query."""
    return {
        "claimIssueReasonId": reason_id,
        "claimItemIdList": item[KEY],
        "description": "Ürün incelendi, iade koşullarına uymuyor.",
    }


def proof() -> Form:
    """A form with one file."""
    head = 'Content-Disposition: form-data; name="files"; filename="proof.txt"\r\nContent-Type: text/plain'
    content = f"--{BOUNDARY}\r\n{head}\r\n\r\ninspected\r\n--{BOUNDARY}--\r\n"
    return Form(content.encode(), f"multipart/form-data; boundary={BOUNDARY}")


def claim_path(market: Marketplace, item: Row) -> str:
    """The address of the claim that an item belongs to."""
    return f"/integration/order/sellers/{market.account.seller_id}/claims/{item['claimId']}"


def state_of(item: Row | None, want: Row, now_ms: int) -> str:
    """What an item says of a wanted decision: done, open, pending, or refused for good.

    Source: docs/i̇ade-siparişleri-onaylama-approveclaimlineitems, D: only what waits can be decided; 1651 not
    in the first 24 of its 48 hours.
    """
    status = None if item is None else item["claimItemStatus"]["name"]
    if item is None or status == ON_ITS_WAY:
        return "pending"
    if status == WAITING:
        ends_ms = item.get("autoApproveDate") or 0
        is_early = want["reasonId"] == NOT_RECEIVED and ends_ms - now_ms >= DAY_MS
        return "pending" if is_early else "open"
    if want["action"] == "approve":
        return "done" if status in APPROVAL_STATUSES else "refused"
    is_exchanged = want["reasonId"] == EXCHANGE and status == "Accepted"
    return "done" if status in ISSUE_STATUSES or is_exchanged else "refused"


@dataclass(frozen=True, slots=True)
class Steps:
    """What a client of claims may do its own way."""

    windows: Windows = windows
    """Cuts a span of time into windows."""

    read_window: ReadWindow = read_window
    """Reads every claim of a window."""

    state_of: Callable[[Row | None, Row, int], str] = state_of
    """Says what an item says of a wanted decision."""

    approve: Callable[[Marketplace, Row], None] = approve
    """Takes an item back."""

    issue: Callable[[Marketplace, Row, int], None] = issue
    """Does not take an item back."""

    span_ms: int = SPAN_MS
    """How far it looks back."""

    looks: int = LOOKS
    """How often the claims are read in one run, if a decision is refused."""


STEPS = Steps()


def read_claims(market: Marketplace, steps: Steps) -> list[Row]:
    """Read every claim of the span, each once."""
    now_ms = market.account.now_ms
    claims = {
        row[KEY]: row
        for window in steps.windows(now_ms - steps.span_ms, now_ms)
        for row in steps.read_window(market, window)
    }
    return list(claims.values())


def items_of(claims: Iterable[Row]) -> dict[str, Row]:
    """The items of claims by their ids, each with what its copy needs of claim and line."""
    return {
        item[KEY]: item
        | {
            "claimId": claim["claimId"],
            "orderNumber": claim["orderNumber"],
            "barcode": line["orderLine"]["barcode"],
            "lastModifiedDate": claim["lastModifiedDate"],
        }
        for claim in claims
        for line in claim["items"]
        for item in line["claimItems"]
    }


def decide_want(market: Marketplace, want: Row, items: Items, steps: Steps) -> str:
    """Decide a wanted item if it waits, and say what is known of it then.

    Errors: Refused when no request is let through.
    """
    item = items.get(want[ITEM])
    state = steps.state_of(item, want, market.account.now_ms)
    if item is None or state != "open":
        return state
    try:
        if want["action"] == "approve":
            steps.approve(market, item)
        else:
            steps.issue(market, item, want["reasonId"])
    except Lost:
        return "unclear"
    except Passing:
        return "pending"
    except Refused as refusal:
        # It was accepted by the system or decided in the panel meanwhile: what it is now, the list says.
        if refusal.status in (AUTH_REFUSAL, FORBIDDEN):
            raise
        return "open"
    return "done"


def decide_wants(market: Marketplace, wants: Iterable[Row], copy: LocalCopy, steps: Steps = STEPS) -> None:
    """Decide what is wanted, and hold the claims as they are afterwards.

    Errors: Problem at the end while a want is not fulfilled; Refused at once when no request is let through.
    """
    wants = list(wants)
    items = items_of(read_claims(market, steps))
    states: dict[str, str] = {}
    for _ in range(steps.looks):
        for want in wants:
            if states.get(want[ITEM], "open") == "open":
                # Saved before anything is sent: a run that dies in between does not know.
                save_state(copy, want, "unclear")
                states[want[ITEM]] = decide_want(market, want, items, steps)
                save_state(copy, want, states[want[ITEM]])
        if wants:
            items = items_of(read_claims(market, steps))
        if "open" not in states.values():
            break
    copy.replace(KIND, KEY, items.values())
    undone = [f"{name}: it is {state}" for name, state in states.items() if state != "done"]
    if undone:
        raise Problem("\n".join(undone))


def save_state(copy: LocalCopy, want: Row, state: str) -> None:
    """Save what is known of a want."""
    row = {ITEM: want[ITEM], "state": "refused" if state == "open" else state}
    copy.merge(STATES, ITEM, [row])


def item_rows(copy: LocalCopy) -> Iterator[Row]:
    """The claim items as they are exported, a wanted one with what became of it."""
    states = {row[ITEM]: row["state"] for row in copy.rows(STATES)}
    for row in copy.rows(KIND):
        state = {"state": states[row[KEY]]} if row[KEY] in states else {}
        yield item_row(row) | state


def item_row(row: Row) -> Row:
    """One claim item as it is exported."""
    names = ("claimId", "orderNumber", "barcode", "lastModifiedDate")
    return {ITEM: row[KEY], "status": row["claimItemStatus"]["name"], **{name: row[name] for name in names}}


DecideWants = Callable[[Marketplace, list[Row], LocalCopy], None]
Rows = Callable[[LocalCopy], Iterator[Row]]


def client_with(decide_wants: DecideWants, rows: Rows = item_rows) -> Client:
    """Make a client of this profile from how it decides what is wanted, and what it shows."""

    def sync(context: SyncContext) -> None:
        wants = desired_rows(context.environment)
        read_marketplace(context, lambda market: decide_wants(market, wants, context.copy))

    return Client(sync, {KIND: rows}, protocol=Codec(decode=read_answer))


def client(steps: Steps = STEPS) -> Client:
    """Make a client that decides what the shop wants."""
    return client_with(lambda market, wants, copy: decide_wants(market, wants, copy, steps))


REFERENCE = client()
