"""The vendor's hosts stand in the specs, once."""

from __future__ import annotations

import pytest

from contract_tests.tests.places import ROOT
from emulator import vendor_hosts
from emulator.contract.contract import load_contract


def test_hosts_have_a_source() -> None:
    assert all(host["x-source"]["page"] for host in load_contract().hosts.values())


@pytest.mark.parametrize("room", ["emulator", "contract_tests/inprocess", "contract_tests/cli"])
def test_no_room_lists_the_hosts_itself(room: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / room).rglob("*.py")]
    assert [text[:80] for text in texts if sum(f'"{host}"' in text for host in vendor_hosts()) > 1] == []
