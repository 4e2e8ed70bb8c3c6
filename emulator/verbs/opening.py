"""Opens a stage in this process: its loop in a thread, two ports, and proxies that lead there."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from threading import Thread
from typing import Any

import orjson

from emulator.adapters.asgi import asgi_application
from emulator.adapters.listeners import Listeners, TlsFiles
from emulator.app import open_dispatcher, pages_of
from emulator.attach.certificates import Certificates
from emulator.attach.proxy import Passage, Route, open_proxy, proxy_port
from emulator.contract.contract import vendor_hosts
from emulator.exchange import Request
from emulator.pipeline.dispatch import Dispatcher
from emulator.settings import Settings
from emulator.stage.stage import Stage
from emulator.stage.stages import DEFAULT
from emulator.world.accounts.api_clients import all_clients
from emulator.world.accounts.buyers import all_buyers
from emulator.world.accounts.sellers import Seller, all_sellers
from emulator.world.core.collector import collector_at_rest

LOOPBACK = "127.0.0.1"
_HEADERS = {"host": LOOPBACK, "content-type": "application/json"}
_FAREWELL_S = 2.0


@dataclass(frozen=True, slots=True)
class OpenStage:
    """A stage of this process while it runs."""

    dispatcher: Dispatcher
    listeners: Listeners
    port: int
    """Its plain port."""
    tls_port: int

    @property
    def url(self) -> str:
        """Where it answers without TLS."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def stage(self) -> Stage:
        """The world that it opened first."""
        return self.dispatcher.stages.default

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Ask its control API, and give status and JSON."""
        token = self.dispatcher.stages.settings.control_token
        headers = _HEADERS | ({"authorization": f"Bearer {token}"} if token else {})
        content = b"" if body is None else orjson.dumps(body)
        request = Request(method, path, "", headers, content, LOOPBACK, address=path)
        reply = self.dispatcher.dispatch(DEFAULT, request).answer()
        return reply.status, orjson.loads(b"".join(reply.parts))

    def open_proxy(self, way: str, tunnels: Sequence[str], passages: list[Passage]) -> int:
        """Open a proxy that leads to it, and give its port; what comes through is noted under ``way``."""
        route = Route(frozenset(vendor_hosts()), LOOPBACK, self.port, self.tls_port, tuple(tunnels))
        return self.listeners.run(proxy_port(open_proxy(route, way, passages.append)))


@contextmanager
def opened_stage(
    settings: Settings, certificates: Certificates, ports: tuple[int, int] = (0, 0)
) -> Iterator[OpenStage]:
    """Have a stage for a block.

    Shapes: ``ports`` are the plain one and the one with TLS, a free one for 0.
    Errors: those of ``open_dispatcher``; OSError when nobody can listen.
    """
    with collector_at_rest():
        dispatcher = open_dispatcher(settings)
    gc.enable()
    loop = asyncio.new_event_loop()
    tls = TlsFiles(certificates.chain, certificates.key)
    application = asgi_application(dispatcher, cache(lambda: pages_of(dispatcher).wsgi_app))
    listeners = Listeners(LOOPBACK, application, loop, tls)
    dispatcher.stages.ports.listen = listeners.listen
    thread = Thread(target=partial(run_loop, loop), name="stage", daemon=True)
    thread.start()
    try:
        yield OpenStage(
            dispatcher, listeners, listeners.listen_at(ports[0]), listeners.listen_at(ports[1], with_tls=True)
        )
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_FAREWELL_S)
        dispatcher.stages.close_all()


def run_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Run a loop until it is stopped."""
    asyncio.set_event_loop(loop)
    loop.run_forever()


def speaking_seller(stage: Stage, number: int | None) -> Seller:
    """Give the seller of a number, else the first international one, else the first.

    Errors: LookupError with one sentence when there is none of it.
    """
    sellers = list(all_sellers(stage.world))
    match = [each for each in sellers if each.id == number]
    if number is not None and not match:
        raise LookupError(f"--seller {number} is not here: {', '.join(str(each.id) for each in sellers)} are")
    return (match or sorted(sellers, key=lambda each: each.edition != "int"))[0]


def account_variables(local_stage: OpenStage, seller: Seller) -> Mapping[str, str]:
    """Write what a program that reads its host and keys from the environment finds there."""
    world = local_stage.stage.world
    variables = {
        "TRENDYOL_BASE_URL": local_stage.url,
        "TRENDYOL_SELLER_ID": str(seller.id),
        "TRENDYOL_API_KEY": seller.key,
        "TRENDYOL_API_SECRET": seller.secret,
        "TRENDYOL_STOREFRONT": seller.storefronts[0] if seller.edition == "int" else "",
        "B2B_BASE_URL": f"{local_stage.url}/b2bbuyergateway",
        "PAZARSYNC_BASE_URL": local_stage.url,
    }
    for buyer in list(all_buyers(world))[:1]:
        variables |= {"B2B_USER": buyer.user, "B2B_PASSWORD": buyer.password}
    for client in list(all_clients(world))[:1]:
        variables |= {"PAZARSYNC_CLIENT_ID": client.id, "PAZARSYNC_CLIENT_SECRET": client.secret}
    return variables
