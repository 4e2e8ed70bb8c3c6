"""The emulator behind real sockets, once on each of its adapters, for what only a wire can show."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.serving import make_server

from contract_tests.stages.server import serving
from contract_tests.tests.provider.conftest import NOW_MS
from emulator import Settings, create_app

ADAPTERS = ("asgi", "wsgi")


@contextmanager
def listening(adapter: str) -> Iterator[str]:
    """Serve the suite's empty world through one of the adapters and give the address."""
    if adapter == "asgi":
        with serving("--world", "empty", "--now", str(NOW_MS), "--limits", "off", "--strict") as address:
            yield address
        return
    app = create_app(Settings(world="empty", now_ms=NOW_MS, limits="off", check_answers=True))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    app.extensions["stages"].close_all()
