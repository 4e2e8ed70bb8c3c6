"""Odd clients of onboarding that are right: one habit each that nobody may blame them for."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.clients.habits import twice_as_long
from contract_tests.clients.patience import NO_PATIENCE
from contract_tests.clients.protocol import Row
from contract_tests.profiles.product_onboarding.lookups import Lookups
from contract_tests.profiles.product_onboarding.reference import REFERENCE, STEPS, client, item_of
from contract_tests.profiles.variants import Odd

PROFILE = "product-onboarding"
OTHER_FORM = {"attributeValueId": "attributeValueIds", "customAttributeValue": "attributeValue"}


def item_in_the_other_form(write: str, row: Row, lookups: Lookups) -> Row:
    """The item of a write with its attributes as the international definition has them."""
    item = item_of(write, row, lookups)
    attributes = [other_form(each) for each in item.get("attributes", ())]
    return {**item, "attributes": attributes} if attributes else item


def other_form(attribute: Row) -> Row:
    """An attribute with a list of values, or with its text under the other name."""
    new_attribute = {OTHER_FORM.get(name, name): value for name, value in attribute.items()}
    if "attributeValueIds" in new_attribute:
        new_attribute["attributeValueIds"] = [new_attribute["attributeValueIds"]]
    return new_attribute


ODD = (
    Odd("creates_with_a_later_run", PROFILE, "gives a creation up at the first refusal, for a later run",
        replace(REFERENCE, patience=NO_PATIENCE), gives_up=True),
    Odd("creates_a_few_at_once", PROFILE, "creates four products a request",
        client(replace(STEPS, items_at_once=4)), edition="tr"),
    Odd("looks_seldom_at_creations", PROFILE, "looks at a batch twice in a run, a quarter of a minute apart",
        client(replace(STEPS, pause_s=15.0, looks=2))),
    Odd("writes_the_other_form", PROFILE, "sends attributes as lists of values, as the definition has them",
        client(replace(STEPS, item_of=item_in_the_other_form)), edition="tr"),
    Odd("creates_slowly", PROFILE, "waits longer than an answer asks for", twice_as_long(REFERENCE)),
)  # fmt: skip
