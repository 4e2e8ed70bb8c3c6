"""The law as data: rules, operations, documents."""

from __future__ import annotations

from emulator.control import spec_views
from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.stage.stage import Stage
from emulator.stage.stages import Stages


def list_rules(call: Call, stages: Stages, stage: Stage) -> Reply:
    """List the laws for consumers."""
    return json_reply({"rules": spec_views.rule_views(stages.contract)})


def list_operations(call: Call, stages: Stages, stage: Stage) -> Reply:
    """List the operations of others."""
    return json_reply({"operations": spec_views.operation_rows(stages.contract)})


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
