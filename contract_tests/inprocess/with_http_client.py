"""http.client and all that stands on it: urllib.request, urllib3, requests.

They go on writing and reading HTTP themselves. A connection to the vendor has an object in the place of its
socket; no name is looked up, no TLS spoken.
"""

from __future__ import annotations

import http.client
import io
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from contract_tests.inprocess.hosts import Reach
from contract_tests.inprocess.patching import Patches, own_class
from contract_tests.inprocess.wire import Connection


class SocketStandIn:
    """What http.client needs of a socket, around a connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.limit_s: float | None = None

    def settimeout(self, limit_s: float | None) -> None:
        """Set how long a reader waits. Units: seconds."""
        self.limit_s = limit_s

    def sendall(self, data: bytes | bytearray | memoryview) -> None:
        """Take a piece of the request."""
        self.connection.request_bytes += data

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        """Give the answer as a file."""
        return io.BufferedReader(Answer(self))

    def close(self) -> None:
        """Nothing to do: a file that was made of the socket lives on, as it does with a real one."""

    def shutdown(self, _: int) -> None:
        """End the answer."""
        self.connection.hang_up()


class Answer(io.RawIOBase):
    """The bytes of an answer, read from the connection when they are wanted."""

    def __init__(self, socket: SocketStandIn) -> None:
        super().__init__()
        self.socket = socket
        self.left = memoryview(b"")

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as the next piece goes."""
        if not self.left:
            self.left = memoryview(self.socket.connection.receive(self.socket.limit_s))
        size = min(len(buffer), len(self.left))
        buffer[:size], self.left = self.left[:size], self.left[size:]
        return size

    def close(self) -> None:
        """Close the connection."""
        if not self.closed:
            self.socket.connection.hang_up()
        super().close()


def install(patches: Patches, reach: Reach, _: ModuleType) -> None:
    """Lead to the application with http.client's own connections."""
    connection = own_class(http.client, "HTTPConnection")
    request = connection.putrequest

    def putrequest(self: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        # A call that a proxy would pass on names its host in the address, whoever the connection is to.
        self.bound_for = urlsplit(url).hostname if "://" in url.partition("?")[0] else None
        if reach.takes(destination(self)) and not isinstance(self.sock, SocketStandIn):
            attach_socket(self, reach)
        return request(self, method, url, *args, **kwargs)

    patches.put(connection, "putrequest", putrequest)
    install_on(patches, reach, connection, own_class(http.client, "HTTPSConnection", connection))


def install_on(patches: Patches, reach: Reach, *kinds: Any) -> None:
    """Have connections of these kinds lead to the application instead of the vendor."""
    for kind in kinds:
        patches.put(kind, "connect", make_connect(kind.connect, reach))


def make_connect(really: Any, reach: Reach) -> Any:
    """Make a ``connect`` that knows which hosts are answered here."""

    def connect(self: Any) -> None:
        if reach.takes(destination(self)):
            attach_socket(self, reach)
        else:
            really(self)

    return connect


def destination(connection: Any) -> str:
    """Tell which host a connection is for, behind whatever proxy."""
    host: str = getattr(connection, "bound_for", None) or connection._tunnel_host or connection.host
    return host


def attach_socket(connection: Any, reach: Reach) -> None:
    """Give a connection a stand-in for its socket; the rest is what urllib3 remembers of a connected one."""
    if connection.sock is not None:
        connection.sock.close()
    connection.sock = SocketStandIn(Connection(reach.site))
    if isinstance(connection.timeout, int | float):
        connection.sock.settimeout(connection.timeout)
    connection.is_verified = True
    connection._has_connected_to_proxy = True
