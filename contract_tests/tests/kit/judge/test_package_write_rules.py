"""Judges of writes to packages: to which, in which order, with what, how often."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.kit.support.package_writes import (
    ORDERS,
    PACKAGE,
    WHOLE,
    cancellation,
    listing,
    put,
    status,
)
from contract_tests.tests.kit.support.recording import Entry, asked, broken

MINUTE_MS = 60_000


def laws(*entries: Entry, edition: str = "int") -> set[str]:
    """The laws of package writes that a recording breaks."""
    return {rule for rule in broken(*entries, edition=edition) if rule.startswith("TY-PKG")}


def test_picking_and_then_invoiced_is_right() -> None:
    assert laws(listing(), status("Picking"), status("Invoiced")) == set()


def test_invoiced_without_picking_is_found() -> None:
    assert laws(listing(), status("Invoiced")) == {"TY-PKG-001"}


@pytest.mark.parametrize("answer", [200, 0, 504])
def test_invoiced_after_a_picking_that_the_list_does_not_show_yet_is_right(answer: int) -> None:
    entries = (listing(), status("Picking", status=answer), listing(), status("Invoiced"))
    assert laws(*entries) == set()


def test_invoiced_after_a_picking_that_was_turned_away_is_found() -> None:
    assert laws(listing(), status("Picking", status=429), status("Invoiced")) == {"TY-PKG-001"}


def test_package_that_somebody_else_picked_is_invoiced_rightly() -> None:
    assert laws(listing("Picking"), status("Invoiced")) == set()


def test_package_of_which_the_recording_says_nothing_is_not_judged() -> None:
    assert laws(status("Invoiced"), cancellation()) == set()


@pytest.mark.parametrize(
    ("word", "rule"), [("Cancelled", "TY-PKG-002"), ("UnSupplied", "TY-PKG-002"), ("UnPacked", "TY-PKG-003")]
)
def test_write_to_a_package_that_is_over_is_found(word: str, rule: str) -> None:
    assert laws(listing(word), status("Picking", status=400)) == {rule}
    assert laws(listing(word), put("/box-info", {"boxQuantity": 1}, status=400)) == {rule}


def test_package_that_ended_after_it_was_read_is_not_held_against_the_writer() -> None:
    assert laws(listing(), status("Picking", status=400), listing("UnPacked")) == set()


def test_other_status_words_are_found() -> None:
    assert laws(status("PICKING", status=400)) == {"TY-PKG-004"}
    assert laws(status("Shipped", status=400)) == {"TY-PKG-004"}


def test_reasons_are_those_of_the_edition() -> None:
    assert laws(cancellation(503)) == set()
    assert laws(cancellation(599)) == {"TY-PKG-006"}
    assert laws(cancellation(503), edition="tr") == {"TY-PKG-005"}


@pytest.mark.parametrize(
    "lines", [None, [], [WHOLE[0] | {"quantity": 1}], [*WHOLE, {"lineId": 1, "quantity": 1}]]
)
def test_lines_that_are_not_the_whole_package_are_found(lines: Any) -> None:
    assert laws(listing(), status("Picking", lines=lines)) == {"TY-PKG-007"}


def test_refused_write_is_sent_again_once_it_was_read() -> None:
    refusal = status("Picking", status=400)
    assert laws(listing(), refusal, status("Picking")) == {"TY-PKG-008"}
    assert laws(listing(), refusal, listing(), status("Picking")) == set()


def test_lost_write_is_sent_again_once_it_was_read() -> None:
    for loss in (0, 500, 502, 504):
        assert laws(listing(), status("Picking", status=loss), status("Picking")) == {"TY-PKG-010"}
        assert laws(listing(), cancellation(status=loss), cancellation()) == {"TY-PKG-009"}
    assert laws(listing(), cancellation(status=504), listing(), cancellation()) == set()


def test_write_that_was_only_put_off_is_sent_again_rightly() -> None:
    assert laws(listing(), cancellation(status=503), cancellation()) == set()


def test_number_that_no_list_has_shown_is_found_when_it_is_refused() -> None:
    narrow = PACKAGE % 2**31
    assert laws(listing(), status("Picking", package=narrow, status=401)) == {"TY-PKG-011"}
    assert laws(listing(), status("Picking", package=narrow)) == set()
    assert laws(listing(), status("Picking", status=401)) == set()


def test_number_is_not_judged_where_the_recording_lacks_rows() -> None:
    page = {"totalElements": 1, "totalPages": 1, "page": 0, "size": 200, "content": [1]}
    entries = (listing(), asked(ORDERS, {"orderNumber": "2"}, body=page))
    assert laws(*entries, status("Picking", package=7, status=401)) == set()


def test_carrier_is_changed_once_in_five_minutes() -> None:
    first = put("/cargo-providers", {"cargoProvider": "FANCOURIER"})
    soon = put("/cargo-providers", {"cargoProvider": "DPD Romania"}, after_ms=4 * MINUTE_MS)
    late = put("/cargo-providers", {"cargoProvider": "DPD Romania"}, after_ms=6 * MINUTE_MS)
    other = put("/cargo-providers", {"cargoProvider": "DPD Romania"}, package=7)
    refusal = put("/cargo-providers", {"cargoProvider": "FANCOURIER"}, status=409)
    assert laws(first, soon) == {"TY-PKG-012"}
    assert laws(first, late) == laws(first, other) == laws(refusal, soon) == set()


@pytest.mark.parametrize(("edition", "carrier", "status"), [("tr", "TEXMP", 400), ("int", "Aramex", 409)])
def test_carrier_that_has_no_room_is_not_asked_for_again_unread(
    edition: str, carrier: str, status: int
) -> None:
    full = put("/cargo-providers", {"cargoProvider": carrier}, status=status)
    other = put("/cargo-providers", {"cargoProvider": "PTTMP" if edition == "tr" else "FANCOURIER"})
    assert laws(listing(), full, full, edition=edition) == {"TY-PKG-008"}
    assert laws(listing(), full, listing(), full, edition=edition) == set()
    assert laws(listing(), full, other, edition=edition) == set()


def test_tracking_number_comes_after_picking() -> None:
    feed = put("/tracking-details", {"cargoSenderNumber": "7340447182689", "providerCode": "GLS"})
    assert laws(listing(), feed) == {"TY-PKG-013"}
    assert laws(listing(), status("Picking"), feed) == laws(listing("Invoiced"), feed) == set()


@pytest.mark.parametrize(
    ("service", "body", "edition", "rule"),
    [
        ("/update-tracking-number", {"trackingNumber": 7340447182689}, "tr", "TY-PKG-014"),
        ("/update-tracking-number", {"trackingNumber": "73404 47182689"}, "tr", "TY-PKG-014"),
        ("/tracking-details", {"cargoSenderNumber": 7340447182689}, "int", "TY-PKG-015"),
        ("/extended-agreed-delivery-date", {"extendedDayCount": 5}, "tr", "TY-PKG-016"),
        ("/alternative-delivery", {"params": {"digitalCode": "123"}}, "tr", "TY-PKG-017"),
    ],
)
def test_form_that_a_page_does_not_have_is_found(service: str, body: Any, edition: str, rule: str) -> None:
    assert laws(put(service, body, status=400), edition=edition) == {rule}


@pytest.mark.parametrize(
    ("service", "body", "edition"),
    [
        ("/update-tracking-number", {"trackingNumber": "7340447182689"}, "tr"),
        ("/extended-agreed-delivery-date", {"extendedDayCount": 3}, "tr"),
        ("/alternative-delivery", {"params": {"digitalCode": "A-123456"}}, "tr"),
        ("/alternative-delivery", {"params": {}}, "int"),
    ],
)
def test_form_that_a_page_has_is_right(service: str, body: Any, edition: str) -> None:
    assert laws(put(service, body), edition=edition) == set()
