"""Each MUST of a profile is broken by a broken client that is driven as a command, as users' clients are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from contract_tests.config.integration import integration_of
from contract_tests.engine.check import Plan, play_directed
from contract_tests.engine.outcome import Outcome
from contract_tests.engine.replay import profile_run_of
from contract_tests.profiles.directed import DirectedScenario
from contract_tests.profiles.every import PROFILES, broken_client
from contract_tests.profiles.profile import Profile
from contract_tests.stages.host import EmulatorHost, emulator_host
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.effort import is_nightly
from contract_tests.tests.kit.support.concerns import SHOWS_FAULT
from contract_tests.tests.kit.support.musts import CLAIMS, QUESTIONS, WEBHOOKS

Shop = tuple[str, str]

# What is the same in both editions.
CATALOGUE = {
    "TY-CAT-001": "pages_of_two_hundred",
    "TY-CAT-002": "starts_at_page_one",
    "TY-CAT-003": "first_page_only",
    "TY-CAT-004": "numbers_beyond_the_wall",
    "TY-CAT-005": "stops_at_the_wall",
    "TY-CAT-006": "token_with_another_filter",
    "TY-CAT-007": "dates_in_seconds",
    "TY-CAT-008": "a_date_of_its_own",
    "TY-CAT-009": "a_status_of_its_own",
    "TY-CAT-010": "newest_at_the_top",
    "TY-CAT-011": "sixty_barcodes",
    "TY-CAT-102": "v1_from_page_one",
    "TY-CAT-103": "v1_first_page_only",
    "TY-CAT-107": "v1_dates_in_seconds",
    "TY-CAT-108": "v1_date_of_its_own",
    "TY-CAT-901": "first_page_only",
    "TY-CAT-902": "first_variant_only",
    "TY-PLT-001": "empty_user_agent",
    "TY-PLT-003": "another_sellers_name",
    "TY-PLT-004": "authorization_without_scheme",
    "TY-PLT-006": "secret_in_the_url",
    "TY-PLT-008": "skips_a_refused_page",
    "TY-PLT-016": "old_path",
    "TY-PLT-901": "fails_on_new_fields",
}
STATEMENT = {
    "TY-FIN-002": "pages_of_two_thousand",
    "TY-FIN-005": "settlements_from_page_one",
    "TY-FIN-006": "settlements_from_page_one",
    "TY-FIN-008": "path_without_che",
    "TY-FIN-009": "instants_in_seconds",
    "TY-FIN-010": "parcels_from_page_one",
    "TY-FIN-902": "settlements_from_page_one",
    "TY-FIN-903": "rows_by_order",
    "TY-PLT-001": "statement_without_user_agent",
    "TY-PLT-003": "statement_under_another_name",
    "TY-PLT-004": "statement_without_scheme",
    "TY-PLT-006": "statement_with_a_secret",
    "TY-PLT-007": "hurries_a_statement",
    "TY-PLT-016": "statement_by_the_old_path",
    "TY-PLT-901": "no_transaction_type",
}
ORDERS = {
    "TY-ORD-001": "orders_in_fifteen_days",
    "TY-ORD-002": "orders_by_five_hundred",
    "TY-ORD-003": "orders_from_page_one",
    "TY-ORD-004": "orders_first_page",
    "TY-ORD-005": "orders_by_offset",
    "TY-ORD-006": "orders_first_page",
    "TY-ORD-008": "orders_a_second_apart",
    "TY-ORD-009": "orders_in_seconds",
    "TY-ORD-010": "orders_backwards",
    "TY-ORD-011": "orders_in_capitals",
    "TY-ORD-012": "sixty_packages_at_once",
    "TY-ORD-021": "streams_twenty_days",
    "TY-ORD-022": "streams_by_five_hundred",
    "TY-ORD-023": "first_of_the_stream",
    "TY-ORD-024": "cursor_without_dates",
    "TY-ORD-026": "streams_in_seconds",
    "TY-ORD-027": "streams_backwards",
    "TY-ORD-028": "streams_in_small_letters",
    "TY-ORD-029": "streams_a_second_apart",
    "TY-ORD-901": "orders_of_two_weeks",
    "TY-ORD-902": "three_hours_ahead",
    "TY-PLT-001": "orders_without_user_agent",
    "TY-PLT-003": "orders_under_another_name",
    "TY-PLT-004": "orders_without_scheme",
    "TY-PLT-006": "orders_with_a_secret",
    "TY-PLT-007": "hurries_a_list",
    "TY-PLT-008": "skips_a_week_of_orders",
    "TY-PLT-016": "orders_by_sapigw",
    "TY-PLT-901": "orders_by_the_closed_path",
}
STREAM = {
    "TY-ORD-001": "looks_over_sixteen_days",
    "TY-ORD-002": "looks_at_five_hundred",
    "TY-ORD-003": "looks_from_page_one",
    "TY-ORD-004": "looks_at_the_first_page",
    "TY-ORD-005": "looks_beyond_ten_thousand",
    "TY-ORD-006": "list_for_stream",
    "TY-ORD-008": "looks_a_second_apart",
    "TY-ORD-009": "looks_in_seconds",
    "TY-ORD-010": "looks_in_reverse",
    "TY-ORD-011": "looks_for_small_letters",
    "TY-ORD-012": "looks_sixty_up",
    "TY-ORD-021": "stream_of_a_month",
    "TY-ORD-022": "answers_of_five_hundred",
    "TY-ORD-023": "first_answer_only",
    "TY-ORD-024": "cursor_alone",
    "TY-ORD-026": "stream_in_seconds",
    "TY-ORD-027": "stream_in_reverse",
    "TY-ORD-028": "item_status_in_capitals",
    "TY-ORD-029": "streams_windows_a_second_apart",
    "TY-ORD-901": "stream_without_dates",
    "TY-ORD-902": "narrow_streamed_ids",
    "TY-PLT-001": "stream_without_user_agent",
    "TY-PLT-003": "stream_under_another_name",
    "TY-PLT-004": "stream_without_scheme",
    "TY-PLT-006": "stream_with_a_secret",
    "TY-PLT-007": "hurries_a_stream",
    "TY-PLT-008": "drops_a_refused_answer",
    "TY-PLT-016": "stream_by_the_old_path",
    "TY-PLT-901": "stream_in_reverse",
}
FULFILMENT = {
    "TY-PKG-001": "invoices_at_once",
    "TY-PKG-002": "picks_cancelled_packages",
    "TY-PKG-003": "picks_split_parents",
    "TY-PKG-004": "picking_in_capitals",
    "TY-PKG-009": "cancels_a_piece_again",
    "TY-PKG-011": "narrow_package_numbers",
    "TY-PKG-012": "two_carriers",
    "TY-PKG-017": "short_digital_code",
    "TY-PKG-901": "first_package_of_an_order",
    "TY-PKG-902": "invoices_what_is_to_be_picked",
    "TY-PLT-001": "fulfils_without_user_agent",
    "TY-PLT-003": "fulfils_under_another_name",
    "TY-PLT-004": "fulfils_without_scheme",
    "TY-PLT-006": "fulfils_with_a_secret",
    "TY-PLT-007": "hurries_a_write",
    "TY-PLT-008": "passes_over_a_refused_list",
    "TY-PLT-016": "fulfils_by_sapigw",
    "TY-PLT-901": "picking_in_capitals",
}
PUSHES = {
    "TY-BAT-003": "takes_a_finished_batch_for_done",
    "TY-INV-001": "two_thousand_at_once",
    "TY-INV-002": "everything_again",
    "TY-INV-005": "zero_price_with_stock",
    "TY-INV-006": "more_than_there_can_be",
    "TY-INV-007": "prices_the_wrong_way_round",
    "TY-INV-008": "never_reads_results",
    "TY-INV-010": "price_step_by_step",
    "TY-INV-901": "stock_without_prices",
    "TY-PLT-001": "push_without_user_agent",
    "TY-PLT-003": "push_under_another_name",
    "TY-PLT-004": "push_without_scheme",
    "TY-PLT-006": "push_with_a_secret",
    "TY-PLT-007": "hurries_a_push",
    "TY-PLT-008": "skips_a_refused_result",
    "TY-PLT-016": "push_by_the_old_path",
    "TY-PLT-901": "one_price_alone",
}
ONBOARDING = {
    "TY-BAT-003": "takes_a_finished_creation_for_done",
    "TY-PRD-001": "products_two_thousand_at_once",
    "TY-PRD-002": "never_asks_for_results",
    "TY-PRD-003": "category_above",
    "TY-PRD-004": "colour_alone",
    "TY-PRD-005": "barcode_of_the_shop",
    "TY-PRD-006": "title_with_everything",
    "TY-PRD-007": "new_prices_the_wrong_way_round",
    "TY-PRD-008": "whatever_the_stock",
    "TY-PRD-009": "pictures_without_tls",
    "TY-PRD-010": "vat_of_old",
    "TY-PRD-011": "description_with_a_frame",
    "TY-PRD-901": "first_brand",
    "TY-PLT-001": "creates_without_user_agent",
    "TY-PLT-003": "creates_under_another_name",
    "TY-PLT-004": "creates_without_scheme",
    "TY-PLT-006": "creates_with_a_secret",
    "TY-PLT-007": "hurries_a_creation",
    "TY-PLT-008": "skips_a_refused_batch",
    "TY-PLT-016": "creates_by_the_old_path",
    "TY-PLT-901": "category_above",
}
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
# One of each profile, in a scenario without waits.
IN_THE_CUT = {
    "first_page_only", "sixteen_day_windows", "no_vendor_ref", "first_page_of_products",
    "orders_in_fifteen_days", "stream_of_a_month", "stock_without_prices", "invoices_at_once",
    "questions_in_thirty_days", "claims_in_seconds", "colour_alone",
    "api_secret_for_webhook",
}  # fmt: skip


def cases() -> Iterator[object]:
    """Each client with the rules it has to break."""
    for (profile, edition), musts in CLIENTS.items():
        clients = {**musts, **ADVICE.get((profile, edition), {})}
        for name in dict.fromkeys(clients.values()):
            rule_ids = {rule_id for rule_id, one in clients.items() if one == name}
            marks = () if name in IN_THE_CUT and edition != "int" else (pytest.mark.nightly,)
            yield pytest.param(profile, edition, name, rule_ids, id=f"{edition}-{name}", marks=marks)


@pytest.fixture(scope="module")
def place() -> Iterator[EmulatorHost]:
    with emulator_host(in_process=False) as host:
        yield host


@pytest.mark.parametrize("shop", list(CLIENTS), ids="-".join)
def test_every_must_has_a_broken_client(shop: Shop) -> None:
    profile, edition = shop
    rules = installed_rulebook().for_operations(PROFILES[profile].operations, edition).rules
    assert CLIENTS[shop].keys() == {rule.id for rule in rules if rule.level == "MUST"}


def test_every_profile_and_edition_is_here() -> None:
    assert set(CLIENTS) == {
        (name, edition)
        for name, profile in PROFILES.items()
        for edition in ("int", "tr")
        if profile.edition in ("", edition)
    }


@pytest.mark.parametrize(("profile", "edition", "name", "rule_ids"), list(cases()))
def test_broken_client_breaks_its_rules_as_a_command(
    place: EmulatorHost, profile: str, edition: str, name: str, rule_ids: set[str]
) -> None:
    client = broken_client(name)
    assert client.profile == profile
    profile_run = profile_run_of(place, integration_of(client.command, None), profile, edition)
    quiet: Outcome | None = None
    broken_ids: set[str] = set()
    for directed in scenarios_that_show(name, profile_run.profile, edition):
        outcome = play_directed(profile_run, directed, Plan(), quiet)
        quiet = quiet or outcome
        broken_ids |= {finding.rule.id for finding in outcome.verdict.findings}
        if rule_ids <= broken_ids:
            return
    assert rule_ids <= broken_ids


def scenarios_that_show(name: str, profile: Profile, edition: str) -> list[DirectedScenario]:
    """List the quiet run and what shows a client's fault; at night all that are not long."""
    here = [one for one in profile.scenarios if edition in one.worlds and not one.long]
    likely = [one for one in profile.scenarios[1:] if one.name == SHOWS_FAULT.get(name)]
    others = [one for one in here[1:] if one not in likely] if is_nightly() else []
    return [profile.scenarios[0], *likely, *others]
