"""The law as an emulator publishes it."""

from contract_tests.judge.verdict import JUDGES
from contract_tests.profiles.every import PROFILES
from contract_tests.records.paths import system_of
from contract_tests.records.rulebook import Place
from contract_tests.records.systems import SYSTEMS
from contract_tests.stages.rulebook import installed_rulebook
from emulator.contract.contract import load_contract
from emulator.control.spec_views import rule_views


def test_every_rule_names_a_judge_of_the_kit() -> None:
    assert {rule.judge for rule in installed_rulebook().rules} <= set(JUDGES)


def test_every_judge_of_the_kit_stands_under_its_own_name() -> None:
    assert {name: judge.function.__name__ for name, judge in JUDGES.items()} == {
        name: name for name in JUDGES
    }


def test_table_of_systems_knows_every_server_of_the_specs() -> None:
    system_by_path = {
        operation.path: SYSTEMS[operation.document.partition("/")[0]]
        for operation in installed_rulebook().operations
    }
    # A server of the gateway has no path of its own, and this one says nothing of whose it is.
    assert system_by_path.pop("/healthcheck").name == "b2b"
    assert {path: system_of(path) for path in system_by_path} == system_by_path


def test_every_rule_covers_something() -> None:
    values = {(operation.document, operation.id) for operation in installed_rulebook().operations}
    for rule in installed_rulebook().rules:
        everywhere = any(place.whole_system for place in rule.places)
        assert everywhere or any(rule.covers(document, operation) for document, operation in values), rule.id


def test_every_profile_that_reads_has_rules_that_want_it_delivered_and_held() -> None:
    for name, kinds in {
        "catalog-pull": {"products"},
        "finance": {"settlements", "otherfinancials"},
        "pazarsync": {"account-products", "pazarsync-orders"},
    }.items():
        profile = PROFILES[name]
        for edition in (profile.edition,) if profile.edition else ("int", "tr"):
            law = installed_rulebook().for_operations(profile.operations, edition)
            values = {rule.facts["kind"] for rule in law.rules_by("everything_delivered")}
            held = {rule.facts["kind"] for rule in law.rules_by("held_as_true")}
            assert values == kinds
            assert held >= kinds - {"otherfinancials"}


def test_key_is_looked_for_in_the_answers_of_operations_that_exist() -> None:
    values = {operation.id for operation in installed_rulebook().operations}
    for rule in installed_rulebook().rules_by("everything_delivered"):
        assert set(rule.facts["at"]) <= values


def test_spanned_kinds_are_kinds_that_are_compared() -> None:
    kinds = {rule.facts.get("kind") for rule in installed_rulebook().rules}
    assert all(profile.spanned_kinds <= kinds for profile in PROFILES.values())


def test_profiles_name_operations_that_exist() -> None:
    values = {operation.id for operation in installed_rulebook().operations}
    assert all(profile.operations <= values for profile in PROFILES.values())


def test_operation_without_rules_of_its_own_is_under_those_of_the_other_edition() -> None:
    served = rule_views(load_contract())
    values = {
        (rule["document"], place["document"], place["operation"])
        for rule in served
        for place in rule["places"]
        if rule["operation"] and place["document"] != rule["document"]
    }
    assert {operation for _, _, operation in values} == {
        "filterApprovedProducts",
        "filterInventoryAndPrice",
        "filterProducts",
    }
    assert all(
        {document.split("/")[-1], place.split("/")[-1]} == {"int", "tr"} for document, place, _ in values
    )
    ruled_in = {(rule["document"], rule["operation"]) for rule in served}
    assert not {(place, operation) for _, place, operation in values} & ruled_in


def test_document_without_paths_speaks_of_all_traffic_of_its_system() -> None:
    user_agent = next(rule for rule in installed_rulebook().rules if rule.id == "TY-PLT-001")
    assert user_agent.places == (Place("trendyol/", None),)
    assert user_agent.covers("trendyol/", None)
    assert user_agent.covers("trendyol/finance/int", "getSettlements")
    assert not user_agent.covers("b2b/gateway", "getOffers")
    assert not user_agent.covers("pazarsync/", None)
