"""Bodies of invoices as the world understands them, and the rules that no schema can say."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from emulator.exchange import Call, Refusal
from emulator.world.invoices.model import EXPORT_KINDS, Invoice
from emulator.world.orders.model import Package

# Source: docs/fatura-linki-gönderme, D: with the year by the newest definition, 13 digits by the older one.
NUMBERS: Mapping[str, re.Pattern[str]] = {
    "with-year": re.compile(r"[A-Za-z0-9]{3}20[2-9][0-9]\d{9}", re.ASCII),
    "digits": re.compile(r"[A-Za-z0-9]{3}\d{13}", re.ASCII),
}
SECONDS_DIGITS, MS_DIGITS = 10, 13
MOMENT = re.compile(r"[1-9]\d*", re.ASCII)
MOST_BYTES = 10_000_000
# What files of these kinds begin with.
PDF, JPEG, PNG = b"%PDF", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
INVOICE_KINDS, WARRANTY_KINDS = (PDF, JPEG, PNG), (PDF,)
SHOWN_BYTES = 8


def linked_invoice(call: Call, package: Package) -> Invoice:
    """The invoice that a body gives the link of.

    Errors: invoice-link-invalid and those of ``_details``.
    """
    link = call.body["invoiceLink"]
    if urlsplit(link).scheme not in ("http", "https"):
        raise Refusal("invoice-link-invalid", value=link)
    number, dated_ms = _details(call, package)
    return Invoice(link=link, number=number, dated_ms=dated_ms)


def invoice_file(call: Call, package: Package) -> Invoice:
    """The invoice that a form brings.

    Errors: those of ``digest_of`` and of ``_details``.
    """
    number, dated_ms = _details(call, package)
    return Invoice(digest=digest_of(call.body, INVOICE_KINDS), number=number, dated_ms=dated_ms)


def digest_of(form: Mapping[str, Any], kinds: tuple[bytes, ...]) -> str:
    """What tells the one file of a form from others.

    Errors: invoice-file-missing, invoice-file-too-large, invoice-file-type by what the file begins with.
    """
    files = form.get("file")
    if not isinstance(files, list) or not files[0]:
        raise Refusal("invoice-file-missing")
    content = files[0].encode("latin-1")
    if len(content) > MOST_BYTES:
        raise Refusal("invoice-file-too-large", most=MOST_BYTES)
    if not content.startswith(kinds):
        raise Refusal("invoice-file-type", value=ascii(content[:SHOWN_BYTES].decode("latin-1")))
    return hashlib.sha256(content).hexdigest()


def _details(call: Call, package: Package) -> tuple[str, int | None]:
    """Number and date of an invoice, which the Turkish edition needs of what is exported.

    Errors: invoice-details-missing, invoice-number-invalid, invoice-date-invalid, invoice-date-future.
    Source: links of the international edition have neither, D.
    """
    seller, body = call.caller.seller, call.body
    assert seller is not None
    if seller.edition == "int" and "invoiceLink" in body:
        return "", None
    number, moment = body.get("invoiceNumber") or "", body.get("invoiceDateTime")
    is_needed = seller.edition == "tr" and package.order.export in EXPORT_KINDS
    if is_needed and (not number or moment in (None, "")):
        raise Refusal("invoice-details-missing")
    if is_needed and not NUMBERS[call.decide("invoice-number")].fullmatch(number):
        raise Refusal("invoice-number-invalid", value=number)
    return number, _moment_ms(call, moment)


def _moment_ms(call: Call, moment: int | str | None) -> int | None:
    if moment in (None, ""):
        return None
    text = str(moment)
    if MOMENT.fullmatch(text) is None or len(text) not in (SECONDS_DIGITS, MS_DIGITS):
        raise Refusal("invoice-date-invalid", value=text)
    dated_ms = int(text) * (1000 if len(text) == SECONDS_DIGITS else 1)
    if dated_ms > call.now_ms:
        raise Refusal("invoice-date-future")
    return dated_ms
