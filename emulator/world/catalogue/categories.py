"""The category tree: what a product can be filed under, and which attributes it has there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emulator.world.catalogue.model import Named, Text

if TYPE_CHECKING:
    from emulator.world.core.world import World


@dataclass(frozen=True, slots=True)
class CategoryAttribute:
    """What a category asks of its products."""

    id: int
    """The number of the attribute."""
    name: Text
    """What it is called."""
    values: tuple[Named, ...]
    """The values that it takes by number; none where it takes free text alone."""
    is_required: bool
    """Whether each product has to have it."""
    allow_custom: bool
    """Whether it takes free text."""
    varianter: bool
    """Whether the variants of one content differ in it; one attribute of a category at most."""
    slicer: bool
    """Whether each value makes a content of its own."""
    multiple: bool
    """Whether it takes several values."""


@dataclass(frozen=True, slots=True)
class Category:
    """One node of the tree."""

    id: int
    """The number of the category."""
    name: Text
    """What it is called."""
    parent_id: int | None
    """The node above, None at a root."""
    children: tuple[Category, ...]
    """The nodes below, none at a leaf."""
    attributes: tuple[CategoryAttribute, ...]
    """What a leaf asks of its products."""

    @property
    def varianter_ids(self) -> frozenset[int]:
        """The attributes that variants of one content differ in."""
        return frozenset(each.id for each in self.attributes if each.varianter)

    @property
    def slicer_ids(self) -> frozenset[int]:
        """The attributes that make contents."""
        return frozenset(each.id for each in self.attributes if each.slicer)

    @property
    def special_ids(self) -> frozenset[int]:
        """The attributes that make contents or variants."""
        return self.varianter_ids | self.slicer_ids

    @property
    def is_leaf(self) -> bool:
        """Whether products can be filed under it."""
        return not self.children


@dataclass(frozen=True, slots=True)
class CategoryTree:
    """The whole tree, and each node of it by number."""

    roots: tuple[Category, ...]
    by_id: Mapping[int, Category]


_TREES: dict[str, CategoryTree] = {}


def category_tree(world: World) -> CategoryTree:
    """The tree of the world's lookups, laid out once a process."""
    digest = world.plan.lookups_digest
    if digest not in _TREES:
        _TREES[digest] = _tree_of(world.plan.lookups)
    return _TREES[digest]


def _tree_of(lookups: Mapping[str, Any]) -> CategoryTree:
    tree = lookups["category_tree"]
    attributes = {each["id"]: each for each in lookups["attributes"]}
    sets = {
        name: tuple(_attribute(attributes[entry["id"]], entry) for entry in entries)
        for name, entries in tree["attribute_sets"].items()
    }
    names = {each["id"]: each["name"] for each in lookups["categories"]}
    roots = tuple(_category(each, None, names, sets) for each in tree["roots"])
    return CategoryTree(roots, {each.id: each for root in roots for each in nodes_below(root)})


def nodes_below(category: Category) -> Iterator[Category]:
    """A node and every one below it."""
    yield category
    for child in category.children:
        yield from nodes_below(child)


def text_for(text: Text, language: str) -> str:
    """A name of the lookups in a language; English stands in for one that it was not translated into."""
    return text.get(language) or text.get("en") or next(iter(text.values()))


def _category(
    facts: Mapping[str, Any],
    parent_id: int | None,
    names: Mapping[int, Text],
    sets: Mapping[str, tuple[CategoryAttribute, ...]],
) -> Category:
    return Category(
        id=facts["id"],
        name=facts.get("name") or names[facts["id"]],
        parent_id=parent_id,
        children=tuple(_category(each, facts["id"], names, sets) for each in facts.get("nodes", ())),
        attributes=sets[facts["attributes"]] if "attributes" in facts else (),
    )


def _attribute(facts: Mapping[str, Any], entry: Mapping[str, Any]) -> CategoryAttribute:
    return CategoryAttribute(
        id=facts["id"],
        name=facts["name"],
        values=tuple(Named(each["id"], each["name"]) for each in facts["values"]),
        is_required=entry.get("required", False),
        allow_custom=entry.get("allow_custom", False),
        varianter=entry.get("varianter", False),
        slicer=entry.get("slicer", False),
        multiple=entry.get("multiple", False),
    )
