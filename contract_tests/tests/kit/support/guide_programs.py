"""The programs that docs/write-a-driver.md prints, and what runs each."""

from __future__ import annotations

import re
import shutil
import sys

from contract_tests.tests.places import DOCS

GUIDE = (DOCS / "write-a-driver.md").read_text(encoding="utf-8")
DRIVERS = {
    "python": (sys.executable, "driver.py"),
    "javascript": (shutil.which("node"), "driver.mjs"),
    "php": (shutil.which("php"), "driver.php"),
}
LONGEST_S = 60.0


def program_of(language: str, page: str = GUIDE) -> str:
    """Give the one program of a language that a page prints."""
    (block,) = re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return str(block)
