"""The lookups: countries down to neighbourhoods, carriers, the seller's own addresses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.trendyol.lookups import wire
from emulator.world.accounts.addresses import addresses_of
from emulator.world.core.listing import Listing
from emulator.world.core.places import Atlas, cities_of, districts_of, neighbourhoods_of
from emulator.world.orders.carriers import has_begun

# The countries whose places have addresses of their own.
DOMESTIC = frozenset({"AZ", "TR"})


def get_countries(call: Call) -> Reply:
    """Every country."""
    countries = call.world.plan.lookups["countries"]
    return json_reply([dict(zip(countries["columns"], row, strict=True)) for row in countries["rows"]])


def get_cities(call: Call) -> Reply:
    """The cities of a country abroad.

    Errors: place-unknown.
    """
    return json_reply([wire.city_abroad(area) for area in cities_of(_atlas_abroad(call))])


def get_districts(call: Call) -> Reply:
    """The districts of a city abroad.

    Errors: place-unknown.
    """
    with _refusals(call, "cityId"):
        areas = districts_of(_atlas_abroad(call), call.path["cityId"])
    return json_reply([wire.district(area) for area in areas])


def get_cities_az(call: Call) -> Reply:
    """The cities of Azerbaijan."""
    return _cities(call, "AZ")


def get_districts_az(call: Call) -> Reply:
    """The districts of a city of Azerbaijan.

    Errors: place-unknown.
    """
    return _districts(call, "AZ")


def get_cities_tr(call: Call) -> Reply:
    """The cities of Türkiye."""
    return _cities(call, "TR")


def get_districts_tr(call: Call) -> Reply:
    """The districts of a city of Türkiye.

    Errors: place-unknown.
    """
    return _districts(call, "TR")


def get_neighborhoods_tr(call: Call) -> Reply:
    """The neighbourhoods of a district of Türkiye.

    Errors: place-unknown.
    """
    with _refusals(call, "districtCode"):
        areas = neighbourhoods_of(_atlas(call, "TR"), call.path["cityCode"], call.path["districtCode"])
    return json_reply([wire.neighbourhood(area) for area in areas])


def get_cargo_providers(call: Call) -> Reply:
    """The carriers of a storefront."""
    carriers = call.world.plan.lookups["carriers"]
    rows = carriers["rows"].get(call.caller.storefront, ())
    known_rows = (row for row in rows if has_begun(carriers, row[0], call.now_ms))
    return json_reply([dict(zip(carriers["columns"], row, strict=True)) for row in known_rows])


def get_suppliers_addresses(call: Call) -> Reply:
    """The seller's own addresses on a storefront.

    Errors: supplier-addresses-unknown where the seller does not sell.
    """
    addresses = addresses_of(call.world, Listing(call.path["sellerId"], call.caller.storefront))
    if not addresses:
        raise Refusal("supplier-addresses-unknown")
    return json_reply(wire.supplier_addresses(addresses, call.decide("address-flags")))


def _atlas(call: Call, country: str) -> Atlas:
    atlas: Atlas = call.world.plan.lookups["places"][country]
    return atlas


def _atlas_abroad(call: Call) -> Atlas:
    """The places of the country that the path names.

    Errors: place-unknown for one without a list here.
    """
    country = call.path["countryCode"].upper()
    if country in DOMESTIC or country not in call.world.plan.lookups["places"]:
        raise Refusal("place-unknown", value=call.path["countryCode"])
    return _atlas(call, country)


@contextmanager
def _refusals(call: Call, name: str) -> Iterator[None]:
    """Refuse an id that no list has; ``name`` is the parameter that the refusal names."""
    try:
        yield
    except LookupError as fault:
        raise Refusal("place-unknown", value=str(call.path[name])) from fault


def _cities(call: Call, country: str) -> Reply:
    return json_reply([wire.area(each) for each in cities_of(_atlas(call, country))])


def _districts(call: Call, country: str) -> Reply:
    with _refusals(call, "cityCode"):
        areas = districts_of(_atlas(call, country), call.path["cityCode"])
    return json_reply([wire.area(each) for each in areas])
