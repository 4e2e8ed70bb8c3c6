"""The broken client for each MUST of a profile in an edition, and for some of its advice."""

from __future__ import annotations

from collections.abc import Mapping

from contract_tests.tests.kit.support.musts import (
    CATALOGUE,
    CLAIMS,
    FULFILMENT,
    ONBOARDING,
    ORDERS,
    PUSHES,
    QUESTIONS,
    STATEMENT,
    STREAM,
    WEBHOOKS,
)

Shop = tuple[str, str]

# The name of a broken client, by profile, edition and the rules it breaks.
CLIENTS: Mapping[Shop, Mapping[str, str]] = {
    ("catalog-pull", "int"): CATALOGUE
    | {
        "TY-PLT-005": "no_storefront",
        "TY-PLT-007": "ignores_retry_after",
    },
    ("catalog-pull", "tr"): CATALOGUE
    | {
        "TY-PLT-007": "asks_without_pause",
    },
    ("finance", "int"): STATEMENT
    | {
        "TY-FIN-001": "sixteen_day_windows",
        "TY-FIN-003": "no_dates",
        "TY-FIN-004": "no_transaction_type",
        "TY-FIN-007": "windows_a_second_apart",
        "TY-FIN-011": "first_parcels_only",
        "TY-FIN-901": "without_returns",
        "TY-FIN-904": "rows_by_order",
        "TY-FIN-908": "refunds_as_charges",
        "TY-PLT-005": "statement_of_no_storefront",
        "TY-PLT-008": "drops_429_window",
    },
    ("finance", "tr"): STATEMENT
    | {
        "TY-FIN-011": "newest_payment_orders_only",
        "TY-FIN-013": "fifty_payment_orders",
        "TY-FIN-021": "sixteen_day_windows",
        "TY-FIN-023": "no_dates",
        "TY-FIN-024": "no_transaction_type",
        "TY-FIN-027": "windows_a_second_apart",
        "TY-FIN-901": "settlements_from_page_one",
        "TY-FIN-904": "returns_as_sales",
        "TY-FIN-906": "coupons_as_printed",
        "TY-FIN-907": "node_pairs-counted-twice",
        "TY-FIN-908": "refunds_as_charges",
        "TY-PLT-008": "skips_a_refused_week",
    },
    ("orders-poll", "int"): ORDERS | {"TY-PLT-005": "orders_of_no_storefront"},
    ("orders-poll", "tr"): ORDERS,
    ("orders-stream", "int"): STREAM | {"TY-PLT-005": "stream_of_no_storefront"},
    ("orders-stream", "tr"): STREAM,
    ("fulfilment", "int"): FULFILMENT
    | {
        "TY-PKG-006": "cancels_for_no_reason",
        "TY-PKG-013": "tracks_before_picking",
        "TY-PKG-015": "tracks_by_number",
        "TY-PLT-005": "fulfils_for_no_storefront",
    },
    ("fulfilment", "tr"): FULFILMENT
    | {
        "TY-PKG-005": "cancels_for_a_reason_abroad",
        "TY-PKG-014": "tracks_by_number",
        "TY-PKG-016": "five_days_more",
    },
    ("claims", "int"): CLAIMS | {"TY-PLT-005": "decides_for_no_storefront"},
    ("claims", "tr"): CLAIMS,
    ("orders-webhook", "int"): WEBHOOKS | {"TY-PLT-005": "subscribes_for_no_storefront"},
    ("orders-webhook", "tr"): WEBHOOKS,
    ("questions", "int"): QUESTIONS
    | {
        "TY-PLT-005": "asks_for_no_storefront",
        "TY-QNA-003": "questions_by_three_hundred",
    },
    ("questions", "tr"): QUESTIONS | {"TY-QNA-002": "questions_by_three_hundred"},
    ("stock-price-push", "int"): PUSHES | {"TY-PLT-005": "push_of_no_storefront"},
    ("stock-price-push", "tr"): PUSHES,
    ("product-onboarding", "int"): ONBOARDING | {"TY-PLT-005": "creates_for_no_storefront"},
    ("product-onboarding", "tr"): ONBOARDING,
    ("b2b-purchase", "tr"): {
        "TY-B2B-001": "buyer_without_scheme",
        "TY-B2B-003": "hurries_an_order",
        "TY-B2B-005": "a_hundred_offers",
        "TY-B2B-007": "first_page_of_offers",
        "TY-B2B-008": "skips_a_page_of_offers",
        "TY-B2B-010": "orders_piece_by_piece",
        "TY-B2B-011": "orders_all_of_it_again",
        "TY-B2B-015": "cancels_what_it_wanted",
        "TY-B2B-016": "cancels_again_and_again",
        "TY-B2B-901": "buyer_without_scheme",
        "TY-B2B-902": "no_vendor_ref",
        "TY-B2B-903": "takes_200_for_all",
        "TY-B2B-904": "ignores_has_error",
    },
    ("pazarsync", "tr"): {
        "TY-PSY-001": "basic_with_a_token",
        "TY-PSY-002": "token_on_each_call",
        "TY-PSY-003": "shows_a_refused_token_again",
        "TY-PSY-005": "ignores_the_quota",
        "TY-PSY-006": "hurries_pazarsync",
        "TY-PSY-008": "limit_of_five_hundred",
        "TY-PSY-009": "counts_from_zero",
        "TY-PSY-010": "first_page_of_products",
        "TY-PSY-011": "takes_a_refused_token_for_nothing",
        "TY-PSY-012": "turkish_dates",
        "TY-PSY-015": "drops_batch_errors",
        "TY-PSY-901": "never_renews_its_token",
        "TY-PSY-902": "first_page_of_products",
        "TY-PSY-903": "first_page_of_products",
        "TY-PSY-904": "first_batch_only",
        "TY-PSY-905": "takes_a_refused_token_for_nothing",
        "TY-PSY-906": "whole_amounts_of_orders",
    },
}
# What is advice, by the broken clients that ignore it.
ADVICE: Mapping[Shop, Mapping[str, str]] = {
    ("catalog-pull", "int"): {"TY-PLT-019": "filters_by_v1_names"},
    ("catalog-pull", "tr"): {"TY-PLT-020": "still_reads_v1"},
    ("orders-poll", "int"): {"TY-PLT-021": "orders_by_the_closed_path"},
    ("orders-poll", "tr"): {"TY-PLT-021": "orders_by_the_closed_path"},
    ("fulfilment", "int"): {
        "TY-PKG-007": "first_line_for_all",
        "TY-PKG-008": "repeats_a_refused_write",
        "TY-PKG-010": "repeats_a_lost_write",
    },
    ("claims", "int"): {
        "TY-CLM-006": "claims_in_thirty_days",
        "TY-CLM-017": "repeats_a_lost_decision",
        "TY-CLM-018": "repeats_a_refused_decision",
    },
    ("orders-webhook", "int"): {"TY-WHK-007": "works_before_it_answers"},
    ("questions", "int"): {
        "TY-QNA-016": "repeats_a_lost_answer",
        "TY-QNA-017": "repeats_a_refused_answer",
    },
}
