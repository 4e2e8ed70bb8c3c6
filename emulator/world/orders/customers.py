"""Who orders, drawn once while a world is seeded, and where it goes, chosen from the lookups."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING, Any

import orjson

from emulator.world.core.ids import below
from emulator.world.core.people import Pool, draw_pool
from emulator.world.core.places import address_lines, choose_place
from emulator.world.orders.parties import Address, Customer

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Store

PEOPLE, COMPANIES = 120, 20
COMPANY_SHARE = 10
# Where the goods of micro export and of the export partnership go to. Source: the regions of test orders are
# AZ and GULF, D; that it is this one is I.
EXPORT_STOREFRONT = "AZ"
FIRST_CUSTOMER = 99_993_706
INSERT = "INSERT INTO customer (storefront, customer_no, facts) VALUES (?, ?, ?)"
SELECT = "SELECT facts FROM customer WHERE storefront = ? AND customer_no = ?"


def seed_customers(world: World) -> None:
    """Draw the customers of every storefront that a seller sells on or exports to."""
    recipe = world.plan.recipe
    sellers = recipe.get("sellers", ())
    storefronts = sorted({storefront for seller in sellers for storefront in seller["storefronts"]})
    has_exports = recipe.get("orders_per_hour") or any(part.get("kinds") for part in recipe.get("orders", ()))
    if has_exports and EXPORT_STOREFRONT not in storefronts:
        storefronts.append(EXPORT_STOREFRONT)
    for place, storefront in enumerate(storefronts):
        pool = draw_pool(storefront, world.seed, PEOPLE, COMPANIES)
        first_id = FIRST_CUSTOMER + place * PEOPLE
        people = [{**_facts(pool, number), "id": first_id + number} for number in range(PEOPLE)]
        rows = [(storefront, number, orjson.dumps(facts)) for number, facts in enumerate(people)]
        world.store.executemany(INSERT, rows)


class Customers:
    """The customers of a world, each read from its row once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_place: dict[tuple[str, int], Customer] = {}

    def get(self, storefront: str, number: int) -> Customer:
        """The customer of that number on a storefront."""
        place = (storefront, number)
        if place not in self._by_place:
            row = self._store.row(SELECT, place)
            assert row is not None
            self._by_place[place] = Customer(**orjson.loads(row[0]))
        return self._by_place[place]


def choose_customer(world: World, storefront: str, rng: Random) -> Customer:
    """One of a storefront's customers by chance."""
    return world.read(Customers).get(storefront, below(rng, PEOPLE))


def choose_company_customer(world: World, storefront: str, rng: Random) -> Customer:
    """One of a storefront's customers who order for a company, by chance."""
    return world.read(Customers).get(storefront, below(rng, PEOPLE // COMPANY_SHARE) * COMPANY_SHARE)


def choose_private_customer(world: World, storefront: str, rng: Random) -> Customer:
    """One of a storefront's customers who order for themselves, by chance."""
    number = below(rng, PEOPLE // COMPANY_SHARE) * COMPANY_SHARE + 1 + below(rng, COMPANY_SHARE - 1)
    return world.read(Customers).get(storefront, number)


def choose_address(places: Mapping[str, Any], storefront: str, rng: Random) -> Address:
    """Somewhere to deliver to in a storefront's country.

    Shapes: ``places`` are the lookups of that name, a file a storefront.
    """
    atlas = places[storefront]
    place = choose_place(atlas, rng)
    line1, line2 = address_lines(atlas, place, rng)
    return Address(
        line1=line1,
        line2=line2,
        district=place.district.name,
        city=place.city.name,
        postal_code=place.postal_code,
        country=place.country,
        neighbourhood=place.neighbourhood.name if place.neighbourhood else "",
        city_id=place.city.id,
        district_id=place.district.id,
        neighbourhood_id=place.neighbourhood.id if place.neighbourhood else 0,
        city_code=place.city.code or 0,
        region=place.region.name if place.region else "",
        region_id=place.region.id if place.region else 0,
    )


def _facts(pool: Pool, number: int) -> dict[str, Any]:
    """A person of a pool, every tenth of them with a company."""
    person, company = pool.people[number], pool.companies[number // COMPANY_SHARE % len(pool.companies)]
    facts = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "phone": person.phone,
        "identity_number": person.identity_number,
    }
    if number % COMPANY_SHARE == 0:
        facts |= {"company": company.name, "tax_number": company.tax_number}
    return facts
