"""Says it wrongly: who it is, what it may, and how a question is written."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace

import requests

from contract_tests.clients.client import Client
from contract_tests.clients.protocol import CODEC
from contract_tests.profiles.variants import Broken, password, speaking, with_headers, with_query, with_url

Put = Callable[[requests.Request], requests.Request]


def puts(put: Put) -> Client:
    """The reference, except for how it puts a request."""
    return speaking(replace(CODEC, encode=put))


def nameless(request: requests.Request) -> requests.Request:
    """Send an empty User-Agent."""
    return with_headers(request, User_Agent="")


def by_the_librarys_name(request: requests.Request) -> requests.Request:
    """Send the User-Agent of the library."""
    return with_headers(request, User_Agent="python-requests/2.32.4")


def by_its_name_alone(request: requests.Request) -> requests.Request:
    """Send the integrator's name without the seller id."""
    return with_headers(request, User_Agent="SelfIntegration")


def as_another_seller(request: requests.Request) -> requests.Request:
    """Send the seller id of the shop that was set up first."""
    return with_headers(request, User_Agent="107385 - SelfIntegration")


def without_scheme(request: requests.Request) -> requests.Request:
    """Send key and secret in base64, and not that this is Basic."""
    request.headers["Authorization"] = b64encode(":".join(request.auth).encode()).decode()
    request.auth = None
    return request


def with_the_secret_in_the_url(request: requests.Request) -> requests.Request:
    """Send the secret as a parameter too."""
    return with_query(request, apiSecret=password(request))


def without_storefront(request: requests.Request) -> requests.Request:
    """Leave the storefront out."""
    request.headers.pop("storeFrontCode", None)
    return request


def without_language(request: requests.Request) -> requests.Request:
    """Leave the language out."""
    request.headers.pop("Accept-Language")
    return request


def by_the_old_path(request: requests.Request) -> requests.Request:
    """Ask the path of years ago."""
    return with_url(request, "/integration/product/sellers/", "/sapigw/suppliers/")


def with_pythons_booleans(request: requests.Request) -> requests.Request:
    """Write a boolean as Python prints it."""
    return with_query(request, archived="False")


def as_one_document(request: requests.Request) -> requests.Request:
    """Send the query as one JSON document."""
    request.params = json.dumps(request.params)
    return request


def without_che(request: requests.Request) -> requests.Request:
    """Leave a segment of the path out."""
    return with_url(request, "/finance/che/", "/finance/")


CATALOGUE = (
    ("empty_user_agent", "sends no User-Agent", "User-Agent missing: 7 of 26", nameless,
     "user_agent_present"),
    ("another_sellers_name", "names another seller in its User-Agent", "several shops in one process",
     as_another_seller, "own_seller"),
    ("authorization_without_scheme", "does not say that its credentials are Basic",
     "Authorization built wrongly: several", without_scheme, "basic_authorization"),
    ("secret_in_the_url", "sends its secret as a parameter", "secrets in logs: kit, severity",
     with_the_secret_in_the_url, "secret_not_in_url"),
    ("no_storefront", "does not say which storefront it means", "an international client written at home",
     without_storefront, "header_present"),
    ("old_path", "asks paths that were closed in 2025", "retired /sapigw paths: several", by_the_old_path,
     "path_current"),
)  # fmt: skip
FINANCE = (
    ("path_without_che", "forgets a segment of the path", "missing path segment: 2 of 26", without_che,
     "path_complete"),
)  # fmt: skip
ADVICE = (
    ("librarys_user_agent", "sends the library's own User-Agent", "library default: 7 of 26",
     by_the_librarys_name, "user_agent_form"),
    ("user_agent_without_seller", "names itself and not the seller", "name without seller id: 7 of 26",
     by_its_name_alone, "user_agent_form"),
    ("no_language", "does not say which language it wants", "an international client written at home",
     without_language, "header_present"),
    ("capital_booleans", "writes True and False", "capital-T booleans: several", with_pythons_booleans,
     "boolean_spelling"),
)  # fmt: skip
FINANCE_ADVICE = (
    ("query_in_one_document", "sends the query as one JSON document", "query as one JSON document: 2 of 26",
     as_one_document, "query_encoded"),
)  # fmt: skip

BROKEN = tuple(
    Broken(name, profile, says, seen, (judge,), puts(put), advice=advice)
    for profile, table, advice in (
        ("catalog-pull", CATALOGUE, False),
        ("finance", FINANCE, False),
        ("catalog-pull", ADVICE, True),
        ("finance", FINANCE_ADVICE, True),
    )
    for name, says, seen, put, judge in table
)
