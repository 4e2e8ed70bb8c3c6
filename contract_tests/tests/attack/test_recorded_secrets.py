"""No secret and no person gets into a recording, wherever it stood."""

from __future__ import annotations

import json

import pytest

from contract_tests.recorder.redaction import RawExchange
from contract_tests.tests.attack.secrets_places import BASIC, BODIES, QUERIES, SECRET, UNNAMED, found_in
from contract_tests.tests.kit.support.recorded_stage import ORDERS, raw, text_of

PERSON = {
    "firstName": "Ayşegül",
    "lastName": "Özdemiroğlu",
    "fullName": "Ayşegül Özdemiroğlu",
    "address1": "Kestane Sokak 17 Daire 4",
    "phone": "+90 532 765 43 21",
    "taxNumber": "8765432109",
}
CITIZEN, EMAIL = "10000000146", "aysegul.ozdemir@kimse.example"
PIECES = [*PERSON.values(), "Özdemiroğlu", CITIZEN, EMAIL, "5327654321", "kimse.example"]


@pytest.mark.parametrize("header", UNNAMED, ids=lambda pair: pair[0])
def test_secret_of_a_header_is_nowhere(header: tuple[str, str]) -> None:
    assert found_in(text_of(raw({"echo": header[1]}, headers=(header,))).encode()) == []


def test_secret_of_a_query_or_a_body_is_nowhere() -> None:
    exchanges = [raw({}, target=f"{ORDERS}?{query}") for query in QUERIES]
    exchanges += [
        raw(
            None,
            target="/integration/webhook/sellers/2738/webhooks",
            request_body=body,
            headers=(("Content-Type", kind),),
            method="POST",
        )
        for body, kind in BODIES
    ]
    exchanges += [raw(target=f"/integration/{SECRET}/{BASIC}"), raw({SECRET: {BASIC: [SECRET]}})]
    assert found_in(text_of(*exchanges).encode()) == []


BUYER = {**PERSON, "tckn": CITIZEN, "mail": EMAIL, "tel": 905327654321}
WORDS = f"{EMAIL}, {CITIZEN}, +90 532 765 43 21 and TR330006100519786457841326"
TEST_ORDER = {"customer": PERSON, "invoiceAddress": {**PERSON, "email": EMAIL}, "note": CITIZEN}
REFERER = ("Referer", f"https://kimse.example/{CITIZEN}")
PACKAGE = {"shipmentAddress": PERSON, "customerEmail": EMAIL, "identityNumber": CITIZEN}
PLACES: dict[str, RawExchange] = {
    "documented members": raw({"content": [PACKAGE]}),
    "undocumented members": raw({"content": [{"buyer": BUYER}]}),
    "names of members": raw({EMAIL: 1, CITIZEN: 2, PERSON["fullName"]: 3}),
    "undocumented query": raw({}, target=f"{ORDERS}?mail={EMAIL}&ad=%C3%96zdemiro%C4%9Flu&tel=905327654321"),
    "documented query": raw({}, target=f"{ORDERS}?nextPageToken={EMAIL}&orderByField={CITIZEN}"),
    "path": raw({}, target=f"/integration/customers/{EMAIL}/{CITIZEN}"),
    "headers": raw({}, headers=(("X-Customer", PERSON["fullName"]), REFERER, ("Accept", EMAIL))),
    "words of an error": raw({"error": "x", "message": WORDS}, status=400),
    "undocumented status": raw({"error": "x", "owner": PERSON}, status=418),
    "unknown address": raw({"person": [PERSON, [EMAIL, 905327654321]]}, target="/integration/persons"),
    "a body that is no JSON": raw(f"<p>{PERSON} {EMAIL}</p>", kind="text/html"),
    "what was sent": raw(
        target="/integration/order/sellers/2738/test-orders",
        method="POST",
        request_body=json.dumps(TEST_ORDER).encode(),
    ),
}


def test_secret_that_credentials_showed_is_nowhere() -> None:
    credentials = (("Authorization", f"Basic {BASIC}"),)
    documented_page = raw({"content": [{"status": SECRET, "cargoProviderName": SECRET}]}, headers=credentials)
    later = raw(
        {"error": BASIC, "message": f"{SECRET} is wrong"},
        target=f"{ORDERS}?nextPageToken={SECRET}",
        status=401,
    )
    assert found_in(text_of(documented_page, later).encode()) == []


@pytest.mark.parametrize("place", PLACES)
def test_personal_value_is_nowhere(place: str) -> None:
    text = text_of(PLACES[place])
    digits = "".join(one for one in text if one.isdigit() or one in '",:')
    assert [piece for piece in PIECES if piece in text or (piece.isdigit() and piece in digits)] == []
