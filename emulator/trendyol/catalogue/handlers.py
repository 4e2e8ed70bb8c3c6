"""The lookups of the catalogue: brands, categories, their attributes and the values of these."""

from __future__ import annotations

from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.trendyol.catalogue import wire
from emulator.world.catalogue.brands import Brand, listed_brands, luxury_brand_ids
from emulator.world.catalogue.brands import create_brand as take_brand
from emulator.world.catalogue.categories import (
    Category,
    CategoryAttribute,
    category_tree,
    nodes_below,
    text_for,
)
from emulator.world.core.turkish import fold_case

FEWEST_BRANDS, MOST_BRANDS = 1000, 2000


def get_brands(call: Call) -> Reply:
    """A page of brands."""
    size = min(max(call.query["size"], FEWEST_BRANDS), MOST_BRANDS)
    start = call.query["page"] * size
    return json_reply({"brands": _brand_rows(call, listed_brands(call.world)[start : start + size])})


def get_brands_by_name(call: Call) -> Reply:
    """The brands of a name, or with a name that contains the text, by decision."""
    name, brands = call.query["name"], listed_brands(call.world)
    if call.decide("brand-name-match") == "substring":
        letters = name.casefold()
        return json_reply(_brand_rows(call, [each for each in brands if letters in each.name.casefold()]))
    return json_reply(_brand_rows(call, [each for each in brands if each.name == name]))


def create_brand(call: Call) -> Reply:
    """Take in a brand that products can name once it was looked at."""
    return json_reply({"brandId": take_brand(call.world, call.path["sellerId"], call.body["name"])}, 201)


def get_category_tree(call: Call) -> Reply:
    """The roots of the tree, or the nodes whose name contains a word."""
    tree, word = category_tree(call.world), call.query.get("name")
    nodes = tree.roots
    if word is not None:
        letters = fold_case(word)
        nodes = tuple(
            node
            for root in tree.roots
            for node in nodes_below(root)
            if letters in fold_case(text_for(node.name, call.caller.language))
        )
    rows = [wire.category(node, call.caller.language, _edition(call)) for node in nodes]
    return json_reply({"categories": rows} if call.decide("category-tree-form") == "wrapped" else rows)


def get_category_attributes(call: Call) -> Reply:
    """The attributes of a leaf, all of them or those that are required, or not.

    Errors: category-unknown, category-no-leaf.
    """
    leaf, is_required = _leaf(call), call.query.get("required")
    attributes = [each for each in leaf.attributes if is_required is None or each.is_required == is_required]
    return json_reply(wire.category_attributes(leaf, attributes, call.caller.language))


def get_category_attributes_v1(call: Call) -> Reply:
    """The attributes of a leaf with their values.

    Errors: category-unknown, category-no-leaf.
    """
    return json_reply(wire.category_attributes_v1(_leaf(call), call.caller.language))


def get_category_attribute_values(call: Call) -> Reply:
    """A page of the values of an attribute.

    Errors: category-unknown, category-no-leaf, attribute-unknown.
    """
    query, language = call.query, call.caller.language
    values = [
        each
        for each in _attribute(call).values
        if query.get("attributeValueId", each.id) == each.id
        and fold_case(query.get("attributeValue", text_for(each.name, language)))
        == fold_case(text_for(each.name, language))
    ]
    number, size = query["page"], query["size"]
    name = call.decide("attribute-value-name")
    page = values[number * size : (number + 1) * size]
    return json_reply(
        {
            "totalElements": len(values),
            "totalPages": -(-len(values) // size),
            "page": number,
            "size": size,
            "content": [{"attributeValueId": each.id, name: text_for(each.name, language)} for each in page],
        }
    )


def _brand_rows(call: Call, brands: list[Brand]) -> list[dict[str, object]]:
    luxury = luxury_brand_ids(call.world)
    return [wire.brand(each, is_luxury=each.id in luxury) for each in brands]


def _edition(call: Call) -> str:
    assert call.caller.seller is not None
    return call.caller.seller.edition


def _leaf(call: Call) -> Category:
    """The category that the path names.

    Errors: category-unknown, category-no-leaf.
    """
    number = call.path["categoryId"]
    node = category_tree(call.world).by_id.get(number)
    if node is None:
        raise Refusal("category-unknown", value=str(number))
    if not node.is_leaf:
        raise Refusal("category-no-leaf", value=str(number))
    return node


def _attribute(call: Call) -> CategoryAttribute:
    """The attribute that the path names.

    Errors: category-unknown, category-no-leaf, attribute-unknown.
    """
    number = call.path["attributeId"]
    for attribute in _leaf(call).attributes:
        if attribute.id == number:
            return attribute
    raise Refusal("attribute-unknown", value=str(number))
