"""Places of the storefronts: real ones, each id once, chosen as often as people live there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from emulator.contract.build.compiling import read
from emulator.contract.sources import folder
from emulator.world.core.ids import chance
from emulator.world.core.people import MARKETS
from emulator.world.core.places import (
    Area,
    Atlas,
    address_lines,
    choose_place,
    cities_of,
    districts_of,
    neighbourhoods_of,
)

LOOKUPS: Path = folder("fixtures") / "lookups"
ATLASES: dict[str, Atlas] = {path.stem: read(path) for path in sorted((LOOKUPS / "places").glob("*.json"))}
TURKEY = ATLASES["TR"]
# The provinces with the most people, whose districts have four neighbourhoods each here.
LARGEST = ("İstanbul", "Ankara", "İzmir", "Bursa", "Antalya", "Konya", "Adana", "Şanlıurfa", "Gaziantep",
           "Kocaeli")  # fmt: skip


def districts(atlas: Atlas) -> list[Area]:
    return [district for city in cities_of(atlas) for district in districts_of(atlas, city.id)]


def neighbourhoods(city: Area, district: Area) -> tuple[Area, ...]:
    return neighbourhoods_of(TURKEY, city.id, district.id)


def test_every_storefront_with_people_has_places() -> None:
    assert set(ATLASES) == set(MARKETS)


def test_turkey_has_its_cities_with_their_plates() -> None:
    assert sorted(city.code or 0 for city in cities_of(TURKEY)) == list(range(1, 82))
    plates = {city.code: city.name for city in cities_of(TURKEY)}
    assert [plates[code] for code in (1, 6, 34, 35, 81)] == ["Adana", "Ankara", "İstanbul", "İzmir", "Düzce"]


def test_turkey_has_all_its_districts() -> None:
    counts = {city.name: len(districts_of(TURKEY, city.id)) for city in cities_of(TURKEY)}
    assert sum(counts.values()) == 973
    assert [counts[name] for name in ("İstanbul", "Konya", "İzmir", "Ankara", "Bayburt")] == [
        39,
        31,
        30,
        25,
        3,
    ]


def test_turkish_district_has_neighbourhoods_of_its_citys_post() -> None:
    for city in cities_of(TURKEY):
        for district in districts_of(TURKEY, city.id):
            areas = neighbourhoods(city, district)
            assert len(areas) >= (3 if city.name in LARGEST else 2), district
            assert {area.postal_code[:2] for area in areas} == {f"{city.code:02d}"}, district


@pytest.mark.parametrize("storefront", ATLASES)
def test_place_ids_stand_for_one_place(storefront: str) -> None:
    atlas = ATLASES[storefront]
    cities, parts = cities_of(atlas), districts(atlas)
    assert len({city.id for city in cities}) == len(cities)
    assert len({part.id for part in parts}) == len(parts)


def test_ids_of_turkish_places_stay() -> None:
    (istanbul,) = (city for city in cities_of(TURKEY) if city.name == "İstanbul")
    (kadikoy,) = (each for each in districts_of(TURKEY, istanbul.id) if each.name == "Kadıköy")
    assert (istanbul.id, istanbul.code, kadikoy.id, kadikoy.code) == (134, 34, 13423, 3423)
    assert neighbourhoods(istanbul, kadikoy)[2] == Area(1342303, "Caferağa", postal_code="34710")


def test_turkish_ids_are_no_codes() -> None:
    for areas in (cities_of(TURKEY), districts(TURKEY)):
        assert not {area.id for area in areas} & {area.code for area in areas}


@pytest.mark.parametrize("storefront", sorted(set(ATLASES) - {"TR"}))
def test_storefront_has_cities_with_districts(storefront: str) -> None:
    atlas = ATLASES[storefront]
    assert len(cities_of(atlas)) >= 8
    assert all(len(districts_of(atlas, city.id)) >= 2 for city in cities_of(atlas))


@pytest.mark.parametrize("storefront", ATLASES)
def test_ids_of_storefronts_do_not_meet(storefront: str) -> None:
    ids = {city.id for city in cities_of(ATLASES[storefront])}
    other_ids = {
        city.id for name, atlas in ATLASES.items() if name != storefront for city in cities_of(atlas)
    }
    assert not ids & other_ids


def test_countries_have_the_storefronts_under_their_ids() -> None:
    rows = read(LOOKUPS / "countries.json")["rows"]
    assert len({number for number, _, _ in rows}) == len({code for _, code, _ in rows}) == len(rows) == 250
    ids = {code: number for number, code, _ in rows}
    for name, atlas in ATLASES.items():
        assert (atlas["country"]["code"], atlas["country"]["id"]) == (name, ids[name])


@pytest.mark.parametrize("storefront", ATLASES)
def test_chosen_place_is_one_of_the_lookups(storefront: str) -> None:
    atlas, rng = ATLASES[storefront], chance(1, "places")
    for _ in range(50):
        place = choose_place(atlas, rng)
        assert place.country == storefront
        assert place.city in cities_of(atlas)
        assert place.district in districts_of(atlas, place.city.id)
        areas = neighbourhoods_of(atlas, place.city.id, place.district.id)
        assert place.neighbourhood in areas or not areas


@pytest.mark.parametrize("storefront", ATLASES)
def test_region_is_told_where_addresses_carry_one(storefront: str) -> None:
    place = choose_place(ATLASES[storefront], chance(1, "places"))
    assert (place.region is None) == (storefront in {"TR", "AZ"})


def test_place_is_chosen_as_often_as_people_live_there() -> None:
    rng = chance(1, "places")
    counts = Counter(choose_place(TURKEY, rng).city.name for _ in range(2000))
    assert counts["İstanbul"] > counts["Ankara"] > counts["Bayburt"]
    assert 0.15 < counts["İstanbul"] / 2000 < 0.22


def test_same_chance_gives_the_same_places() -> None:
    one, other = ([choose_place(TURKEY, rng) for _ in range(5)] for rng in (chance(1, "x"), chance(1, "x")))
    assert one == other


@pytest.mark.parametrize("storefront", ATLASES)
def test_address_lines_are_filled(storefront: str) -> None:
    atlas, rng = ATLASES[storefront], chance(2, "places")
    first, second = address_lines(atlas, choose_place(atlas, rng), rng)
    assert first
    assert second
    assert not set("{}") & set(first + second)


def test_unknown_ids_are_refused() -> None:
    with pytest.raises(LookupError, match="TR has no city 34"):
        districts_of(TURKEY, 34)
    with pytest.raises(LookupError, match="city 134 has no district 3423"):
        neighbourhoods_of(TURKEY, 134, 3423)
