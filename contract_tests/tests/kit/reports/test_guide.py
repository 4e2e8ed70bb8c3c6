"""The clients printed in docs/ (check-your-client, orders) are right, and what is told to type works."""

from __future__ import annotations

import io
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from contract_tests.config.integration import ConfiguredIntegration, integration_of
from contract_tests.engine.check import Plan, check
from contract_tests.engine.replay import profile_run_of
from contract_tests.profiles.directed import with_fault
from contract_tests.records.run import Driver, Run
from contract_tests.stages.host import START_MS, emulator_host
from contract_tests.stages.processes import end_session
from contract_tests.stages.server import serving
from contract_tests.tests.effort import in_the_cut, is_nightly
from contract_tests.tests.places import DOCS

GUIDE = (DOCS / "check-your-client.md").read_text(encoding="utf-8")
ORDERS = (DOCS / "orders.md").read_text(encoding="utf-8")
BY_HAND = (DOCS / "by-hand.md").read_text(encoding="utf-8")
CLIENTS = {
    "python": (sys.executable, "my_client.py"),
    "javascript": (shutil.which("node"), "my_client.mjs"),
    "php": (shutil.which("php"), "my_client.php"),
}
TOKEN_REFUSED = with_fault("a token refused early", {"error": "token-invalid", "at": 2})
LONGEST_S = 150


def printed(language: str, page: str = GUIDE) -> str:
    """The first block of a language on a page."""
    block = re.search(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert block
    return block[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the printed clients in it."""
    for language, (_, name) in CLIENTS.items():
        tmp_path.joinpath(name).write_text(printed(language), encoding="utf-8")
    return tmp_path


def checked(client: tuple[str | None, str], folder: Path, profile: str = "catalog-pull") -> Any:
    """Check a client in its folder; give the section of the report."""
    runner, name = client
    words = ["--no-long", "--examples", "0", "--jobs", "3", "--format", "json", "--artifacts", f"{name}.kept"]
    command = [sys.executable, "-m", "emulator", "check", "--profile", profile, *words]
    started = subprocess.Popen(
        [*command, "--", str(runner), name],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(DOCS.parent)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        report, _ = started.communicate(timeout=LONGEST_S)
    finally:
        end_session(started, 1)
    (section,) = json.loads(report)["sections"]
    return section


# One language waits in the cut: the others are the same client, and the wait is one of real seconds.
@pytest.mark.parametrize("language", [in_the_cut(name, when=name == "python") for name in CLIENTS])
def test_printed_client_is_clean_where_it_is_told_to_wait(folder: Path, language: str) -> None:
    runner, name = CLIENTS[language]
    if runner is None:
        pytest.skip(f"nothing here runs {language}")
    with emulator_host(in_process=False) as place:
        integration = integration_of((runner, str(folder / name)), None)
        whole = profile_run_of(place, integration, "catalog-pull")
        part = whole.profile.part("quiet", "told to wait in the middle")
        (done,) = check([replace(whole, profile=part)])
    assert done.verdict.findings == ()
    assert done.verdict.counts["TY-CAT-902"] > 0


def test_printed_orders_client_is_clean_where_a_package_leaves_its_page(tmp_path: Path) -> None:
    runner, name = CLIENTS["php"]
    if runner is None:
        pytest.skip("nothing here runs php")
    client = tmp_path / name
    client.write_text(printed("php", ORDERS), encoding="utf-8")
    with emulator_host(in_process=False) as place:
        whole = profile_run_of(
            place, integration_of((runner, str(client)), None), "orders-poll", edition="tr"
        )
        part = whole.profile.part("quiet", "a package leaves a page that was read")
        (done,) = check([replace(whole, profile=part)])
    assert done.verdict.findings == ()
    assert done.verdict.counts["TY-ORD-902"] > 0


@pytest.mark.nightly
def test_printed_orders_client_passes_the_check(tmp_path: Path) -> None:
    if CLIENTS["php"][0] is None:
        pytest.skip("nothing here runs php")
    (tmp_path / CLIENTS["php"][1]).write_text(printed("php", ORDERS), encoding="utf-8")
    section = checked(CLIENTS["php"], tmp_path, "orders-poll")
    assert section["findings"] == []
    assert section["rules"]["exercised"]["TY-ORD-902"] > 0


@pytest.mark.nightly
def test_printed_clients_pass_the_check_and_show_what_they_hold(folder: Path) -> None:
    # All at once: each waits most of the time, as it keeps the documented pace.
    runnable = [client for client in CLIENTS.values() if client[0]]
    with ThreadPoolExecutor() as pool:
        for section in pool.map(lambda client: checked(client, folder), runnable):
            assert section["findings"] == []
            assert section["rules"]["exercised"]["TY-CAT-902"] > 0
    missing = [name for runner, name in CLIENTS.values() if runner is None]
    if missing:
        pytest.skip(f"the others passed; nothing here runs {', '.join(missing)}")


def in_this_process(program: Path) -> Driver:
    """Drive a Python program without a process of its own."""

    def drive(verb: str, environment: Mapping[str, str]) -> Run:
        words, out = [program.name, *verb.split()], io.StringIO()
        with patch.dict(os.environ, environment), patch.object(sys, "argv", words), redirect_stdout(out):
            try:
                runpy.run_path(str(program))
            except SystemExit as ended:
                return Run(1, 0.0, str(ended.code))
        return Run(0, 0.0, out.getvalue())

    return drive


def test_printed_python_client_reads_more_than_pages_reach_and_bears_a_refused_token(folder: Path) -> None:
    with emulator_host(in_process=True) as place:
        integration = ConfiguredIntegration(in_this_process(folder / "my_client.py"), in_process=True)
        profile_run = profile_run_of(place, integration, "catalog-pull")
        long = ("more than pages reach",) if is_nightly() else ()
        part = profile_run.profile.part("quiet", *long)
        part = replace(part, scenarios=(*part.scenarios, TOKEN_REFUSED))
        (done,) = check([replace(profile_run, profile=part)], plan=Plan(now_ms=START_MS))
    exits = [[sync.run.exit for sync in one.recording.syncs] for one in done.outcomes]
    assert exits == [*[[0]] * len(part.scenarios[:-1]), [1, 0]]
    assert done.verdict.findings == ()


@pytest.mark.parametrize("language", [*CLIENTS, "csharp"])
def test_guide_prints_one_client_of_the_language_without_a_secret(language: str) -> None:
    program = printed(language)
    assert GUIDE.count(f"```{language}\n") == 1
    for word in ("API_SECRET", "nextPageToken", "429", "Retry-?After", "export"):
        assert re.search(word, program), word
    assert not re.search(r"demo-\w+-(key|secret)", program)


def test_lines_of_trouble_by_hand_work_as_printed(folder: Path) -> None:
    lines = printed("", BY_HAND).partition("\n")[2].replace("trendyol-emulator", "$PYTHON -m emulator")
    with serving() as url:
        script = re.sub(r"(http://)?(localhost|127\.0\.0\.1):8080", url, lines).replace(
            " python ", " $PYTHON "
        )
        ran = subprocess.run(
            ["bash", "-ec", script],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(DOCS.parent), "PYTHON": sys.executable, "NO_PROXY": "*"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr
    assert "5 requests" in ran.stdout
    assert (folder / "products.ndjson").stat().st_size
