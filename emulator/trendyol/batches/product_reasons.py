"""What failureReasons say of products that were created or changed: free text in Turkish.

Source: no page lists them. The two of VAT and price are known, D and C; the others are ours, I.
"""

from __future__ import annotations

from collections.abc import Mapping

PRODUCT_REASONS: Mapping[str, str] = {
    "field-missing": "Zorunlu alan gönderilmedi: {field}",
    "text-too-long": "{field} en fazla {maximum} karakter olabilir.",
    "barcode-letters": "Barkodda özel karakter olarak yalnızca . - _ kullanılabilir: {barcode}",
    "barcode-taken": "Bu barkod ile daha önce ürün oluşturulmuş: {barcode}",
    "barcode-twice": "Aynı barkod istekte birden fazla kez gönderildi: {barcode}",
    "brand-unknown": "Marka bulunamadı: {brand}",
    "category-unknown": "Kategori bulunamadı: {category}",
    "category-no-leaf": "Kategori en alt seviyede değil: {category}",
    "description-tags": "Açıklamada script veya iframe kullanılamaz.",
    "vat-rate-turkish": "KDV alanına 10 temmuz öncesi 0, 1, 8, 18, 10 temmuz sonrası 0,1,10,20 değerlerinden "
    "birisini girebilirsiniz!",
    "vat-rate-invalid": "{storefront} için geçerli KDV oranları: {rates}",
    "images-too-many": "En fazla {maximum} görsel gönderilebilir.",
    "image-address": "Görsel adresi https ile başlamalıdır: {url}",
    "origin-unknown": "Menşei geçersiz: {origin}",
    "lot-number-letters": "lotNumber alanında geçersiz karakter var.",
    "carrier-unknown": "Kargo firması bulunamadı: {carrier}",
    "address-unknown": "Adres bulunamadı: {address}",
    "location-invalid": "locationBasedDelivery ENABLED veya DISABLED olmalıdır: {value}",
    "channels-invalid": "channels CORE ve LUXE değerlerinden en az birini içermelidir.",
    "number-negative": "{field} negatif olamaz.",
    "currency-invalid": "Para birimi TRY olmalıdır: {currency}",
    "attribute-unknown": "Kategoride böyle bir özellik yok: {attribute}",
    "attribute-twice": "Özellik birden fazla kez gönderildi: {attribute}",
    "attribute-missing": "Zorunlu kategori özelliği gönderilmedi: {attribute}",
    "attribute-value-missing": "Özellik değeri gönderilmedi: {attribute}",
    "attribute-custom-refused": "Bu özellik serbest metin kabul etmez: {attribute}",
    "attribute-values-too-many": "Bu özellik birden fazla değer kabul etmez: {attribute}",
    "attribute-value-unknown": "Özellik değeri bulunamadı: {attribute}, {value}",
    "attribute-frozen": "Onaylı ürünün bu özelliği değiştirilemez: {attribute}",
    "colour-too-long": "Renk bilgisi {maximum} karakterden fazla olamaz.",
    "content-unknown": "Content bulunamadı: {content}",
    "content-twice": "Aynı content istekte birden fazla kez gönderildi: {content}",
}
