"""A place that cannot be written any more ends a check with one sentence; what was judged is printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.tests.attack.wire import Target
from contract_tests.tests.places import ROOT

CLIENT = f'{sys.executable} -m contract_tests.clients.reference finance "$@"'
# From the second sync on there is no place for temporary files any more, as on a disk that is full.
REMOVING = f"""test "$1" = sync && echo sync >> "$RUNS"
{CLIENT}; code=$?
test $(wc -l < "$RUNS") -gt 1 && rm -rf "$TMPDIR"; exit $code"""


def check(folder: Path, *words: str, stdout: str = "") -> tuple[int, str, str]:
    """Check a client whose temporary folder vanishes: exit, standard output, standard error."""
    (folder / "temporary").mkdir()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(folder / "temporary"),
        "RUNS": str(folder / "runs"),
    }
    (folder / "out").touch()
    with Path(stdout or folder / "out").open("wb") as out:
        command = [sys.executable, "-m", "emulator", "check", "--profile", "finance", "--quick", *words]
        done = subprocess.run(
            command, cwd=folder, env=environment, stdout=out, stderr=subprocess.PIPE, text=True, check=False
        )
    return done.returncode, (folder / "out").read_text(), done.stderr


def complaints(text: str) -> list[str]:
    assert "Traceback" not in text
    assert "Exception ignored" not in text
    return [line for line in text.splitlines() if line.startswith("trendyol-emulator: ")]


def test_check_whose_disk_is_lost_prints_what_it_has_judged(target: Target, tmp_path: Path) -> None:
    words = ["--url", target.address, "--jobs", "1", "--report", "json=report.json"]
    code, output, errors = check(tmp_path, *words, "--", "sh", "-c", REMOVING, "client")
    assert code == 4
    assert len(complaints(errors)) == 1
    report = json.loads((tmp_path / "report.json").read_bytes())
    (section,) = report["sections"]
    assert (report["clean"], section["stop"].startswith("the check broke off: ")) == (False, True)
    assert section["lines"][0].startswith("quiet: exit 0")
    assert "the check broke off" in output


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is always full")
def test_check_whose_output_is_full_says_so(target: Target, tmp_path: Path) -> None:
    words = ["--url", target.address, "--report", "json=report.json", "--", "true"]
    code, _, errors = check(tmp_path, *words, stdout="/dev/full")
    assert (code, len(complaints(errors))) == (4, 1)
    assert json.loads((tmp_path / "report.json").read_bytes())["clean"] is False
