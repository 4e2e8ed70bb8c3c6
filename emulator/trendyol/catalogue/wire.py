"""Brands, categories and attributes in the vendor's spelling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emulator.world.catalogue.brands import Brand
from emulator.world.catalogue.categories import Category, CategoryAttribute, text_for


def brand(value: Brand, *, is_luxury: bool) -> dict[str, object]:
    """One brand; only those of the luxury part say so."""
    row: dict[str, object] = {"id": value.id, "name": value.name}
    return {**row, "luxe": True} if is_luxury else row


def category(value: Category, language: str, edition: str) -> dict[str, Any]:
    """One node with all below it.

    Source: the parent of a root is absent on v2.0/docs/trendyol-category-list-getcategorytree and null on
    v3.0/docs/6-trendyol-category-list, D.
    """
    row: dict[str, Any] = {"id": value.id, "name": text_for(value.name, language)}
    if value.parent_id is not None or edition == "int":
        row["parentId"] = value.parent_id
    return {**row, "subCategories": [category(each, language, edition) for each in value.children]}


def category_attributes(
    leaf: Category, attributes: Sequence[CategoryAttribute], language: str
) -> dict[str, Any]:
    """Some attributes of a leaf, without values."""
    rows = [
        {**_attribute(leaf, each, language), "allowMultipleAttributeValues": each.multiple}
        for each in attributes
    ]
    return {**_head(leaf, language), "categoryAttributes": rows}


def category_attributes_v1(leaf: Category, language: str) -> dict[str, Any]:
    """All attributes of a leaf, each with its values."""
    rows = [
        {
            **_attribute(leaf, each, language),
            "attributeValues": [
                {"id": value.id, "name": text_for(value.name, language)} for value in each.values
            ],
        }
        for each in leaf.attributes
    ]
    return {**_head(leaf, language), "categoryAttributes": rows}


def _head(leaf: Category, language: str) -> dict[str, Any]:
    name = text_for(leaf.name, language)
    return {"id": leaf.id, "name": name, "displayName": name}


def _attribute(leaf: Category, value: CategoryAttribute, language: str) -> dict[str, Any]:
    return {
        "categoryId": leaf.id,
        "attribute": {"id": value.id, "name": text_for(value.name, language)},
        "required": value.is_required,
        "allowCustom": value.allow_custom,
        "varianter": value.varianter,
        "slicer": value.slicer,
    }
