"""One application for all tests of a process: a world for each of them, a real port where one needs it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from werkzeug.serving import make_server
from werkzeug.test import Client

from contract_tests.pytest_plugin.handles import Json, Stage
from emulator import Settings, create_app

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# How long a closing port may take to notice.
POLL_S = 0.01
INTERNATIONAL_FIRST = {"int": 0, "tr": 1}


def mount_at(app: Wsgi, prefix: str) -> Wsgi:
    """Serve the same application at ``prefix``."""

    def within(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return app({**environ, "PATH_INFO": prefix + environ["PATH_INFO"]}, start_response)

    return within


@dataclass(slots=True)
class Emulator:
    """One application for all tests of a process; opens a world for each of them."""

    app: Any = field(default_factory=lambda: create_app(Settings(world="empty")))
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def open(
        self,
        world: str = "demo",
        *,
        seed: int | None = None,
        now: int | None = None,
        as_of: str | None = None,
        seller: int | None = None,
    ) -> Stage:
        """Open a world; without a ``seller`` the first international one speaks.

        Units: ``now`` epoch milliseconds UTC; ``as_of`` a day in its place, as 2026-10-15.
        """
        name = f"test-{next(self.numbers)}"
        body = {"name": name, "world": world, "seed": seed, "now_ms": now, "as_of": as_of}
        answer = Client(self.app).post(
            "/_emulator/worlds", json={word: value for word, value in body.items() if value is not None}
        )
        world_row: Json = answer.get_json()
        assert answer.status_code == 201, world_row["message"]
        client = Client(mount_at(self.app, world_row["path"]))
        try:
            return stage_of(client, world_row, seller)
        except AssertionError:
            self._forget(world_row["path"])
            raise

    def close(self, stage: Stage) -> None:
        """Forget a world."""
        self._forget(stage.path)

    def _forget(self, path: str) -> None:
        Client(self.app).delete(f"/_emulator/worlds/{path.rpartition('/')[2]}")

    @contextmanager
    def listening(self, stage: Stage) -> Iterator[str]:
        """Have a world at the root of a real port of this machine, and give its origin."""
        server = make_server("127.0.0.1", 0, mount_at(self.app, stage.path), threaded=True)
        thread = threading.Thread(target=partial(server.serve_forever, POLL_S), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def stop(self) -> None:
        """Close every world."""
        self.app.extensions["stages"].close_all()


def stage_of(client: Client, world_row: Mapping[str, Any], seller: int | None) -> Stage:
    """One seller's view of an opened world."""
    sellers: list[Json] = client.get("/_emulator/sellers").get_json()["sellers"]
    sellers.sort(key=lambda one: INTERNATIONAL_FIRST[one["edition"]])
    speaker = next((one for one in sellers if seller in (None, one["id"])), None)
    assert speaker, f"no seller {seller} in the world {world_row['world']}"
    return Stage(
        client=client,
        path=world_row["path"],
        seller=speaker["id"],
        key=speaker["key"],
        secret=speaker["secret"],
        storefront=speaker["storefronts"][0],
        serve_options=f"--world {world_row['world']} --seed {world_row['seed']}",
    )
