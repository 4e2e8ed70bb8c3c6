"""What serve does for --tls: certificates, a second port, a proxy, and lines for a hosts file."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from emulator.adapters.addresses import reachable_address
from emulator.adapters.listeners import Listeners, TlsFiles, claim
from emulator.attach.certificates import CertificateFault, Certificates, make_certificates
from emulator.attach.isolation import hosts_lines
from emulator.attach.proxy import Route, open_proxy, proxy_port
from emulator.contract.contract import vendor_hosts
from emulator.logs import say
from emulator.options import ENVIRONMENT, complain
from emulator.pipeline.dispatch import Dispatcher
from emulator.serve import Service, announce, listeners_for

_LOOPBACK = "127.0.0.1"
_USUAL_PORT = 443
_FIRST_REQUEST = b"GET /_emulator/ready HTTP/1.0\r\nHost: localhost\r\n\r\n"
_ANSWER_BYTES = 2**16


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """What the call of serve says about TLS."""

    certificates: Certificates
    port: int
    """The port with TLS; a free one for 0."""
    has_hosts: bool = False
    """Whether lines for a hosts file are printed."""
    proxy_port: int | None = None
    """The proxy's port; None where there is none."""
    tunnels: tuple[str, ...] = ()
    """Other hosts that the proxy lets through."""


def tls_service(
    host: str, port: int, folder: Path, load: Callable[[], Dispatcher], options: Mapping[str, Any]
) -> Service:
    """Bring together what the worker serves at an address, with TLS as the call asks for it."""
    tls = tls_options(folder, options)
    for number, name in ((tls.port, "--tls-port"), (tls.proxy_port or 0, "--proxy-port")):
        try:
            claim(host, number)
        except OSError as fault:
            complain(f"port {number} cannot be listened on ({fault.strerror}): choose {name}", ENVIRONMENT)
    return Service(
        host, port, load, partial(tls_listeners, host, tls), partial(announce_with_tls, host, port, tls)
    )


def tls_options(folder: Path, options: Mapping[str, Any]) -> TlsOptions:
    """Make what the call asks for."""
    kept_file = Path(options["ca"]) if options["ca"] else None
    try:
        certificates = make_certificates(folder, vendor_hosts(), kept_file)
    except CertificateFault as fault:
        complain(fault, ENVIRONMENT)
    if kept_file is not None:  # it is there when this server has gone
        certificates = replace(certificates, authority=kept_file.absolute())
    return TlsOptions(
        certificates, options["tls_port"], options["hosts"], options["proxy_port"], options["tunnel"]
    )


def tls_listeners(host: str, tls: TlsOptions, dispatcher: Dispatcher) -> Listeners:
    """Make the application with what its further ports need: certificates, and a proxy for each."""
    listeners = listeners_for(host, dispatcher)
    listeners.tls = TlsFiles(tls.certificates.chain, tls.certificates.key)
    if tls.proxy_port is not None:
        listeners.proxy = partial(open_world_proxy, reachable_address(host), tls.tunnels)
    return listeners


async def open_world_proxy(address: str, tunnels: Sequence[str], port: int, tls_port: int) -> int:
    """Open a proxy that leads to a world's two ports, and give its port."""
    route = Route(frozenset(vendor_hosts()), address, port, tls_port, tuple(tunnels))
    return await proxy_port(open_proxy(route))


def announce_with_tls(
    host: str, port: int, tls: TlsOptions, dispatcher: Dispatcher, listeners: Listeners
) -> None:
    """Open the port with TLS and the proxy, and print where they are after all else."""
    with socket.create_connection((reachable_address(host), port)) as connection:
        # The loop that serves is known with the first request.
        connection.sendall(_FIRST_REQUEST)
        connection.recv(_ANSWER_BYTES)
    announce(host, port, dispatcher, listeners)
    tls_port = listeners.listen_at(tls.port, with_tls=True)
    say(f"  TLS {place_of(host, tls_port)}   CA {tls.certificates.authority}")
    if tls.proxy_port is not None:
        route = Route(frozenset(vendor_hosts()), reachable_address(host), port, tls_port, tls.tunnels)
        proxy = listeners.run(proxy_port(open_proxy(route, port=tls.proxy_port)))
        say(f"  proxy http://{_LOOPBACK}:{proxy} for {', '.join(vendor_hosts())}")
    if tls.has_hosts:
        say("\n".join(hosts_text(reachable_address(host), tls_port)))


def place_of(host: str, port: int) -> str:
    """Write an address with TLS."""
    return f"https://{f'[{host}]' if ':' in host else host}:{port}"


def hosts_text(address: str, port: int) -> list[str]:
    """Write the lines of a hosts file, and what else a program on that machine needs."""
    lines = [
        "  # for /etc/hosts of the machine that the program runs on; it has to trust the CA as well:",
        *hosts_lines(vendor_hosts(), address).splitlines(),
    ]
    if port != _USUAL_PORT:
        lines.append(
            f"  # names carry no port and programs ask {_USUAL_PORT}: give --tls-port {_USUAL_PORT}, too"
        )
    return lines
