"""The wheel works alone: built here, installed in an empty environment elsewhere, serving."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from contract_tests.tests.places import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with the build back-end that is already installed."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install it, with what it asks for and nothing else, into an empty environment."""
    place = tmp_path_factory.mktemp("elsewhere") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(place), "--disable-pip-version-check"]
    install = [*pip, "install", "--quiet", "--no-compile", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    return place / "bin"


@pytest.fixture
def base_url(installed: Path, tmp_path: Path) -> Iterator[str]:
    """Serve from the installed command, in a folder that has nothing to do with the checkout."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TRENDYOL"))}
    command = [str(installed / "trendyol-emulator"), "serve", "--port", "0", "--world", "samples"]
    environment = {**clean, "TRENDYOL_EMULATOR_CACHE": str(tmp_path / "cache")}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = next(text for text in process.stdout if "Listening on" in text)
        yield line.split()[-1]
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_wheel_carries_the_compiled_law_and_its_sources(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    assert {"emulator/data/compiled.law", "emulator/data/specs/errors/platform.yaml"} <= names
    assert "emulator/data/fixtures/worlds/demo.yaml" in names


def test_wheel_carries_the_pages_and_schemas_of_reports(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    assert {f"contract_tests/reports/report.{kind}" for kind in ("html", "css")} <= names
    assert {f"contract_tests/records/schemas/{name}.json" for name in ("report", "scenario")} <= names


def test_wheel_carries_every_file_of_the_kit_and_none_of_its_tests(wheel: Path) -> None:
    kit = ROOT / "contract_tests"
    files = {path.relative_to(ROOT).as_posix() for path in kit.rglob("*") if path.is_file()}
    values = {name for name in files if not set(Path(name).parts) & {"tests", "independent", "__pycache__"}}
    assert {name for name in ZipFile(wheel).namelist() if name.startswith("contract_tests/")} == values
    assert {Path(name).suffix for name in values} >= {
        ".py",
        ".mjs",
        ".php",
        ".json",
        ".html",
        ".css",
        ".typed",
    }


def test_installed_wheel_answers_a_question(base_url: str) -> None:
    request = urllib.request.Request(f"{base_url}/healthz")
    with urllib.request.urlopen(request, timeout=10) as answer:
        health = json.load(answer)
    assert health["status"] == "ok"
    assert health["world"] == "samples"


def test_installed_wheel_serves_the_docs_page_with_its_own_assets(base_url: str) -> None:
    with urllib.request.urlopen(f"{base_url}/_emulator/docs/", timeout=10) as answer:
        page = answer.read().decode()
    assert "https://" not in page
    assert "swagger-ui" in page
