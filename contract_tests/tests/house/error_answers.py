"""Which errors of the catalogue the provider's tests really saw in an answer."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from werkzeug.test import Client

from contract_tests.tests.coverage import Coverage
from emulator.contract.contract import load_contract

KIND = "error ids seen"
RULE = "X-Emulator-Rule"
PROVIDER = Path(__file__).parents[1] / "provider"
STAYS_SILENT: frozenset[str] = frozenset({"body-late"})
"""Error ids that no answer to a test in this process can name: only `serve` waits for a body."""


@contextmanager
def noting_errors(coverage: Coverage) -> Iterator[None]:
    """Note the rule of each answer that a client of this process reads."""
    run, whole = Client.run_wsgi_app, len(load_contract().catalogue.errors)

    def noted(client: Client, *words: Any, **options: Any) -> Any:
        answer = run(client, *words, **options)
        rule = answer[2].get(RULE)
        if rule:
            coverage.add(KIND, rule, of=whole)
        return answer

    with patch.object(Client, "run_wsgi_app", noted):
        yield


def is_whole(config: pytest.Config) -> bool:
    """Whether a run was asked for every test of the provider."""
    folders = [
        Path(str(config.invocation_params.dir), word.partition("::")[0]).resolve() for word in config.args
    ]
    values = [
        config.getoption(name, None) for name in ("keyword", "markexpr", "deselect", "lf", "collectonly")
    ]
    return not any(values) and any(folder == PROVIDER or folder in PROVIDER.parents for folder in folders)


def unseen(seen: Collection[str]) -> list[str]:
    """The error ids that no answer named."""
    return sorted(set(load_contract().catalogue.errors) - STAYS_SILENT - set(seen))


def report_on(coverage: Coverage) -> pytest.TestReport | None:
    """A failed test where an error was not seen, nothing where all were."""
    missing = unseen(coverage.items.get(KIND, ()))
    if not missing:
        return None
    place = "contract_tests/tests/house/error_answers.py"
    message = f"no test of the provider saw an answer with {RULE}: {', '.join(missing)}"
    return pytest.TestReport(
        f"{place}::every_error_is_seen", (place, 0, "every_error_is_seen"), {}, "failed", message, "call"
    )
