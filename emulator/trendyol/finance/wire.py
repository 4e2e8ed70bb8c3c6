"""Money as documented JSON: the vendor's names, its Turkish labels, its spellings."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from emulator.world.core.money import CURRENCY_OF, RATE_SCALE, number
from emulator.world.core.plan import DAY_MS
from emulator.world.money.cargo_invoices import CargoItem
from emulator.world.money.ledger import Entry
from emulator.world.money.payouts import PaymentOrder

# The query speaks English, the rows answer in Turkish, in the international edition too.
SETTLEMENTS: Mapping[str, tuple[str, str]] = {
    "Sale": ("sale", "Satış"),
    "Return": ("return", "İade"),
    "Discount": ("discount", "İndirim"),
    "DiscountCancel": ("discount_cancel", "İndirim İptal"),
    "Coupon": ("coupon", "Kupon"),
    "CouponCancel": ("coupon_cancel", "Kupon İptal"),
    "ProvisionPositive": ("provision_positive", "Provizyon +"),
    "ProvisionNegative": ("provision_negative", "Provizyon -"),
    "ManualRefund": ("manual_refund", "Kısmi İade"),
    "ManualRefundCancel": ("manual_refund_cancel", "Kısmi İade İptal"),
    "TyDiscount": ("ty_discount", "Kurumsal Fatura - TY Promosyon"),
    "TyDiscountCancel": ("ty_discount_cancel", "Kurumsal Fatura - TY Promosyon İptali"),
    "TyCoupon": ("ty_coupon", "Kurumsal Fatura - TY Kupon"),
    "TyCouponCancel": ("ty_coupon_cancel", "Kurumsal Fatura - TY Kupon İptali"),
    "SellerRevenuePositive": ("seller_revenue_positive", "Hakediş Pozitif Düzeltme"),
    "SellerRevenueNegative": ("seller_revenue_negative", "Hakediş Negatif Düzeltme"),
    "CommissionPositive": ("commission_positive", "Komisyon Pozitif Düzeltme"),
    "CommissionNegative": ("commission_negative", "Komisyon Negatif Düzeltme"),
    "SellerRevenuePositiveCancel": ("seller_revenue_positive_cancel", "Hakediş Pozitif Düzeltme İptal"),
    "SellerRevenueNegativeCancel": ("seller_revenue_negative_cancel", "Hakediş Negatif Düzeltme İptal"),
    "CommissionPositiveCancel": ("commission_positive_cancel", "Komisyon Pozitif Düzeltme İptal"),
    "CommissionNegativeCancel": ("commission_negative_cancel", "Komisyon Negatif Düzeltme İptal"),
    "DeliveryFee": ("delivery_fee", "Teslimat Ücreti"),
    "DeliveryFeeCancel": ("delivery_fee_cancel", "Teslimat Ücreti İptal"),
    # The same label as a sale.
    "PayByLink": ("pay_by_link", "Satış"),
}

# Only the labels of payments, deductions, return invoices and withholding tax are known; others are inferred.
OTHERS: Mapping[str, tuple[str, str]] = {
    "CashAdvance": ("cash_advance", "Erken Ödeme"),
    "WireTransfer": ("wire_transfer", "Virman"),
    "IncomingTransfer": ("incoming_transfer", "Gelen Havale"),
    # Source: seen on a live Turkish account, C; its ids begin with TYE.
    "ReturnInvoice": ("return_invoice", "Tedarikçi Faturası"),
    "CommissionAgreementInvoice": ("commission_agreement_invoice", "Komisyon Mutabakat Faturası"),
    "PaymentOrder": ("payment_order", "Ödeme"),
    "DeductionInvoices": ("deduction_invoices", "Kesinti Faturası"),
    "FinancialItem": ("financial_item", "Finansal Kayıt"),
    "Stoppage": ("stoppage", "E-ticaret Stopajı"),
    "CreditNote": ("credit_note", "Alacak Dekontu"),
    # The vendor's spelling.
    "CommissionInvocie": ("commission_invoice", "Komisyon Faturası"),
}

SUB_TYPES: Mapping[str, str] = {"PlatformServiceFee": "platform_service_fee"}

# Rows of these kinds are labelled by what they charge. Source: seen by clients, C.
SUB_LABELS: Mapping[str, str] = {
    "cargo": "Kargo Faturası",
    "commission": "Komisyon Faturası",
    "platform_service_fee": "Platform Hizmet Bedeli",
    "advertising": "Reklam Bedeli",
    "late_dispatch": "Termin Gecikme Bedeli",
    "unsupplied": "Tedarik Edememe",
    "international_service": "Uluslararası Hizmet Bedeli",
    "cargo_objection_refund": "MP Kargo İtiraz İade Faturası",
    "stoppage_cancel": "E-ticaret Stopaj İptali",
}

# What the Turkish storefront says instead in every other 24 days, which is as long as deductions take to come
# round. Source: docs/kargo-faturası-detayları, D, and seen by clients, C; which row says which is I.
OTHER_LABELS_MS = 24 * DAY_MS
OTHER_LABELS: Mapping[str, str] = {"cargo": "Kargo Fatura", "unsupplied": "Tedarik Edememe Faturası"}

LABELS: Mapping[str, str] = dict((*SETTLEMENTS.values(), *OTHERS.values()))
WORLD_NAMES: Mapping[str, str] = {word: name for word, (name, _) in (*SETTLEMENTS.items(), *OTHERS.items())}

# The printed international row says Türkiye; the names of other countries are inferred.
COUNTRIES: Mapping[str, str] = {
    "TR": "Türkiye", "DE": "Almanya", "SA": "Suudi Arabistan", "AE": "Birleşik Arap Emirlikleri",
    "QA": "Katar", "KW": "Kuveyt", "BH": "Bahreyn", "OM": "Umman", "RO": "Romanya", "CZ": "Çekya",
    "HU": "Macaristan", "SK": "Slovakya", "BG": "Bulgaristan", "GR": "Yunanistan", "AZ": "Azerbaycan",
}  # fmt: skip
DIRECTIONS: Mapping[str, str] = {"outbound": "Gönderi Kargo Bedeli", "return": "İade Kargo Bedeli"}


def entry(row: Entry, decisions: Mapping[str, str]) -> bytes:
    """Render one row of the current account; the fields of grocery stores are always null."""
    label = _label(row)
    body = {
        "id": row.id,
        "transactionDate": row.transaction_at_ms,
        "barcode": row.barcode,
        "transactionType": label,
        "receiptId": row.receipt_id,
        "description": label if row.ledger == "settlement" else None,
        "debt": number(row.debt_e4),
        "credit": number(row.credit_e4),
        "paymentPeriod": row.payment_period,
        "commissionRate": None if row.commission_rate_e2 is None else row.commission_rate_e2 / RATE_SCALE,
        "commissionAmount": None if row.commission_e4 is None else number(row.commission_e4),
        "commissionInvoiceSerialNumber": row.commission_invoice,
        "sellerRevenue": None if row.revenue_e4 is None else number(row.revenue_e4),
        "orderNumber": row.order_number,
        "paymentOrderId": row.payment_order_id,
        "paymentDate": row.payment_at_ms,
        "sellerId": row.seller_id,
        "storeId": None,
        "storeName": None,
        "storeAddress": None,
        "country": COUNTRIES[row.storefront],
        "orderDate": row.order_at_ms,
        "affiliate": "TRENDYOLAZJV" if row.storefront == "AZ" else "TRENDYOLTR",
        "shipmentPackageId": row.shipment_package_id,
    }
    if decisions["currency-field"] == "present":
        body["currency"] = CURRENCY_OF[row.storefront]
    return orjson.dumps(body)


def _label(row: Entry) -> str:
    """What a row calls itself."""
    if row.sub_type is None:
        return LABELS[row.type]
    is_other = row.storefront == "TR" and row.transaction_at_ms // OTHER_LABELS_MS % 2
    if is_other and row.sub_type in OTHER_LABELS:
        return OTHER_LABELS[row.sub_type]
    return SUB_LABELS[row.sub_type]


def payment_order(order: PaymentOrder) -> bytes:
    """Render one payment order; what its type and region look like is in no document."""
    return orjson.dumps(
        {
            "id": order.id,
            "status": "PAID",
            "amount": number(order.amount_e4),
            "payoutDate": order.payout_at_ms,
            "paymentType": None,
            "sellerId": order.seller_id,
            "regionId": None,
            "regionName": None,
            "regionCode": None,
        }
    )


def cargo_item(item: CargoItem) -> bytes:
    """Render one parcel of a cargo invoice."""
    return orjson.dumps(
        {
            "shipmentPackageType": DIRECTIONS[item.direction],
            "parcelUniqueId": item.parcel_id,
            "orderNumber": item.order_number,
            "amount": number(item.amount_e4),
            "desi": item.desi,
        }
    )
