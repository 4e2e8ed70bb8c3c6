"""The HTML report: one file that needs nothing else, and how it looks in a real browser."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from contract_tests.records.findings import Verdict, WaivedFinding
from contract_tests.reports.html import html_report
from contract_tests.reports.verdicts import Section
from contract_tests.tests.kit.support import browser
from contract_tests.tests.kit.support.sections import broken, clean_one, failure, finding

HOSTILE = "<script>alert(1)</script><img src=x onerror=\"y\"> & 'quoted'"
VOID = {"meta", "br", "hr", "img", "link"}
LONG = "x" * 400
seen_in_browser = pytest.mark.skipif(not browser.CHROMIUM, reason="there is no chromium")

# The widest thing on the page, and the poorest contrast of any text against what lies behind it.
MEASURE = """page => {
  const view = page.defaultView;
  const numbers = colour => (colour.match(/[0-9.]+/g) || []).map(Number);
  const light = colour => {
    const [r, g, b] = numbers(colour).slice(0, 3).map(one => {
      const part = one / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = one => {
    const colour = view.getComputedStyle(one).backgroundColor;
    return numbers(colour)[3] === 0 && one.parentElement ? behind(one.parentElement) : colour;
  };
  const contrast = one => {
    const [low, high] = [light(view.getComputedStyle(one).color), light(behind(one))].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  page.querySelectorAll("details").forEach(one => { one.open = true; });
  const every = [...page.body.querySelectorAll("*")];
  const says = one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  const spoken = every.filter(says);
  return {
    width: view.innerWidth,
    widest: Math.max(...every.map(one => one.getBoundingClientRect().right), page.body.scrollWidth),
    contrast: Math.min(...spoken.map(contrast)),
    ground: view.getComputedStyle(page.body).backgroundColor,
    dark: view.matchMedia("(prefers-color-scheme: dark)").matches,
  };
}"""


class Outline(HTMLParser):
    """Collects the tags of a page, and whether each that was opened is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@cache
def page() -> str:
    return html_report([broken(), clean_one()]).decode()


def hostile() -> Section:
    """A section in which everything that comes from outside would be markup, or too long for any line."""
    section = broken()
    one_finding = finding("TY-CAT-901", LONG, seen=HOSTILE + LONG)
    moments = tuple(replace(moment, text=HOSTILE + LONG) for moment in section.failures[0].timeline)
    one = replace(failure(), timeline=moments, sentence=HOSTILE, repeat=HOSTILE + LONG)
    waiver = WaivedFinding(one_finding, HOSTILE, HOSTILE)
    verdict = Verdict(
        (one_finding,),
        {"TY-CAT-901": 1},
        section.verdict.rules,
        (waiver,),
    )
    return replace(
        section,
        title=HOSTILE + LONG,
        lines=(HOSTILE,),
        verdict=verdict,
        client_output=HOSTILE,
        failures=(one,),
    )


def test_page_is_whole() -> None:
    outline = Outline(page())
    assert outline.open == []
    assert page().startswith("<!doctype html>")


def test_page_needs_nothing_else() -> None:
    tags = Outline(page()).tags
    assert {tag for tag, _ in tags}.isdisjoint({"script", "link", "img", "iframe"})
    assert "@import" not in page()
    assert "url(" not in page()


def test_headings_go_down_by_one_level() -> None:
    levels = [int(tag[1]) for tag, _ in Outline(page()).tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_links_within_lead_somewhere() -> None:
    tags = Outline(page()).tags
    places = {attributes.get("id") for _, attributes in tags}
    within = [str(one["href"])[1:] for tag, one in tags if tag == "a" and str(one["href"]).startswith("#")]
    assert within
    assert set(within) <= places


def test_page_tells_verdict_law_source_and_how_to_repeat() -> None:
    for text in (
        "<title>Failed: 2 MUST rules broken, 1 SHOULD rule not followed, 1 waived</title>",
        "A read that was refused for the moment is asked again before the run ends",
        '<a href="https://developers.trendyol.com/docs/hata-kodlar%C4%B1">docs/hata-kodları</a> (seen by',
        failure().repeat,
        "WARN page 1 refused, skipping",
        "SHOP-112",
        "18 of 30 rules exercised",
    ):
        assert text in page()


def test_timeline_is_told_from_first_to_last_with_its_marks() -> None:
    items = [one["class"] or "" for tag, one in Outline(page()).tags if tag == "li" and "class" in one]
    moments = [item for item in items if item.startswith("at ")]
    assert len(moments) == len(failure().timeline)
    assert [item.endswith("grave") for item in moments] == [one.emphasis for one in failure().timeline]


def test_plain_requests_are_folded() -> None:
    assert "<summary>8 more lines</summary>" in page()


def test_many_lines_on_what_was_run_are_folded() -> None:
    assert "What was run" not in page()
    many = replace(broken(), lines=tuple(f"scenario {n}" for n in range(20)))
    assert "<summary>What was run, in 20 lines</summary>" in html_report([many]).decode()


def test_what_comes_from_outside_is_never_markup() -> None:
    text = html_report([hostile()]).decode()
    outline = Outline(text)
    assert outline.open == []
    assert {"script", "img"}.isdisjoint({tag for tag, _ in outline.tags})
    assert "&lt;script&gt;" in text


def test_page_without_anything_to_show_is_whole() -> None:
    assert Outline(html_report([]).decode()).open == []


@seen_in_browser
@pytest.mark.parametrize("width", [1280, 390])
def test_page_has_its_pictures_in_light_and_dark(width: int) -> None:
    light, dark = (browser.picture(page().encode(), width, 1600, dark=one) for one in (False, True))
    assert browser.size_of(light) == browser.size_of(dark) == (width, 1600)
    assert light != dark


@seen_in_browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("dark", [False, True])
def test_page_fits_its_screen_and_can_be_read(width: int, *, dark: bool) -> None:
    measures = browser.found_out(html_report([broken(), hostile()]), width, MEASURE, dark=dark)
    assert measures["dark"] is dark
    assert measures["widest"] <= measures["width"] == width
    assert measures["contrast"] >= 4.5


@seen_in_browser
def test_page_prints() -> None:
    assert browser.paper(page().encode()).startswith(b"%PDF")
