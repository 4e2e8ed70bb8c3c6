"""The verbs of the control API, one function an operation; each sees all stages and the one asked on."""

from __future__ import annotations

from dataclasses import replace

from emulator.control import spec_views, wire
from emulator.control.journal_formats import FORMATS
from emulator.control.truth_rows import export_rows
from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.stage.fault import ANY_OPERATION
from emulator.stage.har import archive
from emulator.stage.stage import DEFAULT, Stage, Stages
from emulator.world.accounts import sellers
from emulator.world.accounts.sellers import Seller
from emulator.world.core.listing import Listing
from emulator.world.moves import perform
from emulator.world.recipes import RecipeFault
from emulator.world.truth import truth


def get_health(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Say that it runs, and what."""
    return json_reply(wire.health_view(stages.contract, stage))


def get_ready(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Say that the world answers: to be asked at all, it must be open."""
    return json_reply({"ready": True})


def post_reset(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Go back to the seed."""
    stage.reset()
    return json_reply(wire.stage_view(stage))


def list_worlds(call: Call, stages: Stages, stage: Stage) -> Reply:
    """List the open worlds."""
    return json_reply({"worlds": [wire.stage_view(entry) for entry in list(stages.stages.values())]})


def create_world(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Open a world of its own.

    Errors: world-exists, recipe-unknown, recipe-invalid, decision-unknown.
    """
    options = wire.body_members(call)
    spec_views.check_new_world(stages.contract, options)
    if stages.get(options["name"]) is not None:
        raise Refusal("world-exists", name=options["name"])
    try:
        new_stage = stages.open(**options)
    except RecipeFault as fault:
        raise Refusal("recipe-invalid", why=fault) from fault
    return _created_reply(wire.stage_view(new_stage), f"/_emulator/worlds/{new_stage.name}")


def get_world(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Show one open world.

    Errors: world-unknown.
    """
    world_stage = stages.get(call.path["name"])
    if world_stage is None:
        raise Refusal("world-unknown", name=call.path["name"])
    return json_reply(wire.stage_view(world_stage))


def delete_world(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Close a world.

    Errors: world-permanent, world-unknown.
    """
    name = call.path["name"]
    if name == DEFAULT:
        raise Refusal("world-permanent")
    if not stages.close(name):
        raise Refusal("world-unknown", name=name)
    return json_reply({"closed": name})


def get_clock(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Tell the world's time."""
    return json_reply(wire.clock_view(stage.world.clock))


def advance_clock(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Move the time on."""
    stage.world.advance(wire.body_members(call)["ms"])
    return json_reply(wire.clock_view(stage.world.clock))


def freeze_clock(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Stop the time."""
    stage.world.clock.freeze(wire.body_members(call).get("at_ms"))
    stage.world.catch_up()
    return json_reply(wire.clock_view(stage.world.clock))


def run_clock(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Let the time run."""
    stage.world.clock.run()
    return json_reply(wire.clock_view(stage.world.clock))


def make_move(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Move the marketplace.

    Errors: move-impossible.
    """
    stage.world.catch_up()
    try:
        summary = perform(stage.world, wire.body_members(call))
    except ValueError as impossible:
        raise Refusal("move-impossible", why=impossible) from impossible
    return json_reply({"summary": summary, "at_ms": stage.world.clock.now_ms()})


def list_faults(call: Call, stages: Stages, stage: Stage) -> Reply:
    """List the faults."""
    return json_reply(
        {"faults": [wire.fault_view(fault, count) for fault, count in stage.faults.with_counts()]}
    )


def add_fault(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Plan a fault.

    Errors: operation-unknown, error-unknown.
    """
    fault = wire.planned_fault(wire.body_members(call))
    if fault.operation != ANY_OPERATION and fault.operation not in spec_views.vendor_operations(
        stages.contract
    ):
        raise Refusal("operation-unknown", name=fault.operation)
    if fault.error is not None and fault.error not in stages.contract.catalogue.errors:
        raise Refusal("error-unknown", name=fault.error)
    planned_fault = stage.plan(fault, stages.folder())
    return _created_reply(
        wire.fault_view(planned_fault, 0), f"{wire.prefix(stage)}/_emulator/faults/{planned_fault.id}"
    )


def remove_fault(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Take one fault back.

    Errors: fault-unknown.
    """
    if not stage.remove_fault(call.path["faultId"]):
        raise Refusal("fault-unknown", id=call.path["faultId"])
    return json_reply({"cleared": 1})


def clear_faults(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Take every fault back."""
    return json_reply({"cleared": stage.clear_faults()})


def list_holds(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Tell who waits."""
    return json_reply({"holds": wire.holds_view(stage.holds.waiting())})


def release_hold(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Let go what waits under a name."""
    name = call.path["name"]
    count = stage.holds.release(name=name)
    stage.fault_log.record(stage.world.clock.now_ms(), f"released {name}: {count}")
    return json_reply({"released": count})


def list_fault_events(call: Call, stages: Stages, stage: Stage) -> Reply:
    """List what faults have done."""
    events = stage.fault_log.since(call.query["since"])
    return json_reply({"events": [wire.fault_event_view(event) for event in events]})


def list_sellers(call: Call, stages: Stages, stage: Stage) -> Reply:
    """List the sellers."""
    return json_reply({"sellers": [wire.seller_view(seller) for seller in sellers.all_sellers(stage.world)]})


def add_seller(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Let a seller in.

    Errors: seller-exists, seller-key-taken.
    """
    seller = wire.new_seller(wire.body_members(call))
    if sellers.seller_by_id(stage.world, seller.id):
        raise Refusal("seller-exists", id=seller.id)
    if sellers.seller_by_key(stage.world, seller.key):
        raise Refusal("seller-key-taken", api_key=seller.key)
    sellers.add_seller(stage.world, seller)
    return _created_reply(wire.seller_view(seller), f"{wire.prefix(stage)}/_emulator/sellers/{seller.id}")


def update_seller(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Change from where a seller may ask.

    Errors: seller-unknown.
    """
    seller = _seller(stage, call.path["seller"])
    addresses = tuple(call.body["allowed_ips"])
    sellers.set_allowed_ips(stage.world, seller.id, addresses)
    return json_reply(wire.seller_view(replace(seller, allowed_ips=addresses)))


def list_requests(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Hand out the journal."""
    query = call.query
    exchanges = stage.journal.select(
        operation=query.get("operation"),
        status=query.get("status"),
        seller_id=query.get("seller"),
        since=query["since"],
    )
    newest = exchanges[max(len(exchanges) - query.get("limit", len(exchanges)), 0) :]
    return FORMATS[query["format"]](newest, len(exchanges))


def clear_requests(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Empty the journal."""
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
    return json_reply({"findings": judge(b"".join(archive(stage.journal.select())))})


def get_truth(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Tell what a seller's copy should hold.

    Errors: seller-unknown.
    """
    query = call.query
    seller = _seller(stage, query["seller"])
    storefront = query.get("storefront", seller.storefronts[0])
    stage.world.catch_up()
    listing = Listing(seller.id, storefront)
    rows = truth(stage.world, call.path["kind"], listing, query.get("from"), query.get("to"))
    return json_reply({"kind": call.path["kind"], "rows": export_rows(call.path["kind"], rows)})


def list_rules(call: Call, stages: Stages, stage: Stage) -> Reply:
    """List the laws for consumers."""
    return json_reply({"rules": spec_views.rule_views(stages.contract)})


def explain_operation(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Say what the specs ask and promise of an operation.

    Errors: operation-unknown.
    """
    name = call.path["operationId"]
    editions = spec_views.explain(stages.contract, name)
    if not editions:
        raise Refusal("operation-unknown", name=name)
    return json_reply({"operation": name, "editions": editions})


def list_documents(call: Call, stages: Stages, stage: Stage) -> Reply:
    """List the documents, or hand one out whole.

    Errors: document-unknown.
    """
    name = call.query.get("name")
    if name is None:
        return json_reply(
            {
                "documents": [
                    spec_views.document_view(key, tree) for key, tree in stages.contract.documents.items()
                ]
            }
        )
    document = stages.contract.find_document(name)
    if document is None:
        raise Refusal("document-unknown", name=name)
    return json_reply(document)


def _created_reply(view: dict[str, object], location: str) -> Reply:
    return replace(json_reply(view, 201), headers=(("Location", location),))


def _seller(stage: Stage, number: int) -> Seller:
    seller = sellers.seller_by_id(stage.world, number)
    if seller is None:
        raise Refusal("seller-unknown", id=number)
    return seller
