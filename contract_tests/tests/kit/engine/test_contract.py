"""IntegrationContract as users have it: a class that says how to synchronise, and pytest does the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import pytest

from contract_tests import IntegrationContract
from contract_tests.clients.client import export, sync
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.drivers.python import ClientStage
from contract_tests.profiles.b2b_purchase.reference import REFERENCE

pytest_plugins = ["pytester"]


class TestOfTheReference(IntegrationContract):
    """The reference client, as a shop would hand it in."""

    profiles = ("b2b-purchase",)
    examples = 5
    local_copy: ClassVar[LocalCopy] = LocalCopy()

    def sync(self, stage: ClientStage) -> None:
        sync(REFERENCE, stage.environment, self.local_copy)

    def export(self, kind: str) -> Iterable[Any]:
        return export(REFERENCE, kind, self.local_copy)

    def reset(self) -> None:
        self.local_copy.reset()


# Plugins of other tools take longer to start than these tests run.
PLAIN = ("-q", "-p", "no:schemathesis", "-p", "no:faker", "-p", "no:anyio")
BROKEN = """
from contract_tests import IntegrationContract
from contract_tests.profiles.catalog_pull.broken import BROKEN
from contract_tests.clients.client import export, sync
from contract_tests.clients.local_copy import LocalCopy

CLIENT = next(one.client for one in BROKEN if one.name == "first_page_only")

class TestMyShop(IntegrationContract):
    profiles = ["catalog-pull"]
    examples, seconds = 10, 10.0
    local_copy = LocalCopy()

    def sync(self, stage):
        sync(CLIENT, stage.environment, self.local_copy)

    def export(self, kind):
        return export(CLIENT, kind, self.local_copy)

    def reset(self):
        self.local_copy.reset()
"""


@pytest.mark.parametrize(
    ("chosen", "failed"),
    # A search makes what it found smaller for as long as it may.
    [("quiet", 1), pytest.param("quiet or search", 2, marks=pytest.mark.nightly)],
)
def test_broken_integration_fails_with_the_rule_the_story_and_what_is_kept(
    pytester: pytest.Pytester, chosen: str, failed: int
) -> None:
    pytester.makepyfile(BROKEN)
    result = pytester.runpytest_subprocess(*PLAIN, "-k", chosen, "-p", "no:cacheprovider")
    result.assert_outcomes(failed=failed, deselected=result.parseoutcomes()["deselected"])
    result.stdout.fnmatch_lines(["*TestMyShop.test_scenario[[]catalog-pull - quiet[]]*"])
    result.stdout.fnmatch_lines(["*TY-CAT-901 MUST: exit 0 although*were never sent to it*"])
    result.stdout.fnmatch_lines(["*sync 1 ends with exit 0*", "kept in */1"])
    assert not (pytester.path / ".hypothesis").exists()


def test_contract_makes_a_test_of_each_scenario(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(BROKEN)
    result = pytester.runpytest_subprocess(*PLAIN, "--collect-only").outlines
    assert sum("test_scenario" in line for line in result) > 15
    assert sum("test_search" in line for line in result) == 1


def test_integration_that_raises_is_told_with_what_it_said(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "from contract_tests import IntegrationContract\n"
        "class TestMyShop(IntegrationContract):\n"
        "    profiles = ['finance']\n"
        "    def sync(self, stage):\n"
        "        raise RuntimeError('no database')\n"
    )
    result = pytester.runpytest_subprocess(*PLAIN, "-k", "quiet", "-p", "no:cacheprovider")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*TY-PLT-901 MUST: *RuntimeError: no database*"])
