"""What failureReasons of the export centre say, in Turkish."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.world.batches.model import Failure

# Source: docs/trendyol-autoft/hata-kodlari, D: 2006, 3001 to 3004 and 3009; how one stands in a result,
# and what has no number, is I.
REASONS: Mapping[str, str] = {
    "export-not-open": "2006: Barkod için listing bulunamadı, önce ürün yaratılmalıdır: {barcode}",
    "export-unknown": "3001: Ürün sistemde kayıtlı değil: {barcode}",
    "export-not-approved": "3002: Ürün henüz onaylanmamış: {barcode}",
    "export-field-invalid": "3003: Ürünün bazı alanları eksik ya da hatalı: {field}",
    "export-composition-invalid": "3004: Geçersiz composition bilgisi.",
    "export-not-for-sale": "3009: Ürün satışa uygun değildir: {barcode}",
    "export-rrp-too-low": "rrp, buyingPrice değerinden küçük olamaz.",
    "export-priced-today": "Bir barkodun fiyatı günde bir kez güncellenebilir: {barcode}",
}


def sentence(failure: Failure) -> str:
    """The sentence of a failure."""
    return REASONS[failure.reason].format(**failure.facts)
