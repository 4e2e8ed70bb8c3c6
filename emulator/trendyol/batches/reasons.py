"""What failureReasons say: free text in Turkish, whatever the language of the caller.

Source: no page lists them. The price relation is quoted by a client, C; the others are ours, I.
"""

from __future__ import annotations

from collections.abc import Mapping

from emulator.trendyol.batches.product_reasons import PRODUCT_REASONS
from emulator.world.batches.model import Failure

REASONS: Mapping[str, str] = {
    **PRODUCT_REASONS,
    # Price and stock.
    "barcode-unknown": "Ürün sistemde bulunamadı: {barcode}",
    "nothing-to-update": "Stok veya fiyat bilgilerinden en az biri gönderilmelidir.",
    "product-blacklisted": "Ürün kara listede olduğu için güncellenemez.",
    "product-archived": "Arşivdeki ürün güncellenemez.",
    "product-locked": "Kilitli ürünün fiyatı güncellenemez: {reason}",
    "quantity-negative": "Stok adedi negatif olamaz: {quantity}",
    "quantity-too-large": "Stok adedi en fazla {maximum} olabilir: {quantity}",
    "price-alone": "Satış fiyatı ve liste fiyatı birlikte gönderilmelidir.",
    "price-not-positive": "Satış fiyatı 0'dan büyük olmalıdır: {price}",
    "price-relation": "TSF PSF'den Büyük olamaz",
    "price-changes-too-many": "Bir barkodun fiyatı dakikada en fazla {maximum} kez değiştirilebilir.",
    # Archive, unlock, delete, delivery.
    "not-locked": "Ürün kilitli değil.",
    "lock-stays": "Bu kilit servis üzerinden kaldırılamaz: {reason}",
    "not-archived-long-enough": "Onaylı ürün, arşivde bir günden fazla kalmadan silinemez.",
    "stopped-by-trendyol": "Trendyol tarafından satışa durdurulmuş ürün silinemez.",
    "delivery-missing": "deliveryOptions gönderilmelidir.",
    "delivery-duration-invalid": "Teslimat süresi geçersiz: {days}",
    "fast-delivery-invalid": "fastDeliveryType yalnızca deliveryDuration 1 iken gönderilebilir.",
}


def sentence(failure: Failure) -> str:
    """The sentence of a failure."""
    return REASONS[failure.reason].format(**failure.facts)
