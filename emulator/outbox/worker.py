"""The thread that calls subscribers: one event loop with a lane for each stage that has webhooks."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from threading import Event, Lock, Thread

from emulator.outbox.connections import Connections
from emulator.outbox.lane import Lane
from emulator.stage.stage import Stage
from emulator.stage.stages import Stages
from emulator.world.store.interface import StoreUnreachable

_LOG = logging.getLogger("emulator")
UNREACHABLE_S = 1.0
"""How long it waits for a database that does not answer."""
TICK_S = 0.02
"""How often it looks whether a clock has come to something."""
GATHER_S = 0.008
"""How long it waits for further results before it writes some down."""


class Outbox:
    """Calls the subscribers of all stages; its thread begins with the first webhook."""

    def __init__(self, stages: Stages) -> None:
        self._stages = stages
        self._lanes: dict[int, Lane] = {}
        self._starting = Lock()
        self._thread: Thread | None = None
        self._running = Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news: asyncio.Event | None = None
        self._is_awake = False
        self._is_stopping = False

    def wake(self) -> None:
        """Look for calls that are due; the thread begins when this is first called."""
        if self._is_awake and self._thread is not None:
            return
        self._is_awake = True
        self._start()
        if self._loop is not None and self._news is not None:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(self._news.set)

    def settle(self, stage: Stage) -> None:
        """Wait until every call of a stage that is due by its clock has had its result."""
        self._start()
        self._running.wait()
        if self._loop is not None and not self._is_stopping:
            asyncio.run_coroutine_threadsafe(self._settle(stage), self._loop).result()

    def stop(self) -> None:
        """End all work and the thread."""
        self._is_stopping = True
        if self._thread is None:
            return
        self._running.wait()
        self._is_awake = False
        self.wake()
        self._thread.join()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None and not self._is_stopping:
                self._thread = Thread(target=asyncio.run, args=(self._run(),), name="outbox", daemon=True)
                self._thread.start()

    async def _run(self) -> None:
        self._loop, self._news = asyncio.get_running_loop(), asyncio.Event()
        settings = self._stages.settings
        connections = Connections(settings.webhook_connect_s, settings.webhook_answer_s)
        self._running.set()
        try:
            while not self._is_stopping:
                self._is_awake = False
                self._news.clear()
                await self._turn(connections)
                with suppress(TimeoutError):
                    async with asyncio.timeout(TICK_S):
                        await self._news.wait()
                await asyncio.sleep(GATHER_S)
        finally:
            for lane in self._lanes.values():
                lane.cancel()
            connections.close()

    async def _turn(self, connections: Connections) -> None:
        """Give each stage its turn; one that breaks is told of and tried again."""
        stages = tuple(self._stages.stages.values())
        for stage in stages:
            lane = self._lane(stage, connections)
            try:
                if lane.has_work():
                    await lane.turn()
            except StoreUnreachable as fault:
                _LOG.error("the calls of stage %s wait: %s", stage.name, fault)
                await asyncio.sleep(UNREACHABLE_S)
            except Exception:
                _LOG.exception("the calls of stage %s broke the emulator", stage.name)
        open_ids = {id(stage) for stage in stages}
        for key in self._lanes.keys() - open_ids:
            self._lanes.pop(key).cancel()

    def _lane(self, stage: Stage, connections: Connections) -> Lane:
        key = id(stage)
        if key not in self._lanes:
            assert self._news is not None
            settings = self._stages.settings
            self._lanes[key] = Lane(stage, connections, settings.webhook_hosts, self._news)
        return self._lanes[key]

    async def _settle(self, stage: Stage) -> None:
        for lane in tuple(self._lanes.values()):
            if lane.stage is stage:
                await lane.settle()
