"""Questions on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.world.catalogue.model import text_in
from emulator.world.questions.model import Answer, Question, Status

SHOP = "https://stage.trendyol.com"
STATUSES: Mapping[Status, str] = {
    "waiting": "WAITING_FOR_ANSWER",
    "checking": "WAITING_FOR_APPROVE",
    "answered": "ANSWERED",
    "reported": "REPORTED",
    "rejected": "REJECTED",
    "unanswered": "UNANSWERED",
}
MINUTE_MS, MINUTES_OF_HOUR, HOURS_OF_DAY = 60_000, 60, 24


def question(value: Question, language: str) -> dict[str, Any]:
    """One question as list and lookup have it.

    Source: docs/müşteri-sorularını-çekme, D.
    """
    row = {
        "id": value.id,
        "text": value.text,
        "customerId": value.customer_id,
        "userName": masked_name(value.customer_name) if value.shows_name else "",
        "showUserName": value.shows_name,
        "status": STATUSES[value.status],
        "public": value.is_public,
        "creationDate": value.created_ms,
        "answeredDateMessage": answering_time(value),
        "productName": text_in(value.product.name, language),
        "productMainId": value.product.main_id,
        "imageUrl": value.product.image,
        "webUrl": f"{SHOP}/{value.product.slug}-p-{value.product.content_id}",
        "rejectedDate": value.rejected_ms,
        "reportedDate": value.reported_ms,
        "reason": value.reason or None,
        "reportReason": value.report_reason or None,
    }
    if value.answer is not None:
        row["answer"] = _answer(value.answer)
    if value.rejected_answer is not None:
        row["rejectedAnswer"] = _answer(value.rejected_answer)
    return row


def masked_name(name: str) -> str:
    """The first letters of a name's parts. Source: that it is masked is D, how is I."""
    return " ".join(f"{part[0]}**" for part in name.split())


def answering_time(value: Question) -> str:
    """How fast a question was answered, in Turkish. Source: that it says so is D, the words are I."""
    if value.answer is None or value.status != "answered":
        return ""
    minutes = max((value.answer.given_ms - value.created_ms) // MINUTE_MS, 1)
    if minutes < MINUTES_OF_HOUR:
        return f"{minutes} dakika içinde cevaplandı"
    hours = minutes // MINUTES_OF_HOUR
    if hours < HOURS_OF_DAY:
        return f"{hours} saat içinde cevaplandı"
    return f"{hours // HOURS_OF_DAY} gün içinde cevaplandı"


def _answer(value: Answer) -> dict[str, Any]:
    return {
        "id": value.id,
        "text": value.text,
        "creationDate": value.given_ms,
        "hasPrivateInfo": value.has_private_info,
        "reason": value.rejection or None,
    }
