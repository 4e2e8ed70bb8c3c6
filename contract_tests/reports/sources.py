"""Where a claim is written, as an address one can open, and how sure it is, in words."""

from __future__ import annotations

import re
from urllib.parse import quote

from contract_tests.records.rulebook import Source
from contract_tests.reports.language import say

CONFIDENCE = {"D": "documented", "C": "seen by a client", "I": "inferred", "P": "what the integration is for"}
VENDOR = "https://developers.trendyol.com/"
# Pages that are not the vendor's: how each begins, and what its address is made of.
ELSEWHERE = (
    (re.compile(r"_emulator/.*"), ""),
    (re.compile(r"RFC (\d+)"), r"https://www.rfc-editor.org/rfc/rfc\1"),
    (re.compile(r"([a-z0-9-]+(?:\.[a-z]{2,})+/.*)"), r"https://\1"),
)


def address(source: Source) -> str:
    """Give the absolute address of a source's page; empty when it has none that a browser can open."""
    for page, form in ELSEWHERE:
        if match := page.fullmatch(source.page):
            return match.expand(form)
    return VENDOR + quote(source.page) if source.page else ""


def describe_source(source: Source) -> str:
    """Name a source in one line: its address, or that there is no page, and how sure it is."""
    return f"{address(source) or source.page or say('no page')} ({say(CONFIDENCE[source.confidence])})"
