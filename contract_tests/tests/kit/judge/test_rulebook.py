"""What `rules` and `explain` print: everything that is known, at a width people read."""

import io
import json
from itertools import pairwise

import pytest
from click.testing import CliRunner
from rich.console import Console
from rich.text import Text

from contract_tests.judge.verdict import needs_world
from contract_tests.reports.rulebook import judge_summary, print_rule, print_rules, profiles_of
from contract_tests.stages.rulebook import installed_rulebook
from emulator.cli import main
from emulator.contract.contract import load_contract
from emulator.control.explain_text import explanation, near, operation_list

RULES = installed_rulebook().rules
CONTRACT = load_contract()
# What no profile asks a client to call; its rules are judged in recordings and journals.
WITHOUT_PROFILE = {"trendyol/exports/tr"}


def shown(*ids: str, width: int = 80) -> str:
    out = io.StringIO()
    print_rule(Console(file=out, width=width), [rule for rule in RULES if rule.id in ids])
    return Text.from_ansi(out.getvalue()).plain


def test_rule_is_shown_with_all_that_is_known() -> None:
    text = shown("TY-CAT-005")
    for told in (
        "TY-CAT-005 MUST",
        "holds at filterApprovedProducts (trendyol/products/int)\n",
        "https://developers.trendyol.com/v3.0/docs/product-filter-approved-product-v2 (documented)",
        "token_beyond_window: Where more than max rows match",
        "max=10000",
        "profiles catalog-pull",
        "seen by  check, lint",
    ):
        assert told in text


def test_rule_that_only_a_check_can_see_says_so() -> None:
    assert "seen by  check\n" in shown("TY-CAT-901")


@pytest.mark.parametrize("width", [80, 100])
def test_rules_are_broken_into_lines_that_fit(width: int) -> None:
    lines = shown(*(rule.id for rule in RULES), width=width).splitlines()
    long = [line for line in lines if len(line) > width and "https://" not in line]
    assert all(max(map(len, line.split())) > width - 20 for line in long), "only what has no blank is longer"


def test_rules_end_no_line_with_blanks() -> None:
    assert [line for line in shown(*(rule.id for rule in RULES)).splitlines() if line.endswith(" ")] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_can_be_met_by_a_profile_and_its_judge_says_what_it_looks_at(rule: object) -> None:
    (one,) = (known for known in RULES if known is rule)
    is_of_recordings = {place.document for place in one.places} <= WITHOUT_PROFILE
    assert bool(profiles_of(one)) != is_of_recordings
    assert judge_summary(one).endswith(".")
    assert needs_world(one) or "world says" not in judge_summary(one)


def test_list_names_every_rule_and_explains_its_letters() -> None:
    out = io.StringIO()
    print_rules(Console(file=out, width=80), RULES)
    assert {rule.id for rule in RULES} <= set(out.getvalue().split())
    assert "D documented" in out.getvalue()


def test_list_for_programs_holds_the_source() -> None:
    rows = json.loads(CliRunner().invoke(main, ["rules", "list", "--format", "json"]).output)["rules"]
    assert {row["source"]["confidence"] for row in rows} == {"D", "C", "I", "P"}


def test_operation_is_explained_under_headings() -> None:
    lines = list(explanation(CONTRACT, "getSettlements"))
    for told in ("getSettlements (int)", "  parameters", "  refusals", "  rules for clients"):
        assert told in lines
    assert "    query size: optional, integer, int32, one of 500, 1000, default 500" in lines


@pytest.mark.parametrize("operation", sorted({one.id for one in CONTRACT.operations}))
def test_explanation_fits_the_width_it_is_given(operation: str) -> None:
    lines = list(explanation(CONTRACT, operation, 90))
    assert [line for line in lines if len(line) > 90 and line.strip().count(" ") > 1] == []


def test_explanation_in_a_pipe_keeps_its_lines_whole() -> None:
    output = CliRunner().invoke(main, ["explain", "getSettlements"]).output
    assert max(map(len, output.splitlines())) > 120


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("getSettlement", "getSettlements"), ("GETOFFERS", "getOffers"), ("paymentorders", "getPaymentOrders")],
)
def test_unknown_operation_is_answered_with_near_ones(asked: str, meant: str) -> None:
    assert near(CONTRACT, asked)[0] == meant
    result = CliRunner().invoke(main, ["explain", asked])
    assert result.exit_code == 2
    assert f"did you mean {meant}" in result.output


def test_list_of_operations_has_no_heading_without_operations() -> None:
    lines = [*operation_list(CONTRACT), "end:"]
    assert not any(line.endswith(":") and after.endswith(":") for line, after in pairwise(lines))
    assert lines[0] == "emulated:"


def test_operation_that_is_like_none_is_answered_with_all() -> None:
    output = CliRunner().invoke(main, ["explain", "zzzz"]).output
    assert "known: activateWebhook" in output
    assert "addFault" not in output
