"""What the kit says of exports that break the published schema."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import jsonschema
import pytest

from contract_tests.drivers.export import check_rows, check_text
from contract_tests.records.run import Run
from contract_tests.records.scenario import schema

# The keys of a row, by system and kind.
KEYS = {
    "trendyol.products": ["barcode"],
    "trendyol.orders": ["shipmentPackageId"],
    "trendyol.changes": ["shipmentPackageId", "status"],
    "trendyol.fulfilment": ["orderNumber", "action"],
    "trendyol.settlements": ["id"],
    "trendyol.totals": ["paymentOrderId"],
    "trendyol.claims": ["claimItemId"],
    "trendyol.questions": ["id"],
    "trendyol.stock": ["barcode"],
    "trendyol.onboarding": ["barcode"],
    "b2b.orders": ["vendorRef", "barcode"],
    "pazarsync.products": ["id"],
    "pazarsync.orders": ["id"],
    "pazarsync.stock": ["sku"],
}


def test_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema("export"))


def test_schema_asks_for_the_keys_and_nothing_else() -> None:
    kinds = {name: row for name, row in schema("export")["$defs"].items() if "." in name}
    assert {name: row["required"] for name, row in kinds.items()} == KEYS


def test_published_schema_lists_every_kind() -> None:
    values = {one["$ref"].rpartition("/")[2] for one in schema("export")["anyOf"]}
    assert values == set(KEYS)


@pytest.mark.parametrize("place", KEYS)
def test_row_without_its_key_is_told(place: str) -> None:
    system, _, kind = place.partition(".")
    (told,) = check_rows(kind, [{"more": 1}], system)
    assert told == f'export {kind}, row 1: "{KEYS[place][0]}" is a required property'


@pytest.mark.parametrize(
    "row",
    [
        {"barcode": "1"},
        {"barcode": 8681200001503, "salePrice": "129.90", "listPrice": Decimal("130"), "quantity": 3},
        {"barcode": "1", "salePrice": None, "archived": 0, "title": None, "contentId": "77"},
        {"barcode": "1", "salePrice": 0.1, "quantity": "12", "of_our_own": [{}]},
    ],
)
def test_row_as_a_shop_may_show_it_is_right(row: dict[str, Any]) -> None:
    assert check_rows("products", [row]) == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"barcode": "1", "salePrice": "129,90"}, 'salePrice: "129,90" is not right (money: '),
        ({"barcode": "1", "quantity": 1.5}, "quantity: 1.5 is not"),
        ({"barcode": ""}, 'barcode: "" is shorter'),
        ({"barcode": "1", "archived": "yes"}, 'archived: "yes" is none of true, false, 0, 1, null'),
        ({"barcode": datetime.date(2026, 11, 22)}, "it is no JSON"),
        ({1: "1"}, "it is no JSON"),
        ("a line", "'a line' is no object"),
    ],
)
def test_row_that_cannot_be_judged_is_told_with_its_place(row: Any, told: str) -> None:
    (sentence,) = check_rows("products", [{"barcode": "0"}, row])
    assert sentence.startswith(f"export products, row 2: {told}")


def test_only_the_first_rows_are_told() -> None:
    assert len(check_rows("products", [{}] * 9)) == 4
    assert check_rows("products", [{}] * 9)[-1] == "and 6 more rows"


def test_kind_without_a_schema_is_not_checked() -> None:
    assert check_rows("otherfinancials", [{}, 3]) == []


def test_lines_that_are_no_rows_are_told() -> None:
    told = check_text("products", Run(0, 0.1, 'connecting ...\n{"barcode": "1"}\n\n[2]\n'))
    assert told == [
        "export products, line 1: 'connecting ...' is no JSON object",
        "export products, line 4: '[2]' is no JSON object",
    ]


@pytest.mark.parametrize(
    "output", ["", "\n", '{"barcode": "1"}', '[\n{"barcode": "1"}\n]', '{"a": 1}\n{"a": 2}']
)
def test_text_that_is_read_whole_is_not_told(output: str) -> None:
    assert check_text("products", Run(0, 0.1, output)) == []


def test_text_of_a_failed_export_is_not_told() -> None:
    assert check_text("products", Run(1, 0.1, "no database")) == []
