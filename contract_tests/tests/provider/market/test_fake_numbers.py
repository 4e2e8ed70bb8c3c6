"""Fake numbers: their check digits are those of real ones, and nobody could take them for real."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.world.core import fake_numbers
from emulator.world.core.fake_numbers import (
    ACCOUNTS,
    HIGHEST_SERIAL,
    TAX_FORMS,
    iban_check_digits,
    iban_of,
    identity_number_of,
    tax_number_of,
)

SERIALS = st.integers(0, HIGHEST_SERIAL)
# Source: the examples of the IBAN registry, D.
IBANS = (
    "TR330006100519786457841326", "DE89370400440532013000", "SA0380000000608010167519",
    "AE070331234567890123456", "QA58DOHB00001234567890ABCDEFG", "KW81CBKU0000000000001234560101",
    "BH67BMAG00001299123456", "OM810180000001299123456", "RO49AAAA1B31007593840000",
    "CZ6508000000192000145399", "HU42117730161111101800000000", "SK3112000000198742637541",
    "BG80BNBG96611020345678", "GR1601101250000000012300695", "AZ21NABZ00000000137010001944",
)  # fmt: skip
# Source: VKN: carriers of the vendor's cargo provider page, D; TCKN: the population office's example, D; the
# rest: what companies and offices print on their pages, C.
KNOWN_NUMBERS: tuple[tuple[Callable[[str], str], str], ...] = (
    *((fake_numbers.vkn_check_digit, number) for number in (
        "2910804196", "1800038254", "6080712084", "7320068060", "7870233582", "8590921777", "4630097122",
        "8450298557", "3130557669", "0720039666",
    )),
    (fake_numbers.tckn_check_digits, "10000000146"),
    (fake_numbers.cnp_check_digit, "1630615123457"),
    (fake_numbers.cui_check_digit, "0018547290"),
    (fake_numbers.afm_check_digit, "094259216"),
    (fake_numbers.eik_check_digit, "175074752"),
    (fake_numbers.ico_check_digit, "25123891"),
    (fake_numbers.dph_check_digit, "2022749619"),
    (fake_numbers.adoszam_check_digit, "12892312"),
    (fake_numbers.ustid_check_digit, "136695976"),
    (fake_numbers.voen_check_digit, "140155507"),
)  # fmt: skip


@pytest.mark.parametrize("iban", IBANS)
def test_check_digits_are_those_of_the_registrys_examples(iban: str) -> None:
    assert iban_check_digits(iban[:2], iban[4:]) == iban[2:4]


@pytest.mark.parametrize("iban", IBANS)
def test_fake_iban_is_as_long_as_its_countrys(iban: str) -> None:
    assert len(iban_of(iban[:2], 7)) == len(iban)


@given(serial=SERIALS, country=st.sampled_from(sorted(ACCOUNTS)))
def test_fake_iban_leaves_one(serial: int, country: str) -> None:
    iban = iban_of(country, serial)
    digits = "".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])
    assert int(digits) % 97 == 1


@given(serial=SERIALS, country=st.sampled_from(sorted(ACCOUNTS)))
def test_fake_iban_shows_that_it_is_fake(serial: int, country: str) -> None:
    bank = iban_of(country, serial)[4:6]
    assert bank in {"99", "TE"}


@pytest.mark.parametrize(("check", "number"), KNOWN_NUMBERS)
def test_check_digit_is_that_of_a_real_number(check: Callable[[str], str], number: str) -> None:
    width = 2 if check is fake_numbers.tckn_check_digits else 1
    assert check(number[:-width]) == number[-width:]


@given(serial=SERIALS)
def test_fake_tckn_follows_both_rules(serial: int) -> None:
    digits = [int(digit) for digit in identity_number_of("TR", serial)]
    assert len(digits) == 11
    assert digits[0] != 0
    assert digits[9] == (7 * sum(digits[0:9:2]) - sum(digits[1:8:2])) % 10
    assert digits[10] == sum(digits[:10]) % 10


@given(serial=SERIALS)
def test_fake_identity_numbers_show_that_they_are_fake(serial: int) -> None:
    assert identity_number_of("TR", serial).startswith("10000")
    assert identity_number_of("RO", serial).startswith("10001")


@given(serial=SERIALS)
def test_fake_cnp_is_of_a_day_that_was(serial: int) -> None:
    number = identity_number_of("RO", serial)
    assert len(number) == 13
    assert 1 <= int(number[5:7]) <= 10


@given(serial=SERIALS)
def test_identity_number_is_empty_where_orders_have_none(serial: int) -> None:
    assert identity_number_of("GR", serial) == ""


@pytest.mark.parametrize(
    ("country", "length"),
    [("TR", 10), ("DE", 11), ("SA", 15), ("AE", 15), ("QA", 10), ("BH", 15), ("OM", 12), ("RO", 12),
     ("CZ", 10), ("HU", 13), ("SK", 12), ("BG", 11), ("GR", 11), ("AZ", 10)],
)  # fmt: skip
def test_tax_numbers_of_a_country_are_of_one_length_and_differ(country: str, length: int) -> None:
    numbers = [tax_number_of(country, serial) for serial in range(HIGHEST_SERIAL + 1)]
    assert {len(number) for number in numbers} == {length}
    assert len(set(numbers)) == len(numbers)


@given(serial=SERIALS, country=st.sampled_from(sorted(TAX_FORMS)))
def test_tax_number_shows_that_it_is_fake(serial: int, country: str) -> None:
    assert (
        tax_number_of(country, serial)
        .removeprefix(TAX_FORMS[country].prefix)
        .startswith(("999", "990", "900", "800", "3000", "1000", "5000", "2000", "1100"))
    )


@given(serial=SERIALS)
def test_slovak_tax_number_can_be_divided_by_eleven(serial: int) -> None:
    assert int(tax_number_of("SK", serial)[2:]) % 11 == 0


def test_kuwait_has_no_tax_numbers() -> None:
    assert tax_number_of("KW", 1) == ""


@pytest.mark.parametrize("serial", [-1, HIGHEST_SERIAL + 1])
def test_serial_of_more_than_four_digits_is_refused(serial: int) -> None:
    with pytest.raises(ValueError, match="is no serial"):
        iban_of("TR", serial)
