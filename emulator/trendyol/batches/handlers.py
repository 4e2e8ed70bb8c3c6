"""The result of a batch."""

from __future__ import annotations

from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.trendyol.batches import wire
from emulator.world.batches.rows import batch_by_id


def get_batch_request_result(call: Call) -> Reply:
    """What became of the items of a batch.

    Errors: batch-not-found, by decision.
    """
    batch_id = call.path["batchRequestId"]
    batch = batch_by_id(call.world, call.path["sellerId"], batch_id)
    if batch is not None and batch.kind in wire.TYPES:
        return json_reply(wire.result(batch, call.now_ms))
    if call.decide("batch-unknown") == "not-found":
        raise Refusal("batch-not-found", value=batch_id)
    return json_reply({"batchRequestId": batch_id, "status": "PROCESSING", "items": []})
