"""Who orders, who receives it and where it goes, as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Customer:
    """Who ordered.

    Shapes: ``company`` and its ``tax_number`` are empty for somebody who orders alone, ``identity_number``
    where orders carry none.
    """

    first_name: str
    """The first name."""
    last_name: str
    """The last name."""
    email: str
    """A visibly invented address."""
    phone: str
    """A visibly invented number."""
    identity_number: str = ""
    """The identity number, empty where orders carry none."""
    company: str = ""
    """The company, empty for somebody who orders alone."""
    tax_number: str = ""
    """The company's tax number."""
    id: int = 0
    """The number of the customer, 0 in an order that a recipe writes out without one."""
    tax_office: str = ""
    """The tax office of the company, empty where it is the city's."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who an address belongs to, where that is not the customer.

    Shapes: ``company`` is empty where none is named.
    """

    first_name: str
    last_name: str
    phone: str
    company: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where an order goes.

    Shapes: the ids are those of the address lookups, 0 in an order that a recipe writes out without them;
    ``neighbourhood`` is empty outside TR.
    """

    line1: str
    """Street and number."""
    line2: str
    """What is left to say."""
    district: str
    """The name of the district."""
    city: str
    """The name of the city."""
    postal_code: str
    """The postal code."""
    country: str = "TR"
    """The ISO code of the country."""
    neighbourhood: str = ""
    """The neighbourhood, empty outside TR."""
    city_id: int = 0
    """The id of the city in the lookups, 0 without one."""
    district_id: int = 0
    """The id of the district in the lookups, 0 without one."""
    neighbourhood_id: int = 0
    """The id of the neighbourhood in the lookups, 0 without one."""
    city_code: int = 0
    """The code of the city, a plate in TR, 0 without one."""
    region: str = ""
    """The county of a CEE address, the state of a Gulf one, empty elsewhere."""
    region_id: int = 0
    """The id of the region in the lookups, 0 without one."""
    recipient: Recipient | None = None
    """Who lives there; None for the customer."""
    latitude: str = ""
    """The latitude, as whoever gave it wrote it; empty without one."""
    longitude: str = ""
    """The longitude, as whoever gave it wrote it; empty without one."""
