"""Products that are written: what their items hold, and what the client knew of them when it sent them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contract_tests.judge.rules.pushes import MAX_EXAMPLES, batch_id_of, items_of
from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.rulebook import Rule

Item = Mapping[str, Any]
IsWrong = Callable[[Item], bool]


def item_text(history: History, rule: Rule) -> Iterator[Evaluation]:
    """The text in ``field`` of an item is wholly of a ``pattern``; an item without it is not looked at."""
    field, pattern = rule.facts["field"], re.compile(rule.facts["pattern"])
    return _evaluate_items(history, rule, lambda item: not _is_text_of(item.get(field), pattern))


def item_entries(history: History, rule: Rule) -> Iterator[Evaluation]:
    """The list in ``field`` has at most ``maximum`` entries, the ``name`` of each wholly of a ``pattern``."""
    field, pattern = rule.facts["field"], re.compile(rule.facts["pattern"])

    def is_wrong(item: Item) -> bool:
        entries = item.get(field)
        if not isinstance(entries, list):
            return False
        texts = [each.get(rule.facts["name"]) for each in entries if isinstance(each, dict)]
        return len(entries) > rule.facts["maximum"] or not all(_is_text_of(text, pattern) for text in texts)

    return _evaluate_items(history, rule, is_wrong)


def item_one_of(history: History, rule: Rule) -> Iterator[Evaluation]:
    """The ``field`` of an item is one of the ``values`` of the storefront; one without values takes any."""
    for exchange in history.operations_of(rule):
        values = rule.facts["values"].get(_storefront(exchange))
        field = rule.facts["field"]
        wrong = [
            item for item in items_of(exchange) if values and field in item and item[field] not in values
        ]
        yield Evaluation((exchange,), _sentence(wrong, f"whose {field} is none of {values}"))


def leaf_categories(history: History, rule: Rule) -> Iterator[Evaluation]:
    """The category of an item has none below it, as the ``tree`` shows that was read last.

    Not judged: before any tree was read.
    """
    branch_ids: set[int] = set()
    for exchange in history.all_around(rule):
        if exchange.operation == rule.facts["tree"] and exchange.is_success:
            branch_ids |= set(_branches(exchange.body.json))
        elif branch_ids and history.covers(rule, exchange):
            wrong = [item for item in items_of(exchange) if item.get("categoryId") in branch_ids]
            yield Evaluation((exchange,), _sentence(wrong, "under a category that has others below it"))


def required_attributes_sent(history: History, rule: Rule) -> Iterator[Evaluation]:
    """An item has each attribute that is required of its category, as the answers of ``by`` say.

    Not judged: items of a category that was not asked for.
    """
    required_ids: dict[int, set[int]] = {}
    for exchange in history.all_around(rule):
        if exchange.operation in rule.facts["by"] and exchange.is_success:
            # By their ``required`` a list may have been cut to the optional ones.
            if exchange.query_value("required") != "false":
                required_ids |= _required_numbers(exchange)
        elif required_ids and history.covers(rule, exchange):
            wrong = [
                item
                for item in items_of(exchange)
                if required_ids.get(_number(item.get("categoryId")), set()) - _attribute_ids(item)
            ]
            yield Evaluation((exchange,), _sentence(wrong, "without all attributes that are required"))


def lost_items_read_back(history: History, rule: Rule) -> Iterator[Evaluation]:
    """An item whose write was answered with one of ``statuses`` is not sent again before a ``read_back``."""
    lost_writes: dict[str, Exchange] = {}
    for exchange in history.all_around(rule):
        if exchange.operation in rule.facts["read_back"] and exchange.is_success:
            lost_writes.clear()
        if not history.covers(rule, exchange):
            continue
        barcodes = [str(item.get("barcode")) for item in items_of(exchange)]
        again = [code for code in barcodes if code in lost_writes]
        earlier = (lost_writes[again[0]],) if again else ()
        names = ", ".join(again[:MAX_EXAMPLES])
        sentence = f"{names} was sent again unread after a write without an answer"
        yield Evaluation((*earlier, exchange), sentence if again else None)
        if exchange.status in rule.facts["statuses"]:
            lost_writes |= dict.fromkeys(barcodes, exchange)


def deleted_when_archived(history: History, rule: Rule) -> Iterator[Evaluation]:
    """An approved product is deleted ``least_ms`` after it was archived.

    Shapes: what ``lists`` have shown is approved; ``archive`` and ``delete`` are the operations that do so.
    """
    # When each approved product was archived, None while it is not.
    moments: dict[str, float | None] = {}
    archive, delete = rule.facts["archive"], rule.facts["delete"]
    if not history.calls_of({delete}):
        return
    for exchange in history.calls_of({*rule.facts["lists"], archive, delete}):
        if exchange.operation in rule.facts["lists"] and exchange.is_success:
            moments |= _archive_moments(exchange)
        elif exchange.operation == archive and batch_id_of(exchange):
            for item in items_of(exchange):
                moments[str(item.get("barcode"))] = exchange.at_ms if item.get("archived") else None
        elif exchange.operation == delete:
            wrong = [
                item
                for item in items_of(exchange)
                if not _is_old(moments, item, exchange.at_ms - rule.facts["least_ms"])
            ]
            yield Evaluation((exchange,), _sentence(wrong, "was not archived for a day when it was deleted"))


def rejected_mended(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A product that the ``list`` has shown as rejected is not sent again as it was sent before."""
    sent_items: dict[str, Item] = {}
    rejected_codes: set[str] = set()
    for exchange in history.all_around(rule):
        if exchange.operation == rule.facts["list"] and exchange.is_success:
            rejected_codes |= set(_rejected_barcodes(exchange))
        if not history.covers(rule, exchange):
            continue
        items = {str(item.get("barcode")): item for item in items_of(exchange)}
        wrong = [
            item
            for code, item in items.items()
            if code in rejected_codes and _is_same(sent_items.get(code), item)
        ]
        yield Evaluation((exchange,), _sentence(wrong, "was rejected, and sent again as it was"))
        if batch_id_of(exchange):
            sent_items |= items
            rejected_codes -= items.keys()


def _evaluate_items(history: History, rule: Rule, is_wrong: IsWrong) -> Iterator[Evaluation]:
    for exchange in history.operations_of(rule):
        wrong = [item for item in items_of(exchange) if is_wrong(item)]
        field = rule.facts["field"]
        yield Evaluation((exchange,), _sentence(wrong, f"whose {field} {rule.facts['sentence']}"))


def _sentence(items: list[Item], text: str) -> str | None:
    names = ", ".join(str(item.get("barcode") or item.get("contentId")) for item in items[:MAX_EXAMPLES])
    more = f" and {len(items) - MAX_EXAMPLES} more" if len(items) > MAX_EXAMPLES else ""
    return f"{names}{more} {text}" if items else None


def _is_text_of(value: Any, pattern: re.Pattern[str]) -> bool:
    return not isinstance(value, str) or pattern.fullmatch(value) is not None


def _storefront(exchange: Exchange) -> str:
    """Name the storefront of a request; the Turkish edition has one."""
    return "TR" if exchange.edition == "tr" else exchange.headers.get("storefrontcode", "").upper()


def _branches(document: Any) -> Iterator[int]:
    """Yield the ids of the nodes of a tree that have others below them."""
    nodes = document.get("categories", ()) if isinstance(document, dict) else document
    for node in nodes if isinstance(nodes, list) else ():
        if isinstance(node, dict) and node.get("subCategories"):
            yield node.get("id", 0)
            yield from _branches(node["subCategories"])


def _objects(document: Any, name: str) -> Iterator[Item]:
    """Yield the objects in a list of a document; of a long page a recording has their number alone."""
    values = document.get(name) if isinstance(document, dict) else None
    return (one for one in values if isinstance(one, dict)) if isinstance(values, list) else iter(())


def _required_numbers(exchange: Exchange) -> dict[int, set[int]]:
    """Read which attributes a category requires."""
    entries = _objects(exchange.body.json, "categoryAttributes")
    numbers = {each["attribute"]["id"] for each in entries if each.get("required")}
    return {_number(exchange.segments.get("categoryId")): numbers}


def _attribute_ids(item: Item) -> set[int]:
    entries = item.get("attributes")
    return {_number(each.get("attributeId")) for each in entries} if isinstance(entries, list) else set()


def _number(value: Any) -> int:
    text = str(value)
    return int(text) if text.isdecimal() else 0


def _archive_moments(exchange: Exchange) -> dict[str, float | None]:
    return {
        str(variant["barcode"]): variant.get("archivedDate") or 0.0 if variant.get("archived") else None
        for content in _objects(exchange.body.json, "content")
        for variant in _objects(content, "variants")
    }


def _is_old(moments: Mapping[str, float | None], item: Item, latest_ms: float) -> bool:
    """Tell whether a product may be deleted: one that no list has shown as approved always may."""
    moment = moments.get(str(item.get("barcode")), 0.0)
    return moment is not None and moment <= latest_ms


def _rejected_barcodes(exchange: Exchange) -> Iterator[str]:
    for row in _objects(exchange.body.json, "content"):
        if row.get("status") == "rejected":
            yield str(row.get("barcode"))


def _is_same(sent_item: Item | None, item: Item) -> bool:
    """Tell whether an item has nothing else in the fields that both have."""
    return sent_item is not None and all(
        sent_item[name] == value for name, value in item.items() if name in sent_item
    )
