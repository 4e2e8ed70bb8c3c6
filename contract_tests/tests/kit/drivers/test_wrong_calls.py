"""A call that cannot be done is told in one sentence with what to do, and ends with a documented code."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contract_tests.stages.server import listening, serving
from contract_tests.tests.places import ROOT
from emulator.cli import main

TOKEN = "correct-horse"
FINANCE = ("check", "--profile", "finance")
PYTHON_PAGES = ["python3", "-u", "-c", """
import http.server
with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as server:
    print(f"Listening on http://127.0.0.1:{server.server_port}")
    server.serve_forever()
"""]  # fmt: skip


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving("--world", "empty", "--control-token", TOKEN) as address:
        yield address


@pytest.fixture
def silent_url() -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


WRONG_CALLS = [
    ("check --url 127.0.0.1:8080 -- true", 2, "is no address of an emulator: write http://HOST:PORT."),
    ("check --url ftp://127.0.0.1 -- true", 2, "is no address of an emulator: write http://HOST:PORT."),
    ("check --url http:// -- true", 2, "is no address of an emulator: write http://HOST:PORT."),
    ("lint http://", 2, "is no address of an emulator: write http://HOST:PORT."),
    ("check --timeout -1 -- true", 2, "-1.0 is not in the range x>0."),
    ("check --timeout 0 -- true", 2, "0.0 is not in the range x>0."),
    ("check --timeout nan -- true", 2, "nan is no number of seconds."),
    ("check --seconds inf -- true", 2, "inf is no number of seconds."),
    ("check --seconds -1 -- true", 2, "-1.0 is not in the range x>=0."),
    ("check --config none.toml", 2, "none.toml cannot be read: No such file or directory"),
    ("check --config .", 2, ". cannot be read: Is a directory"),
    ("check --profile none -- true", 2, "'none' is not one of 'b2b-purchase', 'catalog-pull',"),
    ("check", 2, "give a command after --, or name it in trendyol-emulator.toml"),
    ("replay none.json", 4, "none.json cannot be read: No such file or directory; give the scenario.json"),
    ("replay .", 4, ". cannot be read: Is a directory; give the scenario.json"),
    ("replay --serve none.json", 4, "none.json cannot be read: No such file or directory"),
    ("replay --serve --port abc none.json", 2, "abc is no port: give a number from 0 to 65535"),
    ("replay --serve --port 65536 none.json", 2, "65536 is no port: give a number from 0 to 65535"),
    ("lint none.har", 4, "none.har cannot be read: No such file or directory; give a HAR file, or an"),
    ("lint .", 4, ". cannot be read: Is a directory; give a HAR file, or an emulator"),
    ("lint 127.0.0.1:8080", 4, "or an emulator as http://HOST:PORT"),
    ("rules none", 2, "The verbs are: list, show."),
    ("rules show none", 2, "there is no rule none; rules list names them all"),
    ("schema none", 2, "there is no schema none; known: config,"),
    ("openapi none", 2, "there is no document none; choose one of b2b/gateway,"),
    ("explain none", 2, "there is no operation none; known: activateWebhook,"),
    ("changes --as-of never", 2, "never is no date: write it as 2026-10-15"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "code", "sentence"), WRONG_CALLS)
def test_wrong_call_is_one_sentence_with_what_to_do(
    call: str, code: int, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*call.split())
    assert result.exit_code == code, result.output
    assert sentence in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.output
    assert "Errno" not in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["lint"], [*FINANCE, "--quick", "--url"]])
def test_address_where_nobody_answers_is_told_with_what_to_do(words: list[str], silent_url: str) -> None:
    result = run(*words, silent_url, *([] if words == ["lint"] else ["--", "true"]))
    assert result.exit_code == 4
    assert result.stderr.splitlines()[-1] == (
        f"trendyol-emulator: no emulator answers at {silent_url} (Connection refused): "
        "start one with `trendyol-emulator serve`, or name the address of another"
    )


def test_address_of_something_else_is_told() -> None:
    with listening(PYTHON_PAGES, 10) as address:
        result = run("lint", address)
    assert result.exit_code == 4
    assert f"what answers at {address} is no emulator: GET " in result.stderr.splitlines()[-1]


def test_unknown_world_is_told_with_those_there_are(url: str) -> None:
    result = run(*FINANCE, "--url", url, "--control-token", TOKEN, "--world", "nope", "--", "true")
    assert result.exit_code == 2
    last = result.stderr.splitlines()[-1]
    assert last.endswith(
        "There is no seed world named nope; there are busy, demo, empty, samples, wall, wall-orders,"
        " wall-orders-tr, wall-tr."
    )
    assert "{" not in last


@pytest.mark.parametrize("token", [[], ["--control-token", "wrong"]])
def test_emulator_with_a_control_token_says_how_it_is_given(url: str, token: list[str]) -> None:
    for words in (["lint", url, *token], [*FINANCE, "--quick", "--url", url, *token, "--", "true"]):
        result = run(*words)
        assert result.exit_code == 4
        assert result.stderr.splitlines()[-1].endswith("TOKEN; name it with --control-token")


def test_lint_and_check_take_the_control_token(url: str, tmp_path: Path) -> None:
    traffic = run("lint", url, "--control-token", TOKEN)
    assert "no request to the vendor" in traffic.output
    words = ("--url", url, "--control-token", TOKEN, "--artifacts", tmp_path / "kept")
    assert "it ended with exit 1" in run(*FINANCE, "--quick", *words, "--", "false").output


def test_codes_are_documented() -> None:
    page = (ROOT / "docs" / "in-ci.md").read_text(encoding="utf-8")
    codes = {code for _, code, _ in WRONG_CALLS}
    assert [code for code in codes if f"| {code} | " not in page] == []
