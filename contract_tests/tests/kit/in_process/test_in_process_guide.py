"""What docs/in-process.md and the recipe of a webhook print runs as printed."""

from __future__ import annotations

import importlib
import re

import pytest

from contract_tests.tests.places import DOCS
from emulator import vendor_hosts
from emulator.app import renderers

pytest_plugins = ["pytester"]

GUIDE = (DOCS / "in-process.md").read_text(encoding="utf-8")
RECIPE = (DOCS / "recipes" / "webhooks-in-ci.md").read_text(encoding="utf-8")
PRINTED = re.findall(r"^```python\n(.*?)^```", GUIDE + RECIPE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """Import before pytester remembers what is imported: C extensions, httpx and rows bear no second time."""
    for name in ("pytest_plugin.hosting", "virtual_time.clock", "inprocess.with_httpcore"):
        importlib.import_module(f"contract_tests.{name}")
    renderers()


@pytest.mark.parametrize("program", PRINTED, ids=lambda text: str(text).split("\n")[0])
def test_printed_program_runs(pytester: pytest.Pytester, program: str) -> None:
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    is_test = "def test_" in program
    lines = program.splitlines()
    body = lines if is_test else ["def test_program():", *(f"    {line}" for line in lines)]
    pytester.makepyfile("\n".join(body))
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_guide_names_every_host_that_is_answered() -> None:
    assert len(PRINTED) == 4 + 1
    assert all(f"`{host}`" in GUIDE for host in vendor_hosts())
