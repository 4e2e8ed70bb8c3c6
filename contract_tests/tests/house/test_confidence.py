"""A refusal has the confidence of what is refused: inferred where the note beside it says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from contract_tests.tests.places import ROOT

REFUSING = ("x-window", "x-page-window", "x-query-schema")
OWN_REFUSAL = re.compile(
    r"(refus\w+|the lack is a 400)[^;.]* I\b|its refusal I|status, key and message are ours"
)
OWN_STATUS = re.compile(r"\bstatus\b[^;.]*\bours\b|the length and the body are ours", re.IGNORECASE)


def sources(node: Any, place: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The sources of words that refuse, and of errors, with their places."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from sources(item, f"{place}/{number}")
    if not isinstance(node, dict):
        return
    if "x-source" in node and (place.split("/")[-2:][0] in {*REFUSING, "errors"} or place.endswith(REFUSING)):
        yield place, node["x-source"]
    for name, item in node.items():
        yield from sources(item, f"{place}/{name}")


SOURCES = [
    (place, source)
    for path in sorted((ROOT / "specs").rglob("*.yaml"))
    for place, source in sources(yaml.safe_load(path.read_bytes()), path.relative_to(ROOT).as_posix())
]


@pytest.mark.parametrize(("place", "source"), SOURCES, ids=[place for place, _ in SOURCES])
def test_refusal_that_is_ours_is_inferred(place: str, source: dict[str, str]) -> None:
    note = source.get("note", "")
    pattern = OWN_STATUS if "/errors/" in place else OWN_REFUSAL
    assert not pattern.search(note) or source["confidence"] == "I", note


def test_words_that_refuse_and_errors_are_looked_at() -> None:
    places = " ".join(place for place, _ in SOURCES)
    assert all(word in places for word in (*REFUSING, "errors/page-window-exceeded"))


def test_shared_product_limits_are_documented() -> None:
    words = yaml.safe_load((ROOT / "specs/trendyol/shared/platform.yaml").read_bytes())["words"]
    for edition in ("int", "tr"):
        limit = words[f"product-read-{edition}"]
        assert limit["x-source"]["confidence"] == "D"
        assert "is I" not in limit["x-source"]["note"]
