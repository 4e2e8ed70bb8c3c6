"""What a client exports can be anything: it is one finding, and costs no more than it may."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from contract_tests.drivers.command import command_driver
from contract_tests.drivers.export import read_export
from contract_tests.records.run import Run
from contract_tests.tests.attack.wire import Target
from contract_tests.tests.kit.support.played import findings, sync
from contract_tests.tests.places import ROOT
from emulator.cli import main

ROW = '{"barcode": "1"}'
MIB, LONGEST_S = 1024 * 1024, 20
BAD_EXPORTS: dict[str, bytes] = {
    "half a character": b'{"barcode": "\\ud800"}',
    "brackets": b"[" * 200_000,
    "objects": b'{"a":' * 200_000,
    "NUL": b"\0\0\0",
    "any bytes": bytes(range(256)) * 40,
    "no UTF-8": b'{"barcode": "\xff"}',
    "UTF-16": ROW.encode("utf-16"),
    "a row cut off": f'{ROW}\n{{"barcode": "2'.encode(),
    "digits": b'{"barcode": ' + b"9" * 5_000 + b"}",
    "steering": b"\x1b]0;title\x07\x1b[2J",
    "words": b"there is no such kind\n",
    "lines without end": b"{\n" * 6_000,
}
MEASURE = """
import resource, sys, time
from contract_tests.drivers.command import command_driver
from contract_tests.drivers.export import read_export
run = command_driver([sys.executable, "-c", sys.argv[1]], 60)("export products", {})
export = read_export("products", run)
print(len(export.rows), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, export.fault, sep="|")
"""


@pytest.mark.parametrize("name", BAD_EXPORTS)
def test_export_of_any_bytes_is_one_finding(name: str, tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(BAD_EXPORTS[name])
    run = command_driver(["sh", "-c", 'cat out # "$@"', "sh"], 30, tmp_path)("export products", {})
    export = read_export("products", run)
    json.dumps([dict(row) for row in export.rows], ensure_ascii=False).encode()
    assert export.fault.startswith("products, ")
    (finding,) = findings("catalog-pull", sync(export_faults=[export.fault, export.fault]))
    assert finding.evidence.startswith("export is no NDJSON: products, ")
    assert (finding.evidence.isprintable(), len(finding.evidence) < 200) == (True, True)


@pytest.mark.parametrize(
    "output",
    ["", f"\ufeff{ROW}", f"[{ROW},\n{ROW}]", json.dumps(json.loads(ROW), indent=2), f"reading\n{ROW}\n",
     '{"barcode": "1", "title": "a\u2028b\u0085c"}', "[]", "\n \n"],
)  # fmt: skip
def test_export_with_all_its_rows_is_no_finding(output: str) -> None:
    export = read_export("products", Run(0, 0.1, output))
    assert export.fault == ""
    assert {row["barcode"] for row in export.rows} <= {"1"}
    assert len(export.rows) == output.count("barcode")


def measure_reading(code: str) -> tuple[int, int, str]:
    """The rows that were read of what a program prints, the most memory in MiB meanwhile, and the fault."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    rows, mib, fault = done.stdout.strip().split("|")
    return int(rows), int(mib), fault


def test_export_that_is_too_long_is_read_in_bounded_memory() -> None:
    began_s = time.monotonic()
    rows, mib, fault = measure_reading(f"for _ in range(100): print({ROW!r} * {MIB // len(ROW)})")
    assert (rows, fault, mib < 600) == (0, "products: it is longer than 64 MiB", True)
    assert time.monotonic() - began_s < LONGEST_S


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("code", "rows", "fault"),
    [
        ("print('{}\\n' * 20_000_000)", 0, "products, more than 1,000,000 rows"),
        ("print('[' + '{},' * 20_000_000)", 0, "products, more than 1,000,000 rows"),
        ("print('{\"a\":[' + '[],' * 20_000_000)", 0, "products, line 1 is longer than 1 MiB"),
        ('for i in range(250_000): print(\'{"barcode":"%d","title":"%s"}\' % (i, \'x\' * 200))', 250_000, ""),
    ],
)
def test_export_that_is_nearly_too_long_is_read_in_bounded_memory(code: str, rows: int, fault: str) -> None:
    began_s = time.monotonic()
    read, mib, reason = measure_reading(code)
    assert (read, reason, mib < 1_000) == (rows, fault, True)
    assert time.monotonic() - began_s < LONGEST_S


def test_bad_export_loses_no_verdict(target: Target, tmp_path: Path) -> None:
    client = f'{sys.executable} -m contract_tests.clients.reference finance "$@"'
    line = f'case "$1" in export) printf "{{\\"id\\": \\"\\\\\\\\ud800\\"}}\\n";; *) {client};; esac'
    report = tmp_path / "report.json"
    words = [
        "--profile",
        "finance",
        "--quick",
        "--url",
        target.address,
        "--artifacts",
        str(tmp_path / "found"),
    ]
    command = ["--", "sh", "-c", line, "client"]
    result = CliRunner().invoke(main, ["check", *words, "--report", f"json={report}", *command])
    (section,) = json.loads(report.read_bytes())["sections"]
    sentences = [row["seen"] for row in section["findings"] if row["rule"] == "TY-PLT-901"]
    assert (result.exit_code, len(sentences)) == (1, 1)
    assert sentences[0].startswith("export is no NDJSON: ")
