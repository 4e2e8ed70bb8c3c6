"""docs/read-a-report.md and docs/in-ci.md: the printed report is what is printed, and their commands run."""

from __future__ import annotations

import io
import json
import os
import random
import re
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from contract_tests.reports.console import show
from contract_tests.tests.kit.support.recording import APPROVED, asked
from contract_tests.tests.kit.support.sections import broken
from contract_tests.tests.places import ROOT

READ, CI = ((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("read-a-report.md", "in-ci.md"))
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHOP = """import sys
if sys.argv[-1] == "sync":
    import os, urllib.request
    url = os.environ["TRENDYOL_BASE_URL"] + "/integration/product/sellers/2748/products/approved?size=101"
    try:
        urllib.request.urlopen(url, timeout=10)
    except OSError:
        sys.exit(0)
"""
LONGEST_S = 120


def blocks(text: str, language: str) -> list[str]:
    return [block for spoken, block in FENCE.findall(text) if spoken == language]


def ran(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a page's lines where its reader would: a shop, a recording, and our program on the path."""
    tools = folder / "tools"
    tools.mkdir()
    for name, line in {"trendyol-emulator": "-m emulator ", "python": "-S "}.items():
        program = tools / name
        program.write_text(f'#!/bin/sh\nexec {sys.executable} {line}"$@"\n', encoding="utf-8")
        program.chmod(0o755)
    (folder / "my_shop.py").write_text(SHOP, encoding="utf-8")
    entry = asked(APPROVED, "size=101") | {"startedDateTime": "2026-11-22T09:00:00Z"}
    (folder / "traffic.har").write_text(json.dumps({"log": {"entries": [entry]}}), encoding="utf-8")
    environment = {
        **os.environ,
        "PATH": f"{tools}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "TRENDYOL_EMULATOR_QUICK": "1",
        "NO_PROXY": "*",
    }
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_S,
    )


def free_port() -> int:
    """Find a free port below those that the system hands out, so that no other test is given it meanwhile."""
    while True:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port


def test_printed_report_is_what_is_printed() -> None:
    out = io.StringIO()
    show(Console(file=out, width=110), [broken()])
    (example,) = blocks(READ, "text")
    assert example.strip() == out.getvalue().strip()


def test_commands_of_the_reading_page_run(tmp_path: Path) -> None:
    result = ran("\n".join(blocks(READ, "")), tmp_path)
    assert "Traceback" not in result.stderr
    assert result.stdout.rstrip().endswith("False")
    for name in ("report.html", "report.sarif", "report.md", "report.json", "report.xml"):
        assert (tmp_path / name).stat().st_size > 0


def test_lines_for_any_machine_judge_what_was_asked(tmp_path: Path) -> None:
    port = free_port()
    (lines,) = blocks(CI, "sh")
    result = ran(lines.replace("8080", str(port)), tmp_path)
    assert json.loads((tmp_path / "ready.json").read_text()) == {"ready": True}
    assert "MUST TY-CAT-001" in result.stdout, result.stderr
    assert (tmp_path / "report.md").read_text().startswith("## ❌ Failed")


@pytest.mark.parametrize("block", blocks(CI, "yaml"), ids=lambda block: block.split(":")[0])
def test_job_is_yaml_and_its_lines_are_shell(block: str) -> None:
    (job,) = (yaml.safe_load(block).get("jobs") or yaml.safe_load(block)).values()
    lines = job.get("script") or [step["run"] for step in job["steps"] if "run" in step]
    assert lines
    for line in lines:
        assert subprocess.run(["bash", "-n"], input=line, text=True, check=False).returncode == 0, line


def test_github_job_gives_inputs_that_exist_and_reads_outputs_that_exist() -> None:
    github = yaml.safe_load(blocks(CI, "yaml")[0])
    (step,) = (
        one for one in github["jobs"]["trendyol"]["steps"] if "trendyol-emulator@" in one.get("uses", "")
    )
    assert set(step["with"]) <= set(ACTION["inputs"])
    assert set(re.findall(r"steps\.trendyol\.outputs\.(\w+)", CI)) <= set(ACTION["outputs"])


def test_inputs_of_the_action_are_all_told_with_their_defaults() -> None:
    table = CI.partition("<!-- inputs:")[2].partition("<!-- /inputs -->")[0]
    told: dict[str, str] = {}
    for names, defaults in re.findall(r"^\| (`[^|]+) \| ?([^|]*?) ?\|", table, re.MULTILINE):
        values = re.findall(r"`([^`]+)`", defaults) or [""]
        for at, name in enumerate(re.findall(r"`([^`]+)`", names)):
            told[name] = values[min(at, len(values) - 1)]
    assert told == {name: one["default"] for name, one in ACTION["inputs"].items()}
