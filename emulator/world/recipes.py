"""Holding a recipe to what its parts must agree on, and telling in one sentence where they do not.

A recipe names ``sellers`` and, as it likes, ``buyers`` and ``clients`` who may ask; ``contents``,
``account_products``, ``orders`` and ``money`` whose rows are written out; ``listings``, ``orders`` and
``money`` to be drawn by chance. What makes a drawn world awkward on purpose: ``long_ids`` for ids beyond 32
bits; the ``shares`` of a listing, ``turkish`` names and codes and ``same_moment`` among them; of money
``same_moment``, ``edges`` (rows on window borders so many days before the clock's start) and ``decimals``
(four of them). A large past of money ends ``until`` 31 days before the first day, where the month of the
order list begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from emulator.world.store.interface import StoreFault

# The lists whose parts belong to a seller's storefront, and how they name both.
LISTS_OF_OWNERS = (
    "buyers", "clients", "contents", "listings", "account_products", "orders", "money", "claims",
    "questions",
)  # fmt: skip
# What no two parts of a list may have in common.
UNIQUE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "sellers": (("id",), ("key",)),
    "buyers": (("code",), ("user",)),
    "clients": (("id",),),
    "contents": (("seller_id", "storefront", "id"),),
    "listings": (("seller", "storefront"),),
    "exports": (("seller",),),
}


class RecipeFault(Exception):
    """A recipe makes no world; the one sentence says why."""


def fill_in(recipe: Mapping[str, Any], worlds: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """Fill in what a recipe leaves to the world it is ``like``.

    Errors: RecipeFault for an unknown world.
    """
    like = recipe.get("like")
    if like is None:
        return recipe
    if like not in worlds:
        raise RecipeFault(f"like: there is no world {like}; known: {', '.join(sorted(worlds))}")
    return {**worlds[like], **{name: part for name, part in recipe.items() if name != "like"}}


def check(recipe: Mapping[str, Any]) -> None:
    """See that each part belongs to a seller's storefront, and that nobody is there twice.

    Errors: RecipeFault.
    """
    for name, keys in UNIQUE.items():
        for key in keys:
            _check_unique(name, key, recipe.get(name, ()))
    listings = {(each["id"], code) for each in recipe["sellers"] for code in each["storefronts"]}
    for part in recipe.get("exports", ()):
        if (part["seller"], "TR") not in listings:
            raise RecipeFault(f"exports: no seller {part['seller']} sells on TR")
    for name in LISTS_OF_OWNERS:
        for part in recipe.get(name, ()):
            place = (part.get("seller", part.get("seller_id")), part["storefront"])
            if place not in listings:
                raise RecipeFault(f"{name}: no seller {place[0]} sells on {place[1]}")
    for part in recipe.get("listings", ()):
        if part["variants"][0] > part["variants"][1]:
            raise RecipeFault("listings: the fewest variants are more than the most")


@contextmanager
def faults_of_recipe() -> Iterator[None]:
    """Within the block whatever a recipe's values break becomes a fault of the recipe.

    Errors: RecipeFault.
    """
    try:
        yield
    except KeyError as fault:
        raise RecipeFault(f"{fault} is missing or unknown") from fault
    except (StoreFault, ValueError, TypeError, IndexError, ArithmeticError) as fault:
        raise RecipeFault(f"{fault}") from fault


def _check_unique(name: str, key: tuple[str, ...], parts: Iterable[Mapping[str, Any]]) -> None:
    keys: set[tuple[Any, ...]] = set()
    for part in parts:
        mark = tuple(part.get(each) for each in key)
        if mark in keys and None not in mark:
            raise RecipeFault(f"{name}: {' '.join(map(str, mark))} is there twice")
        keys.add(mark)
