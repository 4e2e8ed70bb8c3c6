"""Where people of a storefront live: real cities and districts, with the ids of the address lookups."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Any

from emulator.world.core.ids import below, between, pick
from emulator.world.core.latin import plain_letters

# One storefront's file of fixtures/lookups/places.
Atlas = Mapping[str, Any]
HIGHEST_NUMBER, HIGHEST_FLOOR = 120, 9
# The borders of lists of cities, each with its list, which so keeps its identity.
_BORDERS: dict[int, tuple[Sequence[Mapping[str, Any]], tuple[int, ...]]] = {}
MOST_ATLASES = 32
# Areas by the identity of their rows, each with its row, which so keeps it.
_AREAS: dict[int, tuple[Sequence[Any], Area]] = {}
_CITIES: dict[int, tuple[Mapping[str, Any], tuple[Area, Area | None]]] = {}
MOST_AREAS = 100_000


@dataclass(frozen=True, slots=True)
class Area:
    """A region, city, district or neighbourhood.

    Shapes: paths of the lookups take ``id``, never ``code``, which areas of TR and AZ have too (a city's in
    TR is its plate); ``english`` is empty where nobody needs it.
    Source: what clients of the stage saw, C.
    """

    id: int
    name: str
    code: int | None = None
    english: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody lives, down to the neighbourhood in TR and to the district elsewhere.

    Shapes: ``region`` is a German Land, the county of a CEE address or the state of a Gulf one, None in TR
    and AZ; ``postal_code`` is empty where a country has none.
    Source: countyId, countyName and stateName of the order services' addresses, D.
    """

    country: str
    city: Area
    district: Area
    region: Area | None
    neighbourhood: Area | None
    postal_code: str


def choose_place(atlas: Atlas, rng: Random) -> Place:
    """A place by chance: a city as often as people live there, each of its districts equally often."""
    city = _weighted_city(atlas["cities"], rng)
    row, columns = pick(rng, city["districts"]), atlas["columns"]["district"]
    rows = row[columns.index("neighbourhoods")] if "neighbourhoods" in columns else ()
    neighbourhood = _area(atlas, "neighbourhood", pick(rng, rows)) if rows else None
    return _place(atlas, city, _area(atlas, "district", row), neighbourhood)


def _area(atlas: Atlas, kind: str, row: Sequence[Any]) -> Area:
    """The area that a row of the atlas describes, made once: orders go to the same places again and again."""
    known_row, area = _AREAS.get(id(row), (None, None))
    if area is None or known_row is not row:
        area = _district(_row(atlas, kind, row))
        if len(_AREAS) >= MOST_AREAS:
            _AREAS.clear()
        _AREAS[id(row)] = row, area
    return area


def find_place(atlas: Atlas, city: str, district: str) -> Place | None:
    """The place that is called so, whatever capitals and accents; None where there is no such district."""
    for each in atlas["cities"]:
        if _is_called(_city(each), city):
            districts = (_district(_row(atlas, "district", row)) for row in each["districts"])
            match = next((area for area in districts if _is_called(area, district)), None)
            return None if match is None else _place(atlas, each, match)
    return None


def address_lines(atlas: Atlas, place: Place, rng: Random) -> tuple[str, str]:
    """Street and house, then floor and door, written as the country writes them."""
    floor = between(rng, 1, HIGHEST_FLOOR)
    words = {
        "neighbourhood": place.neighbourhood.name if place.neighbourhood else "",
        "street": pick(rng, atlas["streets"]),
        "number": between(rng, 1, HIGHEST_NUMBER),
        "floor": floor,
        "flat": floor * 2 + between(rng, -1, 0),
    }
    first, second = (line.format(**words) for line in atlas["lines"])
    return first, second


def cities_of(atlas: Atlas) -> tuple[Area, ...]:
    """Every city of a storefront, in the order the lookup has them."""
    return tuple(_city(city) for city in atlas["cities"])


def districts_of(atlas: Atlas, city_id: int) -> tuple[Area, ...]:
    """Every district of a city.

    Errors: LookupError when no city has that id.
    """
    return tuple(_district(row) for row in _district_rows(atlas, city_id))


def neighbourhoods_of(atlas: Atlas, city_id: int, district_id: int) -> tuple[Area, ...]:
    """The neighbourhoods of a district, none outside TR.

    Errors: LookupError when the city has no district of that id.
    """
    for row in _district_rows(atlas, city_id):
        if row["id"] == district_id:
            return _neighbourhoods(atlas, row)
    raise LookupError(f"city {city_id} has no district {district_id}")


def _place(atlas: Atlas, city: Mapping[str, Any], district: Area, neighbourhood: Area | None = None) -> Place:
    city_area, region = _city_and_region(city)
    return Place(
        country=atlas["country"]["code"],
        city=city_area,
        district=district,
        region=region,
        neighbourhood=neighbourhood,
        postal_code=(neighbourhood or district).postal_code,
    )


def _city_and_region(city: Mapping[str, Any]) -> tuple[Area, Area | None]:
    """The areas of a city and of the region it lies in, made once, as ``_area`` makes those below."""
    known_city, areas = _CITIES.get(id(city), (None, None))
    if areas is None or known_city is not city:
        areas = _city(city), Area(*city["region"]) if "region" in city else None
        if len(_CITIES) >= MOST_AREAS:
            _CITIES.clear()
        _CITIES[id(city)] = city, areas
    return areas


def _is_called(area: Area, name: str) -> bool:
    names = (area.name, area.english) if area.english else (area.name,)
    return plain_letters(name) in map(plain_letters, names)


def _district_rows(atlas: Atlas, city_id: int) -> Iterator[dict[str, Any]]:
    for city in atlas["cities"]:
        if city["id"] == city_id:
            return (_row(atlas, "district", row) for row in city["districts"])
    raise LookupError(f"{atlas['country']['code']} has no city {city_id}")


def _district(row: Mapping[str, Any]) -> Area:
    return Area(**{column: value for column, value in row.items() if column != "neighbourhoods"})


def _neighbourhoods(atlas: Atlas, row: Mapping[str, Any]) -> tuple[Area, ...]:
    return tuple(Area(**_row(atlas, "neighbourhood", each)) for each in row.get("neighbourhoods", ()))


def _row(atlas: Atlas, kind: str, row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(atlas["columns"][kind], row, strict=True))


def _city(city: Mapping[str, Any]) -> Area:
    return Area(city["id"], city["name"], city.get("code"), city.get("english", ""))


def _weighted_city(cities: Sequence[Mapping[str, Any]], rng: Random) -> Mapping[str, Any]:
    borders = _borders_of(cities)
    return cities[bisect_right(borders, below(rng, borders[-1]))]


def _borders_of(cities: Sequence[Mapping[str, Any]]) -> tuple[int, ...]:
    """Where the share of each city's weight ends, one behind the other; added up once for each list."""
    known_cities, borders = _BORDERS.get(id(cities), (None, ()))
    if known_cities is not cities:
        borders = tuple(accumulate(city["weight"] for city in cities))
        if len(_BORDERS) >= MOST_ATLASES:
            _BORDERS.clear()
        _BORDERS[id(cities)] = cities, borders
    return borders
