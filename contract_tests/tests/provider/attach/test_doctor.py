"""What doctor says of programs; and what exec does beside running one."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from contract_tests.tests.provider.attach.attached import PROGRAMS, need_program, run_verb
from emulator.attach.proxy import Passage
from emulator.cli import main
from emulator.verbs.doctor import Diagnosis, report_lines

CLIENT = f"{sys.executable} -m contract_tests.clients.reference finance"
HARD_CODED = f'TRENDYOL_BASE_URL=https://apigw.trendyol.com exec {CLIENT} "$@"'


def report(*passages: Passage, requests: int = 0) -> str:
    return "\n".join(report_lines(Diagnosis("shop", requests, passages, {"SSL_CERT_FILE": True})))


def test_report_names_the_way_that_led_here() -> None:
    text = report(Passage("https_proxy", "joined", "apigw.trendyol.com"), requests=1)
    assert "https_proxy             led 1 connection here" in text
    assert "It honours what it was given" in text


@pytest.mark.parametrize(
    ("passages", "requests", "sentence"),
    [
        ((), 0, "It asked no proxy."),
        ((Passage("HTTPS_PROXY", "joined", "apigw.trendyol.com"),), 0, "it does not trust the certificate"),
        ((), 2, "It took its base URL from the environment"),
        ((Passage("HTTPS_PROXY", "refused", "example.com"),), 0, "--tunnel lets it through"),
    ],
)
def test_report_says_what_to_do(passages: tuple[Passage, ...], requests: int, sentence: str) -> None:
    assert sentence in report(*passages, requests=requests)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["exec"], "Say what to run"),
        (["doctor"], "Say what to examine"),
        (["exec", "--print-env", "--", "true"], "leave CMD out"),
        (["exec", "--world", "nowhere", "--", "true"], "is no world"),
        (["check", "--attach", "--url", "http://127.0.0.1:1", "--", "true"], "leave --url out"),
    ],
)
def test_call_that_cannot_be_done_is_refused_in_a_sentence(words: list[str], sentence: str) -> None:
    result = CliRunner().invoke(main, words)
    assert result.exit_code == click.UsageError.exit_code, result.output
    assert sentence in result.output


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--seller", "1"], "--seller 1 is not here: 2738, 2748 are"),
        (["--fault", "no-such:at=1"], "--fault no-such:at=1: "),
    ],
)
def test_what_the_stage_does_not_have_is_said_in_a_sentence(words: list[str], sentence: str) -> None:
    # In a process of its own, as each that opens a stage: the server leaves things behind in asyncio.
    run = run_verb("exec", *words, "--", "true", is_routed=True)
    assert run.returncode == click.UsageError.exit_code, run.stderr
    assert sentence in run.stderr


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("program", "way", "bundle"),
    [
        ([sys.executable, str(PROGRAMS / "shop.py")], "HTTPS_PROXY", "REQUESTS_CA_BUNDLE"),
        (["node", str(PROGRAMS / "shop.mjs")], "TRENDYOL_EMULATOR_PROXY", "NODE_EXTRA_CA_CERTS"),
        (["php", str(PROGRAMS / "shop.php")], "TRENDYOL_EMULATOR_PROXY", "PHP_INI_SCAN_DIR"),
        (["java", str(PROGRAMS / "Shop.java")], "JAVA_TOOL_OPTIONS", "JAVA_TOOL_OPTIONS"),
    ],
    ids=["python", "node", "php", "java"],
)
def test_doctor_sees_what_a_program_honours(program: list[str], way: str, bundle: str) -> None:
    need_program(program[0])
    run = run_verb("doctor", "--", *program)
    lines = run.stdout.lower().splitlines()
    assert any(line.split()[:2] == [way.lower(), "led"] for line in lines), run.stdout
    assert f"  {bundle.lower():24}its bundle was read" in lines
    assert run.returncode == 0


@pytest.mark.nightly
def test_doctor_sees_that_a_certificate_is_not_trusted() -> None:
    need_program("curl")
    run = run_verb(
        "doctor", "--", "sh", "-c", "unset CURL_CA_BUNDLE SSL_CERT_FILE; curl -sS https://apigw.trendyol.com"
    )
    assert "it does not trust the certificate" in run.stdout
    assert run.returncode == 1


@pytest.mark.nightly
def test_printed_variables_lead_a_shell_to_the_stage_until_it_is_ended(tmp_path: Path) -> None:
    need_program("curl")
    place = tmp_path / "stage.env"
    command = [sys.executable, "-m", "emulator", "exec", "--world", "empty", "--print-env"]
    with place.open("w") as output, subprocess.Popen(command, stdout=output, stderr=subprocess.PIPE) as stage:
        assert stage.stderr is not None
        assert b"until Ctrl-C" in stage.stderr.readline()
        line = f". {place}; curl -sS -o /dev/null -w '%{{http_code}}' https://apigw.trendyol.com/x"
        shell = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
        stage.send_signal(signal.SIGINT)
        assert stage.wait(10) == 0
    assert shell.stdout == "404", shell.stderr


@pytest.mark.nightly
def test_driven_command_with_the_vendors_address_in_it_is_clean(tmp_path: Path) -> None:
    script = tmp_path / "client.sh"
    script.write_text(HARD_CODED, encoding="utf-8")
    place = str(tmp_path / "findings")
    words = ["--attach", "--quick", "--profile", "finance", "--artifacts", place, "--", "sh", str(script)]
    run = run_verb("check", "--world", "demo", *words)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "PASSED" in run.stdout
