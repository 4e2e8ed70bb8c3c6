"""What a broken client is: the reference, what it does otherwise, and what has to catch it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

import requests

from contract_tests.clients.client import REFERENCE, Client
from contract_tests.clients.protocol import Codec


@dataclass(frozen=True, slots=True)
class Broken:
    """One client with one fault.

    Shapes: ``says`` what it does wrong; ``seen`` where such a client was met, in the words of the field
    notes; ``needs`` what has to happen before it shows, empty where any run shows it. ``caught_by`` names
    judges, and sorts of difference as ``held_as_true:missing`` (stale, duplicate, ghost, wrong), any of which
    is the right reason. ``advice`` where only a SHOULD is broken. ``client`` runs in process, ``script`` as a
    command of another language; the profile and the verb follow it.
    """

    name: str
    profile: str
    says: str
    seen: str
    caught_by: tuple[str, ...]
    client: Client | None = None
    script: tuple[str, ...] = ()
    edition: str = "int"
    needs: str = ""
    advice: bool = False

    @property
    def command(self) -> tuple[str, ...]:
        """The command of a driver; the verb follows it."""
        if self.script:
            return (*self.script, self.profile)
        return (sys.executable, "-m", "contract_tests.clients.broken", self.name, self.profile)


def speaking(speech: Codec) -> Client:
    """The reference with other manners of speech."""
    return replace(REFERENCE, protocol=speech)


def with_headers(request: requests.Request, **headers: str) -> requests.Request:
    """Put other headers; a name is written with underscores for dashes."""
    request.headers |= {name.replace("_", "-"): value for name, value in headers.items()}
    return request


def with_query(request: requests.Request, **query: object) -> requests.Request:
    """Put other parameters; None leaves one out."""
    params = {**request.params, **query}
    request.params = {name: value for name, value in params.items() if value is not None}
    return request


def with_url(request: requests.Request, old: str, new: str) -> requests.Request:
    """Put another address."""
    request.url = request.url.replace(old, new, 1)
    return request


def password(request: requests.Request) -> str:
    """The secret a request is authorised with."""
    return str(request.auth[1])
