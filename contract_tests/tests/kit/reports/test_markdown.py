"""The Markdown report shows what was seen as it was seen, never as markup."""

from dataclasses import replace

import pytest

from contract_tests.records.findings import Verdict
from contract_tests.reports.markdown import code_block, markdown_report, plain
from contract_tests.reports.verdicts import Section
from contract_tests.tests.kit.support.sections import broken, clean_one, failure, finding

HOSTILE = "a | b `c` <script>x</script> [l](u) *e* _u_ \\ ~s~"


def report(*sections: Section) -> str:
    return markdown_report(sections).decode()


def test_first_line_is_the_verdict() -> None:
    assert report(broken()).startswith("## ❌ Failed: 2 MUST rules broken, 1 SHOULD rule not followed")
    assert report(clean_one()).startswith("## ✅ Passed: no MUST rule broken\n")


def test_every_profile_has_its_row() -> None:
    rows = [line for line in report(broken(), clean_one()).splitlines() if line.startswith("| ")]
    assert rows[1:] == [
        "| catalog-pull (int, RO, seller 2748) | ❌ broken | 2 | 1 | 1 | 18 | 12 |",
        "| finance (int, RO, seller 2748) | ✅ clean | 0 | 0 | 0 | 1 | 2 |",
    ]


def test_rule_stands_once_with_law_source_sight_and_repeat() -> None:
    text = report(broken())
    assert text.count("MUST TY-PLT-008 (3 times)") == 1
    assert (
        "[docs/hata-kodları](https://developers.trendyol.com/docs/hata-kodlar%C4%B1) (seen by a client)"
        in text
    )
    assert text.count("refused with 429 and never read again") == 2
    assert "Its timeline stands with TY-CAT-901." in text
    assert "```sh\ncurl -sS" in text


def test_timeline_is_folded_away() -> None:
    story = report(broken()).partition("<details><summary>Smallest failing scenario, 2 events, 2 syncs")[2]
    body = story.partition("</details>")[0]
    assert "> 00:00:00.640  request  #2 filterApprovedProducts size=20 page=1 -> 429" in body
    assert "... 8 more lines" in body
    assert failure().repeat in body


def test_many_lines_on_what_was_run_are_folded() -> None:
    assert "\n- quiet: exit 0 after 0.9 s; 3 requests\n" in report(broken())
    assert "What was run" not in report(broken())
    many = replace(broken(), lines=tuple(f"scenario {n}" for n in range(20)))
    assert "<details><summary>What was run, in 20 lines</summary>" in report(many)


def test_waived_and_coverage_are_told() -> None:
    text = report(broken())
    assert "- MUST TY-PLT-007 filterApprovedProducts: told to wait 1 s" in text
    assert "Rules: 18 exercised, 12 never met" in text


def test_what_a_client_sent_is_never_markup() -> None:
    section = replace(broken(), title=HOSTILE, lines=(HOSTILE,), client_output="```\n</details>")
    text = report(replace(section, verdict=Verdict(findings=(finding("TY-CAT-901", seen=HOSTILE),))))
    assert "<script>" not in text
    assert text.count(plain(HOSTILE)) == 4
    assert "````\n```\n</details>\n````" in text


@pytest.mark.parametrize("text", ["# no heading", "- no item", "+ no item", "= no line"])
def test_start_of_a_line_begins_no_block(text: str) -> None:
    assert plain(text) == "\\" + text


def test_number_with_a_dot_begins_no_list() -> None:
    assert plain("12. Rows") == "12\\. Rows"


def test_several_lines_become_one() -> None:
    assert plain("a\n\n| b") == "a \\| b"


def test_fence_is_longer_than_any_in_its_text() -> None:
    assert code_block("x ```` y").startswith("`````\n")
