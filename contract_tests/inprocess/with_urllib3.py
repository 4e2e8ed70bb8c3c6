"""urllib3, and requests on it: their connections are http.client's, but connect in their own way."""

from __future__ import annotations

import http.client
from types import ModuleType

import urllib3.connection

from contract_tests.inprocess.hosts import Reach
from contract_tests.inprocess.patching import Patches, own_class
from contract_tests.inprocess.with_http_client import install_on


def install(patches: Patches, reach: Reach, _: ModuleType) -> None:
    """Put lines under urllib3's connections."""
    root = own_class(http.client, "HTTPConnection")
    kinds = (own_class(urllib3.connection, name, root) for name in ("HTTPConnection", "HTTPSConnection"))
    install_on(patches, reach, *kinds)
