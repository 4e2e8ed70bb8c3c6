"""What the Dockerfile makes runs as its user, with a root that nobody can write to and no network.

There is no Docker here: the nightly sweep does the Dockerfile's steps in bare Debian roots instead, where a
machine lets it, and starts what comes of them as docker run would.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from contract_tests.stages.server import serving
from contract_tests.tests.house.container_files import STEPS, ours, service_environments
from contract_tests.tests.house.container_roots import (
    REUSED_ROOT,
    TOOLS,
    Container,
    Image,
    build,
    make_bare_root,
    running,
)

SINCE = ("--world", "demo", "--seed", "7", "--now", "1795305600000")
TOKEN = {"TRENDYOL_EMULATOR_CONTROL_TOKEN": "secret"}
FINDINGS = "/_emulator/findings"
OWNER = ("-H", "Authorization: Bearer secret")
KINDS = ("github", "gitlab", "docs", "compose")
SELLER = ("-u", "demo-int-key:demo-int-secret", "-A", "2748 - SelfIntegration", "-H", "storeFrontCode: RO")


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """What the Dockerfile's steps leave in roots of their own."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing or os.geteuid() != 0:
        pytest.skip(f"a root of its own takes root and {', '.join(missing) or 'no more'}")
    work = tmp_path_factory.mktemp("container")
    bare_root = Path(os.environ.get(REUSED_ROOT) or work / "bare")
    if not bare_root.exists():
        suite = STEPS[0].text.removeprefix("debian:").partition("-")[0]
        make_bare_root(suite, bare_root)
    return build(STEPS, bare_root, work)


@pytest.fixture
def data(tmp_path: Path, image: Image) -> Path:
    """What is mounted on /data: empty, and the user's."""
    place = tmp_path / "data"
    place.mkdir()
    os.chown(place, *map(int, image.user))
    return place


def end(container: Container) -> float:
    """Send SIGTERM to its first process; give the seconds until all of it is gone."""
    began = time.monotonic()
    os.kill(container.number, signal.SIGTERM)
    assert container.process.wait(20) == 0
    return time.monotonic() - began


def first_line(container: Container) -> str:
    assert container.process.stdout is not None
    return container.process.stdout.readline()


@pytest.mark.nightly
def test_container_answers_as_a_checkout_does(image: Image, data: Path) -> None:
    variables = {f"TRENDYOL_EMULATOR_{SINCE[n][2:].upper()}": SINCE[n + 1] for n in range(0, len(SINCE), 2)}
    lines = [
        "/integration/product/sellers/2748/products/approved?size=100",
        "/integration/order/sellers/2748/orders?size=50",
        "/_emulator/rules",
        "/_emulator/sellers",
    ]
    with running(image, data, variables | TOKEN) as container, serving(*SINCE, timeout_s=90) as address:
        assert first_line(container) == "Listening on http://0.0.0.0:8080\n"
        for line in lines:
            options = OWNER if line.startswith("/_emulator") else SELLER
            here = container.get(line, *options)
            there = container.ask_machine(address + line, *options)
            assert json.loads(here) == json.loads(there), line
        here, there = container.get(FINDINGS, *OWNER), container.ask_machine(address + FINDINGS)
        assert rule_ids(here) == rule_ids(there) != set()


def rule_ids(body: bytes) -> set[str]:
    return {finding["rule"] for finding in json.loads(body)["findings"]}


@pytest.mark.nightly
def test_container_is_healthy_and_writes_to_its_volume_alone(image: Image, data: Path) -> None:
    variables = {
        "TRENDYOL_EMULATOR_CONTROL_TOKEN": "secret",
        "TRENDYOL_EMULATOR_DATABASE": "sqlite:////data/stage.db",
    }
    with running(image, data, variables) as container:
        first_line(container)
        health = container.execute(*image.health_command)
        assert (health.returncode, health.stderr) == (0, "")
        assert container.execute("id", "-u").stdout == f"{image.user[0]}\n"
        for place in ("/", "/etc/trendyol-emulator/worlds", "/opt/trendyol-emulator", "/tmp", "/var/tmp"):
            assert container.execute("touch", f"{place}/x").returncode != 0, place
        assert b"frozen" in container.get("/_emulator/clock/freeze", "-X", "POST", *OWNER)
        assert end(container) < 5
        assert container.process.stdout is not None
        assert "Traceback" not in container.process.stdout.read()
    with running(image, data, variables) as container:
        first_line(container)
        assert b"frozen" in container.get("/_emulator/clock", *OWNER)
        assert end(container) < 5


@pytest.mark.nightly
@pytest.mark.parametrize("environment", list(service_environments()), ids=KINDS)
def test_service_block_starts_a_container(image: Image, data: Path, environment: Mapping[str, str]) -> None:
    own = {name: re.sub(r"\$\{\w+:-(.*)\}", r"\1", environment[name]) for name in ours(environment)}
    with running(image, data, own) as container:
        assert "Listening on http://0.0.0.0:8080" in first_line(container)
        assert container.execute(*image.health_command).returncode == 0
        assert end(container) < 5
