"""The services of customer questions."""

from __future__ import annotations

import orjson

from emulator.exchange import Call, Refusal, Reply, json_reply, page_reply
from emulator.trendyol.questions import parse, wire
from emulator.world.catalogue.listings import content_by_id, variant_by_barcode
from emulator.world.core.life import NoWay
from emulator.world.core.listing import Listing
from emulator.world.questions.answers import MOST_HITS, give_answer
from emulator.world.questions.draw import product_of
from emulator.world.questions.due import schedule_arrival
from emulator.world.questions.model import Question
from emulator.world.questions.rows import next_question_id
from emulator.world.questions.search import QuestionQuery, find_questions, question_of_listing

NO_CONTENT = 0
TAKEN_SENTENCE = "Cevabınız kaydedildi."


def get_questions(call: Call) -> Reply:
    """A page of questions.

    Errors: question-window-too-long and question-size-invalid by decision.
    """
    number, size = call.query["page"], parse.size(call)
    page = find_questions(call.world, _query(call), number * size, size)
    head = {
        "page": number,
        "size": size,
        "totalElements": page.total,
        "totalPages": -(-page.total // size),
    }
    rows = [orjson.dumps(wire.question(each, call.caller.language)) for each in page.questions]
    return page_reply(head, rows)


def get_question(call: Call) -> Reply:
    """One question.

    Errors: question-unknown.
    """
    return json_reply(wire.question(_question(call), call.caller.language))


def answer_question(call: Call) -> Reply:
    """Answer a question.

    Errors: question-unknown, answer-empty, answer-too-short, answer-too-long, and what its status refuses.
    """
    text, question = parse.answer_text(call), _question(call)
    try:
        answer = give_answer(call.world, question, text)
    except NoWay as fault:
        raise parse.refusal(question, MOST_HITS) from fault
    reply_kind = call.decide("answer-reply")
    if reply_kind == "empty":
        return Reply((), content_type="text/plain")
    return json_reply({"answerId": answer.id} if reply_kind == "object" else TAKEN_SENTENCE)


def create_question(call: Call) -> Reply:
    """Ask a test question, which is shown once people have looked at it.

    Errors: question-text-missing, question-content-unknown.
    """
    body, listing = call.body, _listing(call)
    if not body["text"].strip():
        raise Refusal("question-text-missing")
    content = content_by_id(call.world, listing, body["contentId"])
    if content is None:
        raise Refusal("question-content-unknown", value=body["contentId"])
    question = Question(
        id=next_question_id(call.world),
        seller_id=listing.seller_id,
        storefront=listing.storefront,
        product=product_of(content),
        customer_id=body["userId"],
        customer_name=body.get("userFullName") or "",
        shows_name=body["showUserName"],
        text=body["text"],
        created_ms=call.now_ms,
        updated_ms=call.now_ms,
    )
    schedule_arrival(call.world, question)
    return json_reply({"questionId": question.id})


def _query(call: Call) -> QuestionQuery:
    params = call.query
    from_ms, to_ms = parse.window(call)
    return QuestionQuery(
        listing=_listing(call),
        from_ms=from_ms,
        to_ms=to_ms,
        status=parse.STATUS_OF.get(params.get("status", "")),
        content_id=_content_id(call),
        sorted_by=parse.SORT_FIELDS[params["orderByField"]],
        newest_first=params["orderByDirection"] == "DESC",
    )


def _content_id(call: Call) -> int | None:
    """The content of the barcode that is asked for; one that finds nothing for a barcode nobody has."""
    if "barcode" not in call.query:
        return None
    match = variant_by_barcode(call.world, _listing(call), call.query["barcode"])
    return NO_CONTENT if match is None else match[0].id


def _question(call: Call) -> Question:
    """The question that the path names.

    Errors: question-unknown for one that is not there or is another listing's.
    """
    question = question_of_listing(call.world, _listing(call), call.path["id"])
    if question is None:
        raise Refusal("question-unknown", value=call.path["id"])
    return question


def _listing(call: Call) -> Listing:
    return Listing(call.path["sellerId"], call.caller.storefront)
