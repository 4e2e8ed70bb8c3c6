"""Changes of approved contents: checked as items, looked at by people, then made or refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emulator.world.batches.model import Batch, Failure, Failures
from emulator.world.catalogue.attribute_checks import attribute_failures, attributes_as_sent, sent_attribute
from emulator.world.catalogue.content_audits import (
    AuditChange,
    ContentAudit,
    Reason,
    audit_by_number,
    new_number,
    put_audit,
)
from emulator.world.catalogue.cross_country import follow_content
from emulator.world.catalogue.listings import content_by_id, put_content
from emulator.world.catalogue.model import Attribute, Content, attributes_from, text_in
from emulator.world.catalogue.moderation import DELAY_MS, moderation_setting
from emulator.world.catalogue.product_checks import Item, field_failures, leaf
from emulator.world.catalogue.product_rules import ProductRules, product_rules
from emulator.world.core.ids import chance, happens

if TYPE_CHECKING:
    from emulator.world.core.world import World

REVIEW = "content-review"
FIELDS = ("title", "description", "images", "attributes")
EDITOR = "qc-system"
# Both types are printed; their words are ours.
# Source: docs/ürün-bilgileri-güncelleme-sonucu-kontrol-servisi, D.
NOTHING_NEW = Reason("CHANGES_NOT_FOUND", "Değişiklik bulunamadı", "Gönderilen bilgi mevcut bilgi ile aynı.")
BANNED_WORD = Reason(
    "BANNED_WORD_IN_ATTRIBUTE", "Yasaklı kelime", "Gönderilen bilgide yasaklı bir kelime var."
)


def apply_content_updates(world: World, batch: Batch, items: Sequence[Any]) -> Sequence[Failures]:
    """Have people look at changes of contents; an item holds the ``product`` as sent and its ``language``."""
    rules = product_rules(world, batch.listing)
    numbers = [item["product"].get("contentId") for item in items]
    return [
        _apply(world, batch, rules, item, is_repeated=numbers.index(number) < place)
        for place, (number, item) in enumerate(zip(numbers, items, strict=True))
    ]


def request_changes(
    world: World, content: Content, batch: Batch, item: Mapping[str, Any], *, only_new: bool = False
) -> None:
    """Note what is to change of a content, and put the look at it on the calendar.

    Shapes: with ``only_new`` what changes nothing is not noted, and nothing at all where nothing changes.
    """
    changes = tuple(
        each for each in _changes(world, content, item) if not only_new or each.state == "running"
    )
    if not changes:
        return
    audit = ContentAudit(
        number=new_number(world),
        listing=content.listing,
        content_id=content.id,
        barcode=content.variants[0].barcode,
        batch_id=batch.id,
        requested_ms=batch.created_ms,
        changes=changes,
    )
    put_audit(world, audit)
    delay_ms: int = moderation_setting(world, "delay_ms", DELAY_MS)
    world.schedule(world.clock.now_ms() + delay_ms, REVIEW, audit.number)


def review_due(world: World, at_ms: int, number: int) -> None:
    """Make the changes of an audit, or refuse them by the share of the recipe."""
    audit = audit_by_number(world, number)
    if audit is None or all(each.state != "running" for each in audit.changes):
        return
    rng = chance(world.seed, REVIEW, number)
    review(world, audit, is_good=not happens(rng, moderation_setting(world, "review_failed", 0.0)))


def review(world: World, audit: ContentAudit, *, is_good: bool) -> None:
    """End an audit: what is good is made, what is not keeps its reason."""
    now_ms = world.clock.now_ms()
    content = content_by_id(world, audit.listing, audit.content_id)
    changes = []
    for change in audit.changes:
        if change.state != "running":
            changes.append(change)
        elif is_good and content is not None:
            content = _with_change(content, change)
            changes.append(replace(change, state="success", completed_ms=now_ms))
        else:
            changes.append(replace(change, state="fail", completed_ms=now_ms, reasons=(BANNED_WORD,)))
    if is_good and content is not None:
        content = replace(content, modified_ms=now_ms, modified_by=EDITOR)
        put_content(world, content)
        follow_content(world, content)
    put_audit(world, replace(audit, changes=tuple(changes)))


def content_failures(rules: ProductRules, content: Content, sent_fields: Item) -> Iterator[Failure]:
    """What is wrong with the fields of a content that were sent."""
    yield from field_failures(rules, {name: sent_fields[name] for name in FIELDS if sent_fields.get(name)})
    category = leaf(rules, content.category.id)
    if category is not None and sent_fields.get("attributes"):
        yield from attribute_failures(category, sent_fields["attributes"], with_varianters=False)
        yield from _special_failures(content, category.special_ids, sent_fields["attributes"])


def _apply(
    world: World, batch: Batch, rules: ProductRules, item: Mapping[str, Any], *, is_repeated: bool
) -> Failures:
    sent_fields = item["product"]
    number = sent_fields.get("contentId")
    content = None if number is None else content_by_id(world, batch.listing, number)
    if content is None:
        return (Failure("content-unknown", {"content": str(number)}),)
    if is_repeated:
        return (Failure("content-twice", {"content": str(number)}),)
    if not any(sent_fields.get(name) for name in FIELDS):
        return (Failure("nothing-to-update"),)
    failures = tuple(content_failures(rules, content, sent_fields))
    if not failures:
        request_changes(world, content, batch, item)
    return failures


def _special_failures(
    content: Content, special_ids: frozenset[int], entries: Sequence[Mapping[str, Any]]
) -> Iterator[Failure]:
    """What splits contents and variants stays as it is. Source: docs/ürün-güncelleme-onaylı-ürün-v2, D."""
    values: dict[int, set[object]] = {}
    for each in (*content.attributes, *(one for variant in content.variants for one in variant.attributes)):
        values.setdefault(each.id, set()).add(each.value_id or text_in(each.value, ""))
    for attribute in map(sent_attribute, entries):
        sent_values: set[object] = {*attribute.value_ids} or {attribute.text}
        number = attribute.id
        if number in special_ids and number in values and not sent_values <= values[number]:
            yield Failure("attribute-frozen", {"attribute": str(number)})


def _changes(world: World, content: Content, item: Mapping[str, Any]) -> Iterator[AuditChange]:
    sent_fields, language = item["product"], item["language"]
    if sent_fields.get("title"):
        yield _change(world, "title", text_in(content.title, language), sent_fields["title"])
    if sent_fields.get("description"):
        yield _change(
            world, "description", text_in(content.description, language), sent_fields["description"]
        )
    if sent_fields.get("images"):
        urls = [each["url"] for each in sent_fields["images"]]
        yield _change(world, "media", list(content.images), urls)
    if sent_fields.get("attributes"):
        yield _change(world, "attribute", _plain(content.attributes), _new_attributes(world, content, item))


def _change(world: World, kind: Any, old: Any, new: Any) -> AuditChange:
    """A change that is looked at; what changes nothing has failed already."""
    if old == new:
        return AuditChange(kind, "fail", old, new, world.clock.now_ms(), (NOTHING_NEW,))
    return AuditChange(kind, "running", old, new)


def _new_attributes(world: World, content: Content, item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The attributes of the content as sent; those of its variants are left out."""
    category = leaf(product_rules(world, content.listing), content.category.id)
    if category is None:
        return _plain(content.attributes)
    entries = item["product"]["attributes"]
    attributes = attributes_as_sent(category, entries, content.storefront, item["language"])
    return _plain([each for each in attributes if each.id not in category.varianter_ids])


def _plain(attributes: Sequence[Attribute]) -> list[dict[str, Any]]:
    return [
        {"id": each.id, "name": dict(each.name), "value_id": each.value_id, "value": dict(each.value)}
        for each in attributes
    ]


def _with_change(content: Content, change: AuditChange) -> Content:
    """The content after a change; a text is the only one it has from then on."""
    if change.kind == "title":
        return replace(content, title={next(iter(content.title)): change.new})
    if change.kind == "description":
        return replace(content, description={next(iter(content.description)): change.new})
    if change.kind == "media":
        return replace(content, images=tuple(change.new))
    return replace(content, attributes=attributes_from(change.new))
