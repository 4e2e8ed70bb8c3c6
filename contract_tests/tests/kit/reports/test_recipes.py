"""What the recipes of the documentation tell one to type does what they say of it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.clients.independent import orders_webhook
from contract_tests.stages.server import serving
from contract_tests.tests.kit.support.guide_programs import program_of
from contract_tests.tests.places import DOCS

RECIPES = DOCS / "recipes"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HERE = re.compile(r"(http://127\.0\.0\.1|localhost):808[01]")
LONGEST_S = 240.0
needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl")


def commands(page: str) -> list[str]:
    """Every command of a page, a line each."""
    blocks = BLOCK.findall((RECIPES / page).read_text(encoding="utf-8"))
    texts = [text.replace("\\\n", " ") for language, text in blocks if not language]
    return [line for text in texts for line in text.splitlines()]


def command(page: str, *words: str) -> str:
    """The one command of a page that has all these words."""
    (line,) = [line for line in commands(page) if set(words) <= set(line.split())]
    return line


def run(line: str, folder: Path | None = None, url: str = "") -> subprocess.CompletedProcess[str]:
    """Type a command; ``url`` stands in the place of the emulator that it asks."""
    scripts = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    text = HERE.sub(url, line) if url else line
    return subprocess.run(
        ["bash", "-c", text],
        cwd=folder,
        env={**os.environ, "PATH": scripts},
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )


def options(line: str) -> list[str]:
    """What a printed `serve` is given beside its port."""
    words = shlex.split(line)[2:]
    return words[: words.index("--port")] if "--port" in words else words


def status_line(line: str, url: str) -> str:
    """What curl -i prints first."""
    return run(f"{line} -sS", url=url).stdout.split("\r\n")[0]


@needs_curl
def test_address_closes_when_the_clock_passes_its_day() -> None:
    page = "closing-date.md"
    ask = command(page, "curl", "-i")
    with serving(*options(command(page, "serve", "2026-10-14"))) as url:
        assert "200" in status_line(ask, url)
        assert run(f"{command(page, 'curl', '-X')} -sS --fail-with-body", url=url).returncode == 0
        assert "426" in status_line(ask, url)


@pytest.mark.nightly
@needs_curl
@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--now", "2026-10-14T10:05:00+03:00"], "426"),
        (["--as-of", "2026-12-01", "--decide", "order-v1=open"], "200"),
        (["--as-of", "2026-10-14", "--decide", "order-v1=closed"], "426"),
    ],
    ids=["brown-out", "open", "closed"],
)
def test_closing_can_be_met_early_or_put_off(words: list[str], status: str) -> None:
    text = (RECIPES / "closing-date.md").read_text(encoding="utf-8")
    assert " ".join(words[-2:]) in text
    with serving(*words) as url:
        assert status in status_line(command("closing-date.md", "curl", "-i"), url)


@pytest.mark.nightly
def test_changes_and_the_traffic_after_the_day_are_shown() -> None:
    page = "closing-date.md"
    assert "2026-10-15" in run(command(page, "changes")).stdout
    with serving(*options(command(page, "serve", "2026-12-01"))) as url:
        run(command(page, "curl", "-i"), url=url)
        judgement = run(command(page, "lint"), url=url)
    assert "TY-PLT-022" in judgement.stdout, judgement.stderr


@pytest.mark.nightly
def test_client_that_loses_orders_fails_as_the_recipe_prints(tmp_path: Path) -> None:
    page = "lost-orders.md"
    judgement = run(command(page, "check", "python"), tmp_path)
    text = " ".join(judgement.stdout.split())
    assert judgement.returncode == 1, judgement.stdout + judgement.stderr
    assert "MUST TY-ORD-901" in text
    # How many lie in the window that is skipped depends on the hour.
    assert re.search(r"exit 0 although \d+ of \d+ orders were never sent to it", text)
    assert "was refused with 429 and was never read" in text
    printed = (RECIPES / page).read_text(encoding="utf-8")
    (kept,) = re.findall(r"`trendyol-emulator replay (\S+) --serve`", printed)
    assert (tmp_path / kept).is_file()
    assert "TY-ORD-004" in run("trendyol-emulator rules show TY-ORD-004").stdout


@pytest.mark.nightly
@pytest.mark.skipif(not shutil.which("php"), reason="there is no php")
def test_client_of_the_orders_page_passes_the_command_of_the_recipe(tmp_path: Path) -> None:
    program = program_of("php", (DOCS / "orders.md").read_text(encoding="utf-8"))
    (tmp_path / "my_client.php").write_text(program, encoding="utf-8")
    judgement = run(command("lost-orders.md", "check", "php"), tmp_path)
    assert judgement.returncode == 0, judgement.stdout + judgement.stderr
    assert "PASSED no MUST rule broken" in judgement.stdout


@pytest.mark.nightly
def test_right_receiver_passes_the_command_of_the_recipe(tmp_path: Path) -> None:
    shutil.copy(Path(orders_webhook.__path__[0]) / "requests_server.py", tmp_path / "hook.py")
    judgement = run(command("webhooks-in-ci.md", "check"), tmp_path)
    assert judgement.returncode == 0, judgement.stdout + judgement.stderr
    assert 'failures="0"' in (tmp_path / "findings.xml").read_text(encoding="utf-8")


@pytest.mark.nightly
def test_server_for_containers_takes_what_the_recipe_prints() -> None:
    with serving(*options(command("webhooks-in-ci.md", "serve"))) as url:
        port = url.rpartition(":")[2]
        answer = run(f"trendyol-emulator health --port {port}")
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_recipes_have_no_other_commands() -> None:
    assert {path.name: len(commands(path.name)) for path in RECIPES.glob("*.md")} == {
        "closing-date.md": 6,
        "lost-orders.md": 2,
        "webhooks-in-ci.md": 2,
    }
