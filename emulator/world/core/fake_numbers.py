"""Numbers of nobody: right in their check digits, visibly fake in all others.

A serial of up to four digits tells one from the next; round it stand zeros, nines or the word TEST.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

HIGHEST_SERIAL = 9_999
# A bank that does not exist, which account numbers begin with, and how many digits the serial is written in.
# Source: the IBAN registry of SWIFT, D. A country's own check digits inside the account are not kept.
ACCOUNTS: Mapping[str, tuple[str, int]] = {
    "TR": ("999990", 16), "DE": ("99999999", 10), "SA": ("99", 18), "AE": ("999", 16), "QA": ("TEST", 21),
    "KW": ("TEST", 22), "BH": ("TEST", 14), "OM": ("999", 16), "RO": ("TEST", 16), "CZ": ("9999", 16),
    "HU": ("99999999", 16), "SK": ("9999", 16), "BG": ("TEST999910", 8), "GR": ("9999999", 16),
    "AZ": ("TEST", 20),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TaxForm:
    """How a country writes a company's tax number: ``prefix``, ``lead``, serial, check digit, ``suffix``.

    Shapes: ``check`` gives the check digit for the digits of lead and serial, "10" where there is none;
    with ``spare_digit`` one more digit stands behind the serial, the first for which there is one.
    """

    prefix: str
    lead: str
    check: Callable[[str], str]
    suffix: str = ""
    spare_digit: bool = False


def iban_of(country: str, serial: int) -> str:
    """An IBAN of a bank that does not exist.

    Errors: KeyError for a country without IBANs here, ValueError for a serial out of range.
    """
    bank, width = ACCOUNTS[country]
    account = f"{bank}{_four_digits(serial):0>{width}}"
    return f"{country}{iban_check_digits(country, account)}{account}"


def iban_check_digits(country: str, account: str) -> str:
    """The two digits between country and account number.

    Source: ISO 13616 with ISO 7064 MOD 97-10: letters count from A = 10, the whole leaves 1, D.
    """
    digits = "".join(str(int(sign, 36)) for sign in f"{account}{country}00")
    return f"{98 - int(digits) % 97:02d}"


def identity_number_of(country: str, serial: int) -> str:
    """Somebody's identity number: in TR a TCKN of zeros, in RO a CNP of January 1900, elsewhere empty.

    Errors: ValueError for a serial out of range.
    """
    digits = _four_digits(serial)
    if country == "TR":
        stem = f"10000{digits}"
        return f"{stem}{tckn_check_digits(stem)}"
    if country == "RO":
        stem = f"10001{int(digits[0]) + 1:02d}40{digits[1:]}"
        return f"{stem}{cnp_check_digit(stem)}"
    return ""


def tax_number_of(country: str, serial: int) -> str:
    """A company's tax number, empty where a country has none.

    Errors: ValueError for a serial out of range.
    """
    digits = _four_digits(serial)
    form = TAX_FORMS.get(country)
    if form is None:
        return ""
    for spare in "0123456789" if form.spare_digit else ("",):
        check = form.check(f"{form.lead}{digits}{spare}")
        if check != "10":
            return f"{form.prefix}{form.lead}{digits}{spare}{check}{form.suffix}"
    raise ValueError(f"{country} has no tax number with the serial {serial}")


def tckn_check_digits(digits: str) -> str:
    """The last two digits of a Turkish identity number, for its first nine.

    Source: the rule of the population office as public validators have it, D: seven times the odd places less
    the even ones, then the sum of all ten, each by its last digit.
    """
    odd, even = sum(map(int, digits[0::2])), sum(map(int, digits[1::2]))
    tenth = (odd * 7 - even) % 10
    return f"{tenth}{(odd + even + tenth) % 10}"


def vkn_check_digit(digits: str) -> str:
    """The last digit of a Turkish tax number, for its first nine.

    Source: the revenue administration's (GIB) rule as public validators have it, D; the ten carriers' numbers
    of the vendor's cargo provider page follow it.
    """
    total = 0
    for power, digit in zip(range(9, 0, -1), digits, strict=True):
        term = (int(digit) + power) % 10
        total += 9 if term == 9 else term * 2**power % 9
    return str(-total % 10)


def cnp_check_digit(digits: str) -> str:
    """The last digit of a Romanian identity number, for its first twelve.

    Source: law 105/1996, D: weights 279146358279, modulo 11, and 1 for 10.
    """
    rest = _weighted_sum(digits, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return "1" if rest == 10 else str(rest)


def cui_check_digit(digits: str) -> str:
    """The last digit of a Romanian tax number, for its first nine.

    Source: order 40/1991 of the statistics commission, D: weights 753217532, ten times, modulo 11.
    """
    return str(_weighted_sum(digits, (7, 5, 3, 2, 1, 7, 5, 3, 2)) * 10 % 11 % 10)


def afm_check_digit(digits: str) -> str:
    """The last digit of a Greek tax number, for its first eight.

    Source: the published algorithm of EU VAT numbers, D: powers of two, modulo 11.
    """
    return str(_weighted_sum(digits, (256, 128, 64, 32, 16, 8, 4, 2)) % 11 % 10)


def eik_check_digit(digits: str) -> str:
    """The last digit of a Bulgarian company's number, for its first eight.

    Source: the Bulstat register's rule, D: weights 1 to 8, modulo 11; where that is 10, weights 3 to 10.
    """
    rest = _weighted_sum(digits, range(1, 9)) % 11
    return str(rest if rest < 10 else _weighted_sum(digits, range(3, 11)) % 11 % 10)


def ico_check_digit(digits: str) -> str:
    """The last digit of a Czech company's number, for its first seven.

    Source: the statistics office's rule, D: weights 8 to 2, eleven less the rest modulo 11.
    """
    return str((11 - _weighted_sum(digits, range(8, 1, -1)) % 11) % 10)


def dph_check_digit(digits: str) -> str:
    """The last digit of a Slovak VAT number, for its first nine: the whole can be divided by 11.

    Source: the published algorithm of EU VAT numbers, D.
    """
    return str(-int(digits) * 10 % 11)


def adoszam_check_digit(digits: str) -> str:
    """The eighth digit of a Hungarian tax number, for its first seven.

    Source: act CL of 2017, annex, D: weights 9731973, ten less the last digit.
    """
    return str(-_weighted_sum(digits, (9, 7, 3, 1, 9, 7, 3)) % 10)


def ustid_check_digit(digits: str) -> str:
    """The last digit of a German VAT number, for its first eight.

    Source: the published algorithm of EU VAT numbers: ISO 7064 MOD 11,10, D.
    """
    product = 10
    for digit in digits:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def voen_check_digit(digits: str) -> str:
    """The ninth digit of an Azerbaijani tax number, for its first eight; "10" where there is none.

    Source: the OECD's sheet on Azerbaijan's tax numbers, D: weights 41862753, modulo 11.
    """
    return str(_weighted_sum(digits, (4, 1, 8, 6, 2, 7, 5, 3)) % 11)


def no_check_digit(digits: str) -> str:
    """Give no digit: the Gulf publishes the length of its tax numbers and no rule for their digits (D)."""
    return ""


# KW has no tax number. The tenth digit in AZ says that it is a company.
TAX_FORMS: Mapping[str, TaxForm] = {
    "TR": TaxForm("", "99999", vkn_check_digit),
    "DE": TaxForm("DE", "9900", ustid_check_digit),
    "SA": TaxForm("", "300000", no_check_digit, suffix="00003"),
    "AE": TaxForm("", "10000000000", no_check_digit),
    "QA": TaxForm("", "500000", no_check_digit),
    "BH": TaxForm("", "20000000000", no_check_digit),
    "OM": TaxForm("OM", "110000", no_check_digit),
    "RO": TaxForm("RO", "90000", cui_check_digit),
    "CZ": TaxForm("CZ", "800", ico_check_digit),
    "HU": TaxForm("", "999", adoszam_check_digit, suffix="-2-41"),
    "SK": TaxForm("SK", "9990", dph_check_digit, spare_digit=True),
    "BG": TaxForm("BG", "9999", eik_check_digit),
    "GR": TaxForm("EL", "9000", afm_check_digit),
    "AZ": TaxForm("", "990", voen_check_digit, suffix="1", spare_digit=True),
}


def _weighted_sum(digits: str, weights: Iterable[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def _four_digits(serial: int) -> str:
    if not 0 <= serial <= HIGHEST_SERIAL:
        raise ValueError(f"{serial} is no serial; they go from 0 to {HIGHEST_SERIAL}")
    return f"{serial:04d}"
