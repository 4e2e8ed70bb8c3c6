"""Recordings, configurations and recipes of any shape: a sentence, never a trace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contract_tests.cli.lint import lint
from contract_tests.config.file import NotAConfig, read_config
from contract_tests.drivers.export import check_text, read_rows
from contract_tests.records.printable import printable
from contract_tests.records.run import Run
from emulator.contract.faults import SpecFault
from emulator.contract.sources import read_recipe

DIGITS, DEEP = "9" * 5000, "[" * 200_000 + "]" * 200_000
ENTRY: dict[str, Any] = {
    "startedDateTime": "2026-11-22T00:00:00Z",
    "request": {
        "method": "GET",
        "url": "https://apigw.trendyol.com/integration/product/sellers/2748/products/approved",
        "headers": [{"name": "User-Agent", "value": "2748 - A"}],
    },
    "response": {"status": 200, "headers": [], "content": {"text": "{}", "mimeType": "application/json"}},
}
WHOLE = json.dumps(ENTRY)
ENTRIES = {
    "null entries": f"null, 1, [], {{}}, {WHOLE}",
    "null parts": json.dumps({**ENTRY, "request": None, "response": None}),
    "status of 5,000 digits": WHOLE.replace('"status": 200', f'"status": {DIGITS}'),
    "negative digits": WHOLE.replace('"status": 200', f'"status": -{DIGITS}'),
    "endless status": WHOLE.replace('"status": 200', '"status": 1e999'),
    "body of 5,000 digits": WHOLE.replace('"{}"', json.dumps(f'{{"size": {DIGITS}}}')),
    "body of brackets": WHOLE.replace('"{}"', json.dumps(DEEP)),
    "brackets": DEEP,
    "path of digits": WHOLE.replace("/2748/", f"/{DIGITS}/"),
}


@pytest.mark.parametrize("kind", ENTRIES)
def test_odd_entry_of_a_recording_costs_itself(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "traffic.har"
    place.write_text(f'{{"log": {{"entries": [{WHOLE}, {ENTRIES[kind]}, {WHOLE}]}}}}')
    result = CliRunner().invoke(lint, [str(place)])
    assert result.exit_code in {0, 1, 4}, result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 20_000 + "]" * 20_000, "a" + ".a" * 20_000 + " = 1", "a = " + DIGITS]
)
def test_configuration_without_end_is_a_sentence(tmp_path: Path, text: str) -> None:
    place = tmp_path / "trendyol-emulator.toml"
    place.write_text(text)
    with pytest.raises(NotAConfig, match="trendyol-emulator"):
        read_config(place)


def aliases() -> str:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]")
    return "\n".join([*lines, "sellers: [*i]"])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("world.yaml", aliases()),
        ("world.yaml", "sellers: &a [*a]"),
        ("world.yaml", "sellers: " + "[" * 20_000 + "]" * 20_000),
        ("world.json", f'{{"sellers": {DEEP}}}'),
        ("world.json", f'{{"sellers": {DIGITS}}}'),
    ],
)
def test_recipe_without_end_is_a_sentence(tmp_path: Path, name: str, text: str) -> None:
    place = tmp_path / name
    place.write_text(text)
    with pytest.raises(SpecFault):
        read_recipe(str(place), {})


ROW = '{"barcode": "1"}'


@pytest.mark.parametrize(
    "line",
    ['{"a": "\\ud800"}', '{"a": "\\udc00\\ud800"}', DEEP, f'{{"a": {DIGITS}}}', "\0", "\x1b[2J", "{" * 9],
)  # fmt: skip
def test_line_of_any_bytes_costs_itself(line: str) -> None:
    run = Run(0, 0.1, f"{ROW}\n{line}\n{ROW}\n")
    rows = read_rows(run)
    assert rows[0] == rows[-1] == {"barcode": "1"}
    json.dumps([dict(row) for row in rows], ensure_ascii=False).encode()
    sentences = check_text("products", run)
    assert all(sentence.isprintable() and len(sentence) < 300 for sentence in sentences)


def test_pair_of_surrogates_is_a_letter() -> None:
    (row,) = read_rows(Run(0, 0.1, '{"a": "\\ud83d\\ude00"}\n'))
    assert row == {"a": "\N{GRINNING FACE}"}


@pytest.mark.parametrize("text", ["\x1b[2J", "\x1b]0;title\x07", "a\rb", "\x9b1m", "\u202eabc", "\0", "\b"])
def test_text_of_others_steers_no_terminal(text: str) -> None:
    assert printable(f"x{text}y").isprintable()


def test_text_of_people_stays() -> None:
    assert printable("Çiçek\tİyi\r\nışık") == "Çiçek\tİyi\nışık"
