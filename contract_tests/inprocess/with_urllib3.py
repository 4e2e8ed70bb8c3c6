"""urllib3, and requests on it: their connections are http.client's, but connect in their own way."""

from __future__ import annotations

from urllib3.connection import HTTPConnection, HTTPSConnection

from contract_tests.inprocess.hosts import Reach
from contract_tests.inprocess.patching import Patches
from contract_tests.inprocess.with_http_client import install_on


def install(patches: Patches, reach: Reach) -> None:
    """Put lines under urllib3's connections."""
    install_on(patches, reach, HTTPConnection, HTTPSConnection)
