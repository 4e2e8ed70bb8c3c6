"""Each command of docs/point-my-client-here.md, run as printed, with clients that name the vendor's host."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.stages.processes import end_session
from contract_tests.tests.patience import wait_until
from contract_tests.tests.places import DOCS
from contract_tests.tests.provider.attach.attached import (
    PATIENCE_S,
    WITHOUT_ROUTE,
    need_namespaces,
    need_program,
)

PAGE = (DOCS / "point-my-client-here.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
LINES = [
    line.partition("  #")[0].strip()
    for block in BLOCKS
    for line in block.splitlines()
    if line.startswith("trendyol-emulator ")
]
STAYING = tuple(line for line in LINES if " serve " in line or "--print-env" in line)
"""Those that go on until they are told to stop."""
ENDING = tuple(line for line in LINES if line not in STAYING)
PROGRAMS = ("php", "node", "npm", "python", "./shop")
CLIENTS = Path(__file__).parent / "programs" / "printed"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the programs that the page runs."""
    shutil.copytree(CLIENTS, tmp_path, dirs_exist_ok=True)
    return tmp_path


def start(line: str, folder: Path) -> subprocess.Popen[str]:
    """Type a command in a network without a route."""
    need_namespaces()
    scripts = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.Popen(
        [*WITHOUT_ROUTE, "sh", "-c", line],
        cwd=folder,
        env={**os.environ, "PATH": scripts},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.nightly
@pytest.mark.parametrize("line", ENDING, ids=lambda line: line.removeprefix("trendyol-emulator "))
def test_printed_command_ends_well(folder: Path, line: str) -> None:
    program = line.partition(" -- ")[2].split()[0]
    need_program(program if program != "./shop" else "curl")
    quick = " --quick" if " check " in line else ""
    process = start(line.replace(" check ", f" check{quick} "), folder)
    try:
        output, errors = process.communicate(timeout=PATIENCE_S)
    finally:
        end_session(process, 1)
    assert process.returncode == 0, output + errors
    if " exec " in line:
        assert re.search(r"\b[1-9]\d* requests?\b", errors), errors


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("serve", ["127.0.0.1\tapigw.trendyol.com", "/authority.pem"]),
        ("exec", ["export HTTPS_PROXY=", "export SSL_CERT_FILE="]),
    ],
)
def test_printed_command_stays_until_it_is_told_to_stop(folder: Path, verb: str, words: list[str]) -> None:
    (line,) = (line for line in STAYING if line.split()[1] == verb)
    place = folder / "output"
    process = start(f"exec {line.partition(' > ')[0]} > {place}", folder)
    try:
        wait_until(lambda: place.exists() and all(word in place.read_text("utf-8") for word in words))
        process.send_signal(signal.SIGTERM if verb == "serve" else signal.SIGINT)
        process.communicate(timeout=PATIENCE_S)
    finally:
        end_session(process, 1)
    assert process.returncode == 0


def test_page_has_commands_for_every_kind_of_program() -> None:
    assert {line.partition(" -- ")[2].split()[0] for line in ENDING} == set(PROGRAMS)
    assert len(STAYING) == 2
