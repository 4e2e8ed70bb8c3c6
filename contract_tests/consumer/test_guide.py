"""The clients printed in docs/check-your-client.md are right: each passes the check it is printed for."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from contract_tests.processes import end_session

GUIDE = (Path(__file__).parents[2] / "docs" / "check-your-client.md").read_text(encoding="utf-8")
CLIENTS = {
    "python": (sys.executable, "my_client.py"),
    "javascript": (shutil.which("node"), "my_client.mjs"),
    "php": (shutil.which("php"), "my_client.php"),
}
LONGEST_S = 150


def printed(language: str) -> str:
    """The one program of a language on the page."""
    (program,) = re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    return str(program)


def checked(client: tuple[str | None, str], folder: Path) -> tuple[int, str]:
    """Check a client; give the exit code and the report."""
    runner, name = client
    words = ["check", "--profile", "catalog-pull", "--jobs", "5", "--", str(runner), str(folder / name)]
    command = [sys.executable, "-m", "emulator", *words]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        report, _ = started.communicate(timeout=LONGEST_S)
    finally:
        end_session(started, 1)
    return started.returncode, report


def test_printed_clients_pass_the_check_beyond_the_wall(tmp_path: Path) -> None:
    for language, (_, name) in CLIENTS.items():
        tmp_path.joinpath(name).write_text(printed(language), encoding="utf-8")
    # All at once: each waits most of the time, as it keeps the documented pace.
    runnable = [client for client in CLIENTS.values() if client[0]]
    with ThreadPoolExecutor() as pool:
        for code, report in pool.map(lambda client: checked(client, tmp_path), runnable):
            assert code == 0, report
            assert "more than pages reach: exit 0" in report
            assert "MUST" not in report
            assert "SHOULD" not in report
    missing = [name for runner, name in CLIENTS.values() if runner is None]
    if missing:
        pytest.skip(f"the others passed; nothing here runs {', '.join(missing)}")


@pytest.mark.parametrize("language", [*CLIENTS, "csharp"])
def test_guide_prints_one_client_of_the_language_without_a_secret(language: str) -> None:
    program = printed(language)
    assert "API_SECRET" in program
    assert "nextPageToken" in program
    assert "429" in program
    assert not re.search(r"demo-\w+-(key|secret)", program)
