"""The report for programs; its keys are stable."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from contract_tests.findings import row
from contract_tests.reports.verdicts import Section, clean

FORMAT_VERSION = 1


def json_report(sections: Iterable[Section]) -> bytes:
    """Write every section as one JSON document."""
    every = list(sections)
    document = {
        "version": FORMAT_VERSION,
        "clean": clean(every),
        "sections": [_section(section) for section in every],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "clean": section.verdict.clean,
        "lines": list(section.lines),
        "findings": [row(finding) for finding in section.verdict.findings],
        "rules": {"exercised": dict(section.verdict.exercised), "never": section.verdict.never},
        "printed": section.printed,
    }
