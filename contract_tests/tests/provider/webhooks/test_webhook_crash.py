"""A server is killed while calls are queued: none is lost, and only those in flight are made again."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import TR
from contract_tests.tests.provider.support import stage_orders
from contract_tests.tests.provider.support.receivers import Receiver
from contract_tests.tests.provider.support.webhooks import KEY

ORDERS, TIMES = 20, 20
# From the arrival of a call to the moment at which its result is written down, on a busy machine.
IN_FLIGHT_S = 1.5
LONGEST_S = 30.0
JSON = {"Content-Type": "application/json"}


class Shop:
    """A server that was started, and one connection to it."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_S)

    def send(self, method: str, path: str, body: Any = None) -> Any:
        headers = {**TR, "SellerID": "2738"} | (JSON if body is not None else {})
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        assert answer.status == 200, text
        return json.loads(text) if text.startswith("{") else text

    def barcode(self) -> str:
        """The barcode of which there are most."""
        page = self.send("GET", "/integration/product/sellers/2738/products/approved")
        variants = [each for content in page["content"] for each in content["variants"]]
        return str(max(variants, key=lambda each: each["stock"]["quantity"])["barcode"])

    def order(self, code: str) -> Any:
        """Place an order; give its package."""
        number = self.send("POST", stage_orders.PATHS["core"], stage_orders.body_of("core", code, 1))
        path = f"/integration/order/sellers/2738/v2/orders?orderNumber={number['orderNumber']}"
        return self.send("GET", path)["content"][0]

    def ship(self, package: Any) -> None:
        path = f"/integration/test/order/sellers/2738/shipment-packages/{package['shipmentPackageId']}/status"
        line = {"lineId": package["lines"][0]["lineId"], "quantity": 1}
        self.send("PUT", path, {"lines": [line], "params": {}, "status": "Shipped"})

    def waiting(self) -> int:
        return int(self.send("GET", "/_emulator/health")["webhooks"]["waiting"])


@contextmanager
def served(folder: Path) -> Iterator[Shop]:
    """Serve a kept world for a block, and kill the server behind it."""
    world = folder / "world.json"
    world.write_text(json.dumps(stage_orders.recipe()), encoding="utf-8")
    command = [sys.executable, "-m", "emulator", "serve", "--port", "0", "--world", str(world)]
    command += ["--limits", "off", "--database", f"sqlite:///{folder}/stage.db"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        shop = Shop(port)
        try:
            yield shop
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            shop.connection.close()


def wait_until_nothing_waits(shop: Shop) -> None:
    end = time.monotonic() + LONGEST_S
    while shop.waiting():
        assert time.monotonic() < end, "calls still wait"
        time.sleep(0.02)


@pytest.mark.parametrize(
    "times", [pytest.param(1, id="once"), pytest.param(TIMES, id="often", marks=pytest.mark.nightly)]
)
def test_killed_server_loses_no_call(tmp_path: Path, receiver: Receiver, times: int) -> None:
    receiver.pause_s = 0.02
    rng, kill_moments, answers = random.Random(14), [], []
    for number in range(times):
        with served(tmp_path) as shop:
            if number == 0:
                webhook = {**KEY, "url": receiver.url, "subscribedStatuses": ["CREATED", "SHIPPED"]}
                shop.send("POST", "/integration/webhook/sellers/2738/webhooks", webhook)
            code = shop.barcode()
            for _ in range(ORDERS):
                package = shop.order(code)
                answers.append((package["shipmentPackageId"], "Created"))
                shop.ship(package)
                answers.append((package["shipmentPackageId"], "Shipped"))
            time.sleep(rng.random() * 0.1)
            kill_moments.append(time.monotonic())
    with served(tmp_path) as shop:
        wait_until_nothing_waits(shop)
    arrivals = [(each["shipmentPackageId"], each["status"]) for each in receiver.packages]
    assert set(answers) <= set(arrivals)
    for package, _ in answers:
        own = [status for number, status in arrivals if number == package]
        assert own.index("Created") < own.index("Shipped")
        assert own == sorted(own)
    for call in set(arrivals):
        pairs = zip(receiver.moments, arrivals, strict=True)
        *repeated_moments, _ = [moment for moment, arrival in pairs if call == arrival]
        for moment in repeated_moments:
            assert any(abs(kill - moment) < IN_FLIGHT_S for kill in kill_moments), call
