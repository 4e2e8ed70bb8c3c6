"""Customers and companies of a storefront, drawn from Faker once while a world is seeded.

Faker is imported by the draw alone, never by a request or by a start that finds its world in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from emulator.world.core.fake_numbers import (
    ACCOUNTS,
    HIGHEST_SERIAL,
    iban_of,
    identity_number_of,
    tax_number_of,
)
from emulator.world.core.ids import below, chance, pick
from emulator.world.core.latin import plain_letters

if TYPE_CHECKING:
    from faker import Faker

PEOPLE_IN_POOL, COMPANIES_IN_POOL = 300, 60


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who orders.

    Shapes: ``email`` is ASCII at example.com, ``phone`` has + and digits alone; ``identity_number`` is empty
    outside TR and RO, where orders carry one.
    """

    first_name: str
    last_name: str
    email: str
    phone: str
    identity_number: str


@dataclass(frozen=True, slots=True)
class Company:
    """A company that orders; ``tax_number`` is empty where companies have none."""

    name: str
    tax_number: str
    iban: str


@dataclass(frozen=True, slots=True)
class Pool:
    """Everybody who may order on one storefront."""

    people: tuple[Person, ...]
    companies: tuple[Company, ...]


@dataclass(frozen=True, slots=True)
class Market:
    """What a storefront takes from Faker, and what stands here because Faker has nothing of its own.

    Shapes: each # at the end of ``phone`` is a digit by chance; ``company_forms`` stand round a family name
    where the locale has no companies, else they are empty.
    """

    locale: str
    phone: str
    company_forms: tuple[str, ...] = ()


# Family names that stand for one house or one man.
_UNWANTED_NAMES = frozenset({"آل سعود", "بن لادن", "Öcalan"})
# The Gulf borrows the names of ar_SA: Faker has no other Arabic person there (ar_AE has telephones alone).
_GULF = ("شركة {name}", "مؤسسة {name} التجارية", "مجموعة {name}")
# Faker's own telephones are any numbers in any spelling, so they may be somebody's; these show what they are.
# Source: DE: set aside for films by the Federal Network Agency, notice 148/2021, D. Elsewhere nothing is: a
# mobile prefix and a run of zeros, I.
MARKETS: Mapping[str, Market] = {
    "TR": Market("tr_TR", "+90555000####"),
    "DE": Market("de_DE", "+493023125###"),
    "SA": Market("ar_SA", "+96650000####", _GULF),
    "AE": Market("ar_SA", "+97150000####", _GULF),
    "QA": Market("ar_SA", "+9743000####", _GULF),
    "KW": Market("ar_SA", "+9655000####", _GULF),
    "BH": Market("ar_SA", "+9733600####", _GULF),
    "OM": Market("ar_SA", "+9689200####", _GULF),
    "RO": Market("ro_RO", "+4070000####"),
    "CZ": Market("cs_CZ", "+42072000####"),
    "HU": Market("hu_HU", "+3620000####"),
    "SK": Market("sk_SK", "+42194000####"),
    "BG": Market("bg_BG", "+35988000####"),
    "GR": Market("el_GR", "+30690000####"),
    "AZ": Market("az_AZ", "+99450200####"),
}


def draw_pool(
    storefront: str, seed: int, people: int = PEOPLE_IN_POOL, companies: int = COMPANIES_IN_POOL
) -> Pool:
    """The people and companies of a storefront, whatever was drawn before: the same for a seed and a Faker.

    Faker picks with ``Random.choice``, which Python keeps as it is but promises for ``random`` alone.
    Errors: ValueError when nothing is known of who lives there, LookupError as ``own_faker``.
    """
    if storefront not in MARKETS:
        raise ValueError(f"nobody can be drawn for storefront {storefront}, only for {', '.join(MARKETS)}")
    market = MARKETS[storefront]
    fake = own_faker(market.locale, ("person",) if market.company_forms else ("person", "company"))
    fake.seed_instance(f"{seed}/people/{storefront}")
    rng = chance(seed, "people", storefront)
    first_serial = below(rng, HIGHEST_SERIAL + 1 - max(people, companies))
    return Pool(
        tuple(_person(fake, rng, storefront, number, first_serial) for number in range(people)),
        tuple(_company(fake, rng, storefront, first_serial + number) for number in range(companies)),
    )


def own_faker(locale: str, providers: Sequence[str]) -> Faker:
    """A Faker with these providers of one locale and no others.

    Errors: LookupError when the locale lacks one, for which Faker would quietly take English words.
    """
    from faker import Faker

    fake = Faker(locale, providers=[f"faker.providers.{name}" for name in providers])
    for provider in fake.factories[0].get_providers():
        if provider.__lang__ != locale:
            raise LookupError(f"{provider.__provider__} of {locale} would be {provider.__lang__}")
    return fake


def _person(fake: Faker, rng: Random, storefront: str, number: int, first_serial: int) -> Person:
    if number % 2:
        first_name, last_name = fake.first_name_male(), _family_name(fake.last_name_male)
    else:
        first_name, last_name = fake.first_name_female(), _family_name(fake.last_name_female)
    return Person(
        first_name=first_name,
        last_name=last_name,
        email=f"{plain_letters(first_name)}.{plain_letters(last_name)}{number + 1}@example.com",
        phone=_phone(MARKETS[storefront].phone, rng),
        identity_number=identity_number_of(storefront, first_serial + number),
    )


def _company(fake: Faker, rng: Random, storefront: str, serial: int) -> Company:
    forms, name = MARKETS[storefront].company_forms, _family_name(fake.last_name_male)
    return Company(
        name=pick(rng, forms).format(name=name) if forms else f"{name} {fake.company_suffix()}",
        tax_number=tax_number_of(storefront, serial),
        iban=iban_of(storefront, serial) if storefront in ACCOUNTS else "",
    )


def _family_name(draw_name: Callable[[], str]) -> str:
    return next(name for name in iter(draw_name, None) if name not in _UNWANTED_NAMES)


def _phone(pattern: str, rng: Random) -> str:
    width = pattern.count("#")
    return f"{pattern.rstrip('#')}{below(rng, 10**width):0{width}d}"
