"""A stage that is another than the documents say, in a dozen ways that are planted one by one."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from flask import Flask
from werkzeug.test import run_wsgi_app

from emulator import Settings, create_app
from emulator.contract.contract import load_contract
from emulator.contract.sources import read_compiled

NOW_MS = 1_795_305_600_000
Body = dict[str, Any]


def alter_law(law: Any) -> None:
    """Other limits, orders and errors: what a stage enforces itself."""
    orders, products = law["documents"]["trendyol/orders/tr"], law["documents"]["trendyol/products/tr"]
    orders["components"]["parameters"]["sizeTr"]["schema"] |= {"maximum": 100, "default": 50}
    for name in ("approvedSize", "size"):
        if name in products["components"]["parameters"]:
            products["components"]["parameters"][name]["schema"]["maximum"] = 150
    orders["x-gates"] = ["ip_allowlist", "user_agent", "auth", "storefront", "rate_limit"]
    listing = orders["paths"]["/order/sellers/{sellerId}/v2/orders"]["get"]
    listing["x-page-window"] = {**listing["x-page-window"], "max": 5000}
    law["errors"]["status-invalid"]["status"] = 422
    law["errors"]["credentials-invalid"]["key"] = "authentication.refused"
    limits = law["documents"]["trendyol/questions/tr"]["x-limit"]
    limits[0] = {**limits[0], "requests": 20}


def alter_package(package: Body) -> None:
    """Other fields: what an answer holds."""
    package["shipmentAddress"]["buildingName"] = "A Blok"
    package["orderCountryCode"] = None
    package["cargoDeci"] = str(package["cargoDeci"])
    if package["invoiceStatus"] == "NotInvoiced":
        package["invoiceStatus"] = "Archived"
    del package["micro"]


def with_other_answers(app: Flask, slow_s: float) -> Callable[..., Iterable[bytes]]:
    """Answer as an application does, with other fields, and some answers late."""

    def answer(environ: Body, start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        chunks, status, headers = run_wsgi_app(app.wsgi_app, environ, buffered=True)
        body = b"".join(chunks)
        if status.startswith("200") and path.endswith("/v2/orders"):
            page = json.loads(body)
            for package in page["content"]:
                alter_package(package)
            body = json.dumps(page).encode()
        if status.startswith("200") and path.endswith("/approved"):
            page = json.loads(body)
            for variant in (one for content in page["content"] for one in content["variants"]):
                del variant["commission"]
            body = json.dumps(page).encode()
        if path.endswith("/addresses"):
            time.sleep(slow_s)
        others = [pair for pair in headers if pair[0].lower() != "content-length"]
        start_response(status, [*others, ("Content-Length", str(len(body)))])
        return [body]

    return answer


@contextmanager
def stage_of_another_law(alter: Callable[[Any], None], **settings: Any) -> Iterator[Flask]:
    """Make an emulator whose law is altered; the one beside this kit stays as it is."""
    law = copy.deepcopy(read_compiled())
    alter(law)
    with patch("emulator.contract.contract.read_compiled", lambda: law):
        contract = load_contract.__wrapped__()
    with patch("emulator.app.contract_with", lambda _: contract):
        app = create_app(Settings(world="demo", now_ms=NOW_MS, emulator_headers=False, **settings))
    yield app
    app.extensions["stages"].close_all()
