"""While a block runs, an application of this process answers what HTTP clients in Python ask the vendor."""

from __future__ import annotations

import http.client  # noqa: F401  # its seam is in place before anything that stands on it is imported
import sys
import threading
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module

from contract_tests.inprocess.hosts import Reach
from contract_tests.inprocess.patching import Patches, each_when_imported
from contract_tests.inprocess.wire import Site, Wsgi

CLIENT_LIBRARIES = {
    "ssl": "contract_tests.inprocess.with_ssl",
    "http.client": "contract_tests.inprocess.with_http_client",
    "urllib3": "contract_tests.inprocess.with_urllib3",
    "httpcore": "contract_tests.inprocess.with_httpcore",
    "httpcore2": "contract_tests.inprocess.with_httpcore",
    "aiohttp": "contract_tests.inprocess.with_aiohttp",
}
_ACTIVE = threading.Lock()


@contextmanager
def reached(app: Wsgi, path: str = "", *, allow: Collection[str] = ()) -> Iterator[None]:
    """Have the vendor's hosts answered by ``app``; every other host but this machine is refused.

    The libraries write, read, retry and fail on their own, as they do on a network; only the socket is
    missing. Covered are http.client, urllib.request, urllib3 2, requests, httpx and httpx2 (on asyncio and
    trio) and aiohttp, imported before the block or in it, in every thread of this process. A transport or
    connector of the client's own stays its own; tools that record or replace classes of these libraries may
    be active before the block or begin in it. Not covered are raw sockets, child processes and clients in C.

    Shapes: ``path`` stands in front of every path, such as ``/w/name``; ``allow`` lists hosts that may
    really be called, exact or as ``*.example.com``. The application answers as WSGI wants; by raising
    ConnectionResetError it breaks the connection off: before the first piece of the body that is a reset,
    later a body cut short.
    Errors: RuntimeError when another block is active; in clients HostRefused for a host not allowed.
    """
    if not _ACTIVE.acquire(blocking=False):
        raise RuntimeError("calls to the vendor are already answered in this process; end that block first")
    with ExitStack() as after:
        after.callback(_ACTIVE.release)
        patches = Patches()
        reach = Reach(Site(app, path.rstrip("/")), allow)
        after.callback(patches.undo)
        after.callback(reach.end)
        after.enter_context(
            each_when_imported({name: partial(_install, name, patches, reach) for name in CLIENT_LIBRARIES})
        )
        yield


def _install(name: str, patches: Patches, reach: Reach) -> None:
    import_module(CLIENT_LIBRARIES[name]).install(patches, reach, sys.modules[name])
