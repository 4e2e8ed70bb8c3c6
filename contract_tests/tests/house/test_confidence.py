"""A refusal has the confidence of what is refused: inferred where the note beside it says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


def is_inferred_where_ours(place: str, source: dict[str, str]) -> bool:
    """Whether a refusal whose note says that it is ours has the confidence I."""
    pattern = OWN_STATUS if "/errors/" in place else OWN_REFUSAL
    return not pattern.search(source.get("note", "")) or source["confidence"] == "I"


def read(path: Path) -> Any:
    return yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)


def test_every_refusal_that_is_ours_is_inferred() -> None:
    found = [
        (place, source)
        for path in sorted((ROOT / "specs").rglob("*.yaml"))
        for place, source in sources(read(path), path.relative_to(ROOT).as_posix())
    ]
    assert [place for place, source in found if not is_inferred_where_ours(place, source)] == []
    places = " ".join(place for place, _ in found)
    assert all(word in places for word in (*REFUSING, "errors/page-window-exceeded"))


def test_shared_product_limits_are_documented() -> None:
    words = read(ROOT / "specs/trendyol/shared/platform.yaml")["words"]
    for edition in ("int", "tr"):
        limit = words[f"product-read-{edition}"]
        assert limit["x-source"]["confidence"] == "D"
        assert "is I" not in limit["x-source"]["note"]
