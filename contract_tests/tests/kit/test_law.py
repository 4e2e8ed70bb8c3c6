"""The law as an emulator publishes it."""

from contract_tests.judge.verdict import ORACLES, judge_named
from contract_tests.profiles.profile import PROFILES
from contract_tests.records.rulebook import Operation, Place, local_law, placed_rows


def test_every_rule_names_a_judge_of_the_kit() -> None:
    for rule in local_law().rules:
        assert rule.judge in ORACLES or callable(judge_named(rule.judge))


def test_every_rule_covers_something() -> None:
    known = {(operation.document, operation.id) for operation in local_law().operations}
    for rule in local_law().rules:
        everywhere = any(place.whole_system for place in rule.places)
        assert everywhere or any(rule.covers(document, operation) for document, operation in known), rule.id


def test_every_profile_that_reads_has_rules_that_want_it_delivered_and_held() -> None:
    for name, kinds in {
        "catalog-pull": {"products"},
        "finance": {"settlements", "otherfinancials"},
        "pazarsync": {"goods", "pazarsync-orders"},
    }.items():
        profile = PROFILES[name]
        for edition in (profile.edition,) if profile.edition else ("int", "tr"):
            law = local_law().speaking_of(profile.operations, edition)
            delivered = {rule.facts["kind"] for rule in law.judged_by("everything_delivered")}
            held = {rule.facts["kind"] for rule in law.judged_by("held_as_true")}
            assert delivered == kinds
            assert held >= kinds - {"otherfinancials"}


def test_key_is_looked_for_in_the_answers_of_operations_that_exist() -> None:
    known = {operation.id for operation in local_law().operations}
    for rule in local_law().judged_by("everything_delivered"):
        assert set(rule.facts["at"]) <= known


def test_spanned_kinds_are_kinds_that_are_compared() -> None:
    kinds = {rule.facts.get("kind") for rule in local_law().rules}
    assert all(profile.spanned <= kinds for profile in PROFILES.values())


def test_profiles_name_operations_that_exist() -> None:
    known = {operation.id for operation in local_law().operations}
    assert all(profile.operations <= known for profile in PROFILES.values())


def test_operation_without_rules_of_its_own_is_under_those_of_the_other_edition() -> None:
    rule = {"id": "TY-XXX-001", "document": "int/x", "operation": "read"}
    both = [Operation("read", f"{edition}/x", edition, "GET", "/x") for edition in ("int", "tr")]
    assert {row["document"] for row in placed_rows([rule], both)} == {"int/x", "tr/x"}
    own = [rule, {**rule, "document": "tr/x", "id": "TY-XXX-002"}]
    assert len(placed_rows(own, both)) == 2


def test_document_without_paths_speaks_of_all_traffic_of_its_system() -> None:
    user_agent = next(rule for rule in local_law().rules if rule.id == "TY-PLT-001")
    assert user_agent.places == (Place("trendyol/", None),)
    assert user_agent.covers("trendyol/", None)
    assert user_agent.covers("trendyol/finance/int", "getSettlements")
    assert not user_agent.covers("b2b/gateway", "getOffers")
    assert not user_agent.covers("pazarsync/", None)
