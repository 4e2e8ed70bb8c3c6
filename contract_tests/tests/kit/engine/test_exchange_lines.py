"""Lines about exchanges say why something was refused, when, and how many came; never a secret."""

import pytest

from contract_tests.records.exchange_lines import describe_exchange, request_line, with_dates
from contract_tests.records.findings import REPEAT_BASE, at_repeat_base, curl
from contract_tests.records.history import Exchange
from contract_tests.records.row_names import names_in, with_both_names
from contract_tests.tests.kit.support.recording import APPROVED, SETTLEMENTS, Entry, asked, recorded

SECRET_QUERIES = ("apiKey=a1secret", "password=a1secret", "x=demo-secret", "client_secret=a1secret")


def exchange(entry: Entry) -> Exchange:
    (one,) = recorded(entry).exchanges
    return one


def test_refusal_shows_the_rule_and_what_the_answer_says() -> None:
    body = {"errors": [{"key": "size.invalid", "message": "Size must be 500 or 1000"}]}
    entry = asked(SETTLEMENTS, "size=7", status=400, body=body) | {
        "_emulator": {"id": 3, "refusal": "size-invalid"}
    }
    for line in (describe_exchange(exchange(entry)), request_line(exchange(entry))):
        assert line.endswith("-> 400 size-invalid: Size must be 500 or 1000")


@pytest.mark.parametrize(
    "body", [{"message": "no"}, {"errorMessage": "no"}, {"error": {"message": "no"}}, [{"message": "no"}]]
)
def test_reason_is_found_in_every_envelope(body: object) -> None:
    assert describe_exchange(exchange(asked(APPROVED, status=403, body=body))).endswith("-> 403: no")


def test_dates_stand_beside_epoch_numbers() -> None:
    line = describe_exchange(exchange(asked(SETTLEMENTS, "startDate=1795599000000")))
    assert "startDate=1795599000000 (2026-11-25 09:30:00Z)" in line
    assert with_dates("from 1795599000000 on") == "from 1795599000000 (2026-11-25 09:30:00Z) on"
    assert with_dates("barcode 5941200447026") == "barcode 5941200447026"


def test_purchase_that_came_short_says_of_what() -> None:
    items = [{"barcode": "869001", "requestedQuantity": 284, "availableQuantity": 282}]
    entry = asked(APPROVED, body={"requestNumber": "R1", "items": items})
    assert describe_exchange(exchange(entry)).endswith("-> 200, 1 row, 869001: 282 of 284")


def test_failure_inside_a_200_is_shown() -> None:
    entry = asked(APPROVED, body={"hasError": True, "errors": [{"message": "too late"}]})
    assert "hasError true, not done: too late" in describe_exchange(exchange(entry))


@pytest.mark.parametrize("query", SECRET_QUERIES)
def test_no_line_prints_a_secret_of_a_url(query: str) -> None:
    one = exchange(asked(APPROVED, f"page=0&{query}"))
    for line in (describe_exchange(one), request_line(one), curl(one), curl(one, "http://127.0.0.1:8090")):
        assert "secret" not in line.replace("client_secret", "").replace("API_SECRET", "")
        assert "***" in line


def test_user_and_password_in_front_of_a_host_are_masked() -> None:
    entry = asked(APPROVED)
    entry["request"]["url"] = entry["request"]["url"].replace("https://", "https://me:hunter2hunter@")
    assert "hunter2" not in curl(exchange(entry))


def test_barcode_and_sku_stand_side_by_side() -> None:
    names = names_in([{"sku": "SHOE-42", "barcode": "8690000000017"}])
    assert with_both_names("SHOE-42 has 3, wanted was 4", names) == (
        "SHOE-42 (barcode 8690000000017) has 3, wanted was 4"
    )
    assert with_both_names("8690000000017 was stale", names) == "8690000000017 (sku SHOE-42) was stale"


def test_shell_line_goes_to_another_place_with_its_body_as_it_was() -> None:
    body = '{"images": [{"url": "https://cdn.example.com/1.jpg"}], "text": "see https://example.com/"}'
    line = f"curl -sS -X POST --data-raw '{body}' PLACE/integration/x -u \"$KEY:$SECRET\""
    at_the_check = line.replace("PLACE", "http://127.0.0.1:33769")
    assert at_repeat_base(at_the_check) == line.replace("PLACE", REPEAT_BASE)
    assert at_repeat_base("curl -sS") == "curl -sS"
