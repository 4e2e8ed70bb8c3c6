"""serve --tls answers under the vendor's names; a proxy leads to each world that has a port of its own."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.stages.control_api import http_client
from contract_tests.stages.server import serving
from contract_tests.tests.provider.attach.attached import need_program
from emulator import vendor_hosts
from emulator.verbs.serve_tls import hosts_text

NAME = "apigw.trendyol.com"
BROKEN_OFF = {16, 18, 52, 56, 92}
"""What curl ends with where an answer does not come whole: HTTP/2, a part, nothing, a reset, a stream."""
PATH = "/integration/order/sellers/2738/v2/orders"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server with TLS and a proxy, and the authority to trust."""
    authority = tmp_path_factory.mktemp("authority") / "authority.pem"
    words = ("--world", "empty", "--tls-port", "0", "--proxy-port", "0", "--ca", str(authority))
    with serving(*words) as address:
        yield address, authority


def curl(server: tuple[str, Path], proxy_port: int, *words: str, path: str = PATH) -> str:
    """Ask the vendor's address through a proxy; gives version and status."""
    need_program("curl")
    command = ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_version} %{http_code}", "--noproxy", ""]
    command += ["--cacert", str(server[1]), "-x", f"http://127.0.0.1:{proxy_port}", *words]
    keys = ["-u", "demo-tr-key:demo-tr-secret", "-A", "2738 - SelfIntegration"]
    address = f"https://{NAME}{path}"
    return subprocess.run([*command, *keys, address], capture_output=True, text=True, check=True).stdout


def new_world(address: str, name: str) -> int:
    """Open a world with a port of its own, and give its proxy's port."""
    row = http_client(address)("POST", "/_emulator/worlds", {"name": name, "own_port": True})
    assert row["proxy_port"] != row["port"]
    return int(row["proxy_port"])


@pytest.fixture(scope="module")
def tls_world(server: tuple[str, Path]) -> int:
    """The proxy's port of a world whose pages are asked for."""
    return new_world(server[0], "paged")


def test_world_is_met_through_its_proxy_by_either_version_of_http(server: tuple[str, Path]) -> None:
    proxy_port = new_world(server[0], "first")
    assert curl(server, proxy_port) == "2 200"
    assert curl(server, proxy_port, "--http1.1") == "1.1 200"
    rows = http_client(server[0])("GET", "/w/first/_emulator/requests")["requests"]
    assert [row["target"] for row in rows] == [PATH, PATH]
    assert http_client(server[0])("GET", "/_emulator/requests")["requests"] == []


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://localhost", 200), ("http://localhost", 403), ("https://evil.example", 403)],
)
def test_buttons_of_a_page_over_tls_work_and_those_of_other_pages_do_not(
    server: tuple[str, Path], tls_world: int, origin: str, status: int
) -> None:
    words = ("-X", "POST", "-H", "Host: localhost", "-H", f"Origin: {origin}", "--http1.1")
    assert curl(server, tls_world, *words, path="/_emulator/clock/run") == f"1.1 {status}"


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
@pytest.mark.parametrize("cut", ["reset", "truncated"])
def test_cut_reaches_the_client_through_tls(server: tuple[str, Path], version: str, cut: str) -> None:
    name = f"cut-{cut}{version.replace('.', '-').strip('-')}"
    proxy_port = new_world(server[0], name)
    fault = {"operation": "getShipmentPackages", "cut": cut}
    http_client(server[0])("POST", f"/w/{name}/_emulator/faults", fault)
    with pytest.raises(subprocess.CalledProcessError) as failure:
        curl(server, proxy_port, version)
    assert failure.value.returncode in BROKEN_OFF, failure.value.stderr


def test_lines_for_a_hosts_file_name_every_host() -> None:
    lines = [line.split() for line in hosts_text("127.0.0.1", 443) if not line.strip().startswith("#")]
    assert lines == [["127.0.0.1", host] for host in vendor_hosts()]
    assert any(re.search("--tls-port 443", line) for line in hosts_text("127.0.0.1", 8443))
