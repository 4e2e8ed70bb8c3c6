"""What a program finds in its environment, and what becomes of what the caller has there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from contract_tests.tests.provider.attach.attached import need_program
from emulator import vendor_hosts
from emulator.attach.certificates import CertificateFault, make_certificates
from emulator.attach.environment import (
    PROXY_VARIABLES,
    Attachment,
    attached_variables,
    unproxied_hosts,
    variables_of,
    write_files,
)
from emulator.attach.trust import BUNDLE_VARIABLES, root_certificates
from emulator.verbs.faults import fault_body
from emulator.verbs.program import NotStarted, run_program

CALLER = {
    "NO_PROXY": "db.internal",
    "NODE_OPTIONS": "--max-old-space-size=512",
    "JAVA_TOOL_OPTIONS": "-Xmx1g -Dmy.password=hidden",
    "PHP_INI_SCAN_DIR": "/etc/mine",
    "HTTPS_PROXY": "http://corporate:3128",
}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("authority")
    return make_certificates(folder, vendor_hosts()).authority


def variables(authority: Path, folder: Path, caller: Mapping[str, str]) -> dict[str, str]:
    return attached_variables(folder, authority, 4711, caller)


def test_every_spelling_of_a_proxy_names_ours(authority: Path, tmp_path: Path) -> None:
    values = variables(authority, tmp_path, CALLER)
    assert {values[name] for name in PROXY_VARIABLES} == {"http://127.0.0.1:4711"}


@pytest.mark.parametrize("name", ["NO_PROXY", "NODE_OPTIONS", "JAVA_TOOL_OPTIONS", "PHP_INI_SCAN_DIR"])
def test_what_the_caller_has_is_extended(authority: Path, tmp_path: Path, name: str) -> None:
    value = variables(authority, tmp_path, CALLER)[name]
    assert value.startswith(CALLER[name])
    assert value != CALLER[name]


def test_settings_of_php_are_read_where_the_caller_names_none(authority: Path, tmp_path: Path) -> None:
    assert variables(authority, tmp_path, {})["PHP_INI_SCAN_DIR"] == f"{os.pathsep}{tmp_path / 'php'}"


@pytest.mark.parametrize("name", BUNDLE_VARIABLES)
def test_bundle_holds_the_roots_of_the_system_the_callers_and_ours(
    authority: Path, tmp_path: Path, name: str
) -> None:
    corporate = tmp_path / "corporate.pem"
    corporate.write_bytes(authority.read_bytes().replace(b"BEGIN", b"BEGIN OTHER", 1))
    caller = {name: str(corporate)}
    write_files(tmp_path, authority.read_bytes(), {})
    (tmp_path / "own.pem").write_bytes(root_certificates(caller) + authority.read_bytes())
    content = (tmp_path / "own.pem").read_bytes()
    assert corporate.read_bytes().strip() in content
    assert content.count(b"BEGIN CERTIFICATE") > 1


def test_shell_lines_extend_without_printing_what_the_caller_has(authority: Path, tmp_path: Path) -> None:
    need_program("sh")
    write_files(tmp_path, authority.read_bytes(), {})
    lines = [one.shell_line() for one in variables_of(Attachment(tmp_path, 4711))]
    assert not any("hidden" in line for line in lines)
    script = "\n".join([*lines, 'echo "$JAVA_TOOL_OPTIONS|$NO_PROXY|$PHP_INI_SCAN_DIR|$HTTPS_PROXY"'])
    text = subprocess.run(["sh", "-c", script], env=CALLER, capture_output=True, text=True, check=True).stdout
    values = variables(authority, tmp_path, CALLER)
    names = ("JAVA_TOOL_OPTIONS", "NO_PROXY", "PHP_INI_SCAN_DIR", "HTTPS_PROXY")
    assert text.strip() == "|".join(values[name] for name in names)


@pytest.mark.parametrize("entry", ["*", "trendyol.com", ".trendyol.com", "apigw.trendyol.com"])
def test_no_proxy_that_keeps_the_vendor_away_is_told(entry: str) -> None:
    assert "apigw.trendyol.com" in unproxied_hosts({"no_proxy": f"localhost, {entry}"}, vendor_hosts())


def test_no_proxy_of_others_is_nothing_to_tell() -> None:
    assert unproxied_hosts({"NO_PROXY": "localhost,my-trendyol.com,169.254.1.1"}, vendor_hosts()) == []


@pytest.mark.nightly
def test_java_reads_the_trust_store(authority: Path, tmp_path: Path) -> None:
    need_program("keytool")
    write_files(tmp_path, authority.read_bytes(), {})
    words = ["keytool", "-list", "-keystore", str(tmp_path / "java-trust.p12"), "-storepass", "changeit"]
    text = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert "trustedCertEntry" in text


def test_kept_authority_is_the_same_the_next_time(tmp_path: Path) -> None:
    kept_file = tmp_path / "mine.pem"
    first = make_certificates(tmp_path, vendor_hosts(), kept_file).authority.read_bytes()
    (tmp_path / "next").mkdir()
    second = make_certificates(tmp_path / "next", vendor_hosts(), kept_file).authority.read_bytes()
    assert first == second == kept_file.read_bytes()
    assert (tmp_path / "mine.key").stat().st_mode & 0o077 == 0
    assert b"PRIVATE" not in first


def test_file_that_is_no_authority_is_said_so(tmp_path: Path) -> None:
    for name in ("mine.pem", "mine.key"):
        (tmp_path / name).write_text("nothing", encoding="ascii")
    with pytest.raises(CertificateFault, match=r"mine\.pem: this and mine\.key are no certificate"):
        make_certificates(tmp_path, vendor_hosts(), tmp_path / "mine.pem")


def test_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(CertificateFault, match=r"trendyol-emulator\[tls\]"):
        make_certificates(tmp_path, vendor_hosts())


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("getSettlements", {"operation": "getSettlements"}),
        ("*:at=2,status=429", {"operation": "*", "at": 2, "status": 429}),
        ("*:cut=reset,after=true", {"operation": "*", "cut": "reset", "after": True}),
        ('{"operation": "*", "body": "a,b"}', {"operation": "*", "body": "a,b"}),
    ],
)
def test_fault_is_read(text: str, body: Mapping[str, object]) -> None:
    assert fault_body(text) == body


@pytest.mark.parametrize(("line", "code"), [("exit 7", 7), ("kill -TERM $$", 128 + signal.SIGTERM)])
def test_exit_code_is_the_programs(line: str, code: int) -> None:
    assert run_program(["sh", "-c", line], dict(os.environ)) == code


def test_signal_is_handed_on_to_the_program() -> None:
    line = "trap 'exit 9' TERM; kill -TERM $PPID; while :; do sleep 0.05; done"
    assert run_program(["sh", "-c", line], dict(os.environ)) == 9


def test_program_that_is_not_there_has_the_code_of_shells() -> None:
    with pytest.raises(NotStarted) as fault:
        run_program(["no-such-program"], {})
    assert fault.value.code == 127
