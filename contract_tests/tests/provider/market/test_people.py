"""People of a storefront: Faker's own for its locale, the same for a seed, visibly nobody."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.provider.support.worlds import opened
from emulator.contract.build.compiling import read
from emulator.contract.sources import folder
from emulator.world.core import people
from emulator.world.core.ids import chance
from emulator.world.core.latin import plain_letters
from emulator.world.core.people import MARKETS, Market, draw_pool, own_faker
from emulator.world.core.places import cities_of, districts_of
from emulator.world.core.plan import Plan, faker_version
from emulator.world.orders import customers

STOREFRONTS = tuple(MARKETS)
PERSON_LISTS = (("first_names_male",), ("first_names_female",), ("last_names_male", "last_names"),
                ("last_names_female", "last_names"))  # fmt: skip
PRINT_POOLS = """
from emulator.world.core.people import draw_pool
print([draw_pool(storefront, 7) for storefront in "TR RO CZ BG SA".split()])
"""
PRINT_FAKER = """
import sys
from emulator.world.core import people, plan
plan.faker_version()
print("faker" in sys.modules)
"""


def output_of(program: str, hash_seed: str = "0") -> str:
    run = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONHASHSEED": hash_seed, "PYTHONIOENCODING": "utf-8"},
        capture_output=True, check=True,
    )  # fmt: skip
    return run.stdout.decode()


def provider_of(market: Market, name: str) -> Any:
    (provider,) = own_faker(market.locale, (name,)).factories[0].get_providers()
    return provider


def home_of(provider: Any, names: tuple[str, ...]) -> str:
    """Where the first of these lists that the provider has is written down."""
    homes = (kind.__module__ for name in names for kind in type(provider).__mro__ if name in vars(kind))
    return next(homes, "nowhere")


def test_every_drawable_storefront_has_people() -> None:
    assert set(read(folder("fixtures") / "lookups" / "storefronts.json")) <= set(STOREFRONTS)


def test_storefront_nobody_lives_on_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody can be drawn for storefront XX"):
        draw_pool("XX", 1)


@pytest.mark.parametrize("storefront", STOREFRONTS)
def test_names_are_the_locales_own(storefront: str) -> None:
    provider = provider_of(MARKETS[storefront], "person")
    locale = MARKETS[storefront].locale
    assert provider.__lang__ == locale
    # Arabic first names are one list for all Arabic locales.
    own = {
        f"faker.providers.person.{each}" for each in ({locale, "ar_AA"} if locale == "ar_SA" else {locale})
    }
    assert {home_of(provider, names) for names in PERSON_LISTS} <= own


@pytest.mark.parametrize("storefront", [each for each in STOREFRONTS if not MARKETS[each].company_forms])
def test_companies_are_the_locales_own(storefront: str) -> None:
    provider = provider_of(MARKETS[storefront], "company")
    assert provider.__lang__ == MARKETS[storefront].locale
    assert home_of(provider, ("company_suffixes",)) == f"faker.providers.company.{provider.__lang__}"


@pytest.mark.parametrize(
    ("locale", "provider"),
    [("tr_TR", "address"), ("bg_BG", "address"), ("ar_SA", "company"), ("ar_AE", "person")],
)
def test_faker_without_words_of_a_locale_is_refused(locale: str, provider: str) -> None:
    with pytest.raises(LookupError, match=f"{provider} of {locale} would be en_US"):
        own_faker(locale, ("person", provider) if locale != "ar_AE" else (provider,))


def test_same_seed_gives_the_same_people_in_any_process() -> None:
    assert output_of(PRINT_POOLS, "1") == output_of(PRINT_POOLS, "2")


def test_pool_does_not_depend_on_what_was_drawn_before() -> None:
    first_pool = draw_pool("RO", 3)
    draw_pool("TR", 3)
    draw_pool("RO", 4)
    assert draw_pool("RO", 3) == first_pool


def test_another_seed_and_another_storefront_give_other_people() -> None:
    pools = [draw_pool(*each).people for each in (("SA", 1), ("SA", 2), ("KW", 1), ("TR", 1))]
    names = {tuple((person.first_name, person.last_name) for person in pool) for pool in pools}
    assert len(names) == 4


@pytest.mark.parametrize("storefront", STOREFRONTS)
def test_people_can_be_written_to_nobody(storefront: str) -> None:
    pool = draw_pool(storefront, 1)
    assert len(pool.people) == people.PEOPLE_IN_POOL
    assert len({person.email for person in pool.people}) == len(pool.people)
    start = re.escape(MARKETS[storefront].phone.rstrip("#"))
    for person in pool.people:
        assert re.fullmatch(r"[a-z0-9]+\.[a-z0-9]+@example\.com", person.email)
        assert re.fullmatch(rf"{start}\d{{3,4}}", person.phone)


@pytest.mark.parametrize("storefront", STOREFRONTS)
def test_phone_says_that_it_is_nobodys(storefront: str) -> None:
    film_numbers = "+493023125"
    assert re.search(r"00[0#]", MARKETS[storefront].phone) or MARKETS[storefront].phone.startswith(
        film_numbers
    )


@pytest.mark.parametrize("storefront", STOREFRONTS)
def test_companies_of_a_pool_differ(storefront: str) -> None:
    companies = draw_pool(storefront, 1).companies
    assert len(companies) == people.COMPANIES_IN_POOL
    assert len({company.iban for company in companies}) == len(companies)
    assert not any("{" in company.name for company in companies)


@pytest.mark.parametrize("storefront", STOREFRONTS)
def test_every_name_of_a_locale_can_be_written_in_a_mail_address(storefront: str) -> None:
    provider = provider_of(MARKETS[storefront], "person")
    names = [name for lists in PERSON_LISTS for each in lists for name in getattr(provider, each, ())]
    assert len(names) > 100
    assert [name for name in names if not plain_letters(name)] == []


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Iğdır İde", "igdiride"), ("Şükürlü-Əliyev", "sukurlueliyev"), ("Θεμιστοκλής", "themistoklis"),
     ("Щърбов", "shtarbov"), ("محمّد", "mhmd"), ("Groß", "gross"), ("Ștefăniță", "stefanita")],
)  # fmt: skip
def test_name_is_spelled_in_plain_letters(name: str, letters: str) -> None:
    assert plain_letters(name) == letters


def test_faker_is_imported_by_the_draw_alone() -> None:
    assert output_of(PRINT_FAKER).strip() == "False"


def test_version_read_from_the_source_is_the_installed_one() -> None:
    assert faker_version() == version("faker")


PLACE_AN_ORDER = """
import sys
from pathlib import Path
from emulator import Settings, create_app
app = create_app(Settings(world="demo", cache=Path(sys.argv[1])))
client = app.test_client()
move = {"what": "order-placed", "seller": 2738}
answers = [client.post("/_emulator/moves", json=move), client.post("/_emulator/reset")]
answers.append(client.get("/healthz"))
app.extensions["stages"].close_all()
print([answer.status_code for answer in answers], "faker" in sys.modules)
"""


def test_only_seeding_imports_faker(tmp_path: Path) -> None:
    program = [sys.executable, "-c", PLACE_AN_ORDER, str(tmp_path)]
    first, cached = (
        subprocess.run(program, capture_output=True, check=True, text=True).stdout.strip() for _ in range(2)
    )
    assert first == "[200, 200, 200] True"
    assert cached == "[200, 200, 200] False"


def test_seeded_file_is_named_after_the_version_of_faker(monkeypatch: pytest.MonkeyPatch) -> None:
    now = Plan({"name": "any"}, {}, "", 1, 0, None, {}, dict)
    names = {now.fingerprint()}
    monkeypatch.setattr("emulator.world.core.plan.faker_version", lambda: "41.0.0")
    assert now.fingerprint() not in names


def test_customers_of_a_world_are_people_of_its_storefronts(tmp_path: Path) -> None:
    world = opened(tmp_path, "demo")
    rng = chance(1, "any")
    for storefront in ("TR", "RO", "GR"):
        pool = draw_pool(storefront, world.seed, customers.PEOPLE, customers.COMPANIES)
        names = {(person.first_name, person.last_name) for person in pool.people}
        chosen = customers.choose_customer(world, storefront, rng)
        assert (chosen.first_name, chosen.last_name) in names
        atlas = world.plan.lookups["places"][storefront]
        address = customers.choose_address(world.plan.lookups["places"], storefront, rng)
        assert address.city_id in {city.id for city in cities_of(atlas)}
        assert address.district_id in {area.id for area in districts_of(atlas, address.city_id)}
    world.close()
