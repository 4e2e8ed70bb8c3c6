"""What products of the export centre are described with: countries, care, fabrics, attributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emulator.world.catalogue.categories import Category, CategoryAttribute, category_tree
from emulator.world.catalogue.model import Named
from emulator.world.catalogue.templates import ORIGIN

if TYPE_CHECKING:
    from emulator.world.core.world import World


def choices(world: World) -> Mapping[str, Any]:
    """The lookup file of the export centre."""
    lookup: Mapping[str, Any] = world.plan.lookups["exports"]
    return lookup


def origin_code(world: World, origin: str) -> str | None:
    """The code of a country that was sent by its name or its code, None for another word.

    Source: a name in the printed request, a code in the printed result and list, D.
    """
    rows = choices(world)["origins"]
    return next((code for _, code, name in rows if origin in (name, code)), None)


def composition_id(world: World) -> int:
    """The number of the attribute that says what a thing is made of."""
    number: int = choices(world)["composition"]["id"]
    return number


def export_category(world: World, category_id: int) -> Category | None:
    """A leaf with the attributes that sale abroad asks for, all of them required; None for any other number.

    Source: docs/trendyol-autoft/urun-entegrasyonu/kategoriye-gore-urun-ozellik-listesi, D: what is required
    on the marketplace, the origin, and of clothing care and fabrics; that other things have none is I.
    """
    tree = category_tree(world)
    category = tree.by_id.get(category_id)
    if category is None or not category.is_leaf:
        return None
    lookup, root = choices(world), category
    while root.parent_id is not None:
        root = tree.by_id[root.parent_id]
    own = [each for each in category.attributes if each.is_required and each.id != ORIGIN]
    own.append(_attribute(lookup["origin"], [(number, name) for number, _, name in lookup["origins"]]))
    if root.id in lookup["textile_roots"]:
        own.append(_attribute(lookup["care"], [(row[0], row[2]) for row in lookup["care_instructions"]]))
        own.append(_attribute(lookup["composition"], lookup["compositions"], is_mixture=True))
    return replace(category, attributes=tuple(own))


def _attribute(facts: Mapping[str, Any], values: Any, *, is_mixture: bool = False) -> CategoryAttribute:
    return CategoryAttribute(
        id=facts["id"],
        name={"tr": facts["name"]},
        values=tuple(Named(number, {"tr": name}) for number, name in values),
        is_required=True,
        allow_custom=is_mixture,
        varianter=False,
        slicer=False,
        multiple=is_mixture,
    )
