"""The journal, and what the kit finds in it."""

from __future__ import annotations

from emulator.control import wire
from emulator.control.journal_formats import FORMATS
from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.stage.judgement import Judgement
from emulator.stage.judging import judge_journal
from emulator.stage.kit_verbs import report_on
from emulator.stage.stage import Stage
from emulator.stage.stages import Stages

REPORT_TYPES = {"sarif": "application/sarif+json", "html": "text/html; charset=utf-8"}


def list_requests(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Hand out the journal."""
    query = call.query
    exchanges = stage.journal.select(
        operation=query.get("operation"),
        status=query.get("status"),
        seller_id=query.get("seller"),
        since=query["since"],
        before=query.get("before"),
        api_key=query.get("key"),
        client=query.get("client", ""),
        mentions=query.get("mentions", "").encode(),
    )
    newest = exchanges[max(len(exchanges) - query.get("limit", len(exchanges)), 0) :]
    return FORMATS[query["format"]](newest, len(exchanges))


def clear_requests(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Empty the journal."""
    stage.judgement = Judgement()
    return json_reply({"cleared": stage.journal.clear()})


def get_request(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Show one exchange.

    Errors: request-unknown.
    """
    exchange = stage.journal.find(call.path["requestId"])
    if exchange is None:
        raise Refusal("request-unknown", id=call.path["requestId"])
    return json_reply(wire.exchange_detail(exchange))


def list_findings(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Have the journal judged.

    Errors: kit-missing.
    """
    judge = stages.find_judge()
    if judge is None:
        raise Refusal("kit-missing")
    form, language = call.query["format"], call.query["language"]
    if form == "json":
        judgement = judge_journal(stage, judge) if call.query["judge"] else stage.judgement
        return json_reply(wire.judgement_view(judgement, stage.journal, stages.translator_into(language)))
    report = report_on(stage.journal.select(), form, language)
    return Reply((report,), content_type=REPORT_TYPES[form])
