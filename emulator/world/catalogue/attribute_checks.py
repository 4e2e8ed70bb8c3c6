"""Attributes that a seller sends, in either form: checked by the category, and made values of the world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from emulator.world.batches.model import Failure
from emulator.world.catalogue.categories import Category, CategoryAttribute, text_for
from emulator.world.catalogue.model import Attribute, Named, Text, languages
from emulator.world.catalogue.templates import COLOUR

# Source: docs/ürün-yaratma-v2, D.
LONGEST_COLOUR = 50


class SentAttribute(NamedTuple):
    """One attribute as it was sent: values by number, or free text."""

    id: int
    value_ids: tuple[int, ...]
    text: str | None


def sent_attribute(entry: Mapping[str, Any]) -> SentAttribute:
    """Read an attribute in either form.

    Source: attributeValueId or customAttributeValue, docs/ürün-yaratma-v2, D; attributeValueIds or
    attributeValue, v2.0/docs/product-integration-v2, D. Both are taken.
    """
    numbers = entry.get("attributeValueIds") or ()
    if entry.get("attributeValueId") is not None:
        numbers = (entry["attributeValueId"], *numbers)
    text = entry.get("customAttributeValue") or entry.get("attributeValue") or None
    return SentAttribute(entry.get("attributeId", 0), tuple(dict.fromkeys(numbers)), text)


def attribute_failures(
    category: Category, entries: Sequence[Mapping[str, Any]], *, with_varianters: bool = True
) -> Iterator[Failure]:
    """What is wrong with the attributes of a product in its category."""
    rows = {each.id: each for each in category.attributes}
    sent_attributes = [sent_attribute(entry) for entry in entries]
    for each in sent_attributes:
        attribute = rows.get(each.id)
        if attribute is None:
            yield Failure("attribute-unknown", {"attribute": str(each.id)})
        else:
            yield from _value_failures(attribute, each)
    numbers = [each.id for each in sent_attributes]
    for number in dict.fromkeys(numbers):
        if numbers.count(number) > 1:
            yield Failure("attribute-twice", {"attribute": str(number)})
    for attribute in category.attributes:
        is_wanted = attribute.is_required and (with_varianters or not attribute.varianter)
        if is_wanted and attribute.id not in numbers:
            yield Failure("attribute-missing", {"attribute": _name(attribute)})


def attributes_as_sent(
    category: Category, entries: Sequence[Mapping[str, Any]], storefront: str, language: str
) -> tuple[Attribute, ...]:
    """The attributes that were sent, as the world keeps them; several values are several of them."""
    rows = {each.id: each for each in category.attributes}
    return tuple(
        value
        for each in (sent_attribute(entry) for entry in entries)
        for value in _values(rows[each.id], each, storefront, language)
    )


def local_text(text: Text, storefront: str) -> Text:
    """A name of the lookups in the languages of a storefront."""
    return {language: text_for(text, language) for language in languages(storefront)}


def _value_failures(attribute: CategoryAttribute, sent_value: SentAttribute) -> Iterator[Failure]:
    name = _name(attribute)
    known_ids = {each.id for each in attribute.values}
    if not sent_value.value_ids and sent_value.text is None:
        yield Failure("attribute-value-missing", {"attribute": name})
    if sent_value.text is not None and not attribute.allow_custom:
        yield Failure("attribute-custom-refused", {"attribute": name})
    if len(sent_value.value_ids) > 1 and not attribute.multiple:
        yield Failure("attribute-values-too-many", {"attribute": name})
    for number in sent_value.value_ids:
        if number not in known_ids:
            yield Failure("attribute-value-unknown", {"attribute": name, "value": str(number)})
    if attribute.id == COLOUR and len(sent_value.text or "") > LONGEST_COLOUR:
        yield Failure("colour-too-long", {"maximum": str(LONGEST_COLOUR)})


def _values(
    attribute: CategoryAttribute, sent_value: SentAttribute, storefront: str, language: str
) -> Iterator[Attribute]:
    name, values = local_text(attribute.name, storefront), _by_id(attribute.values)
    for number in sent_value.value_ids:
        yield Attribute(attribute.id, name, number, local_text(values[number].name, storefront))
    if sent_value.text is not None and not sent_value.value_ids:
        yield Attribute(attribute.id, name, None, {language: sent_value.text})


def _by_id(values: Sequence[Named]) -> dict[int, Named]:
    return {each.id: each for each in values}


def _name(attribute: CategoryAttribute) -> str:
    return text_for(attribute.name, "tr")
