"""The calls of one stage: what is due is taken from its world, called, and what came of it written down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from emulator.outbox.connections import Connections, NoAnswer
from emulator.outbox.targets import head_of, is_allowed, place_of
from emulator.stage.call_faults import meet_faults, probe_of
from emulator.stage.stage import Stage
from emulator.world.core.calendar import NEVER
from emulator.world.hooks.model import Delivery, Result
from emulator.world.hooks.queue import QueueState, due_deliveries, next_due_after
from emulator.world.hooks.results import record_results
from emulator.world.hooks.subscriptions import Webhooks, all_webhooks

MOST_AT_ONCE = 64
MOST_A_TURN = 16
"""How many calls begin together while requests are answered beside them: more would make those wait."""
PAUSE_S = 0.002
LOOK_S = 1.0
CALLS = "calls"
"""The work that one process of those that share a world does."""
ENVELOPE = (b'{"totalElements":1,"totalPages":1,"page":0,"size":1,"content":[', b"]}")


@dataclass(slots=True, eq=False)
class Lane:
    """What is going on for one stage. Only the outbox's own loop touches it.

    Shapes: ``resets`` is the stage's count when the calls at hand were taken; results of older ones are
    nobody's.
    """

    stage: Stage
    """Whose calls they are."""
    connections: Connections
    """How they are made."""
    allowed_hosts: Collection[str]
    """Who may be called beside loopback."""
    news: asyncio.Event
    """Set whenever a call has ended."""
    results: list[Result] = field(default_factory=list)
    """What came of calls and is not written down yet."""
    calls: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    """The calls that are being made, by the numbers of their deliveries."""
    turning: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while the world is looked at."""
    seen_state: QueueState | None = None
    """The queue as it was when it was last looked at."""
    next_call_ms: int = 0
    """When a call falls due that was not yet when it was last looked at."""
    resets: int = 0
    """How often the stage had been reset by then."""
    waits_for_another: bool = False
    """Whether calls are due that another process makes, which has the same world open."""
    next_look_s: float = 0.0
    """When to look whether that process is still there, by the monotonic clock."""

    def has_work(self) -> bool:
        """Whether the world may have something to do; looked at without its lock."""
        world = self.stage.world
        webhooks = world.readings.get(Webhooks)
        if webhooks is not None and not webhooks.by_id:
            return bool(self.results)
        if self.waits_for_another and time.monotonic() >= self.next_look_s:
            return True
        world.look_elsewhere()
        now_ms = world.clock.now_ms()
        state = world.readings.get(QueueState)
        return (
            bool(self.results)
            or state is not self.seen_state
            or now_ms >= min(self.next_call_ms, world.next_due_ms)
        )

    async def turn(self, most: int = MOST_A_TURN) -> bool:
        """Write results down and begin so much of what is due; True where nothing is due or going on."""
        async with self.turning:
            results, self.results = self.results, []
            self.calls = {number: task for number, task in self.calls.items() if not task.done()}
            deliveries = await asyncio.to_thread(self._look, results, frozenset(self.calls), most)
            for delivery in deliveries:
                self.calls[delivery.id] = asyncio.create_task(self._call(delivery, self.resets))
            return not self.calls and not self.results and not self.waits_for_another

    async def settle(self) -> None:
        """Wait until nothing is due or going on."""
        while not await self.turn(MOST_AT_ONCE):
            if self.waits_for_another:
                await asyncio.sleep(PAUSE_S)
            while self.calls and not (self.results or any(task.done() for task in self.calls.values())):
                await asyncio.sleep(PAUSE_S)

    def cancel(self) -> None:
        """End every call that is being made; they are made again another time."""
        for task in self.calls.values():
            task.cancel()

    def _look(self, results: Sequence[Result], in_flight: Collection[int], most: int) -> list[Delivery]:
        """Do all that needs the world; in a thread, since others may hold it for long."""
        stage = self.stage
        with stage.lock:
            if stage.is_closed:
                self.next_call_ms = NEVER
                return []
            world = stage.world
            if self.resets != stage.resets:
                self.resets, results, in_flight = stage.resets, (), ()
            if all_webhooks(world):
                world.catch_up()
            is_caller = world.store.claim(CALLS)
            with world.transaction():
                if results:
                    record_results(world, results)
                deliveries = [] if stage.calls_paused or not is_caller else self._begin(in_flight, most)
            self.seen_state = world.read(QueueState)
            has_due_calls = self.seen_state.next_due_ms <= world.clock.now_ms() and not stage.calls_paused
            self.waits_for_another = has_due_calls and not is_caller
            self.next_look_s = time.monotonic() + LOOK_S
            is_full = len(deliveries) + len(in_flight) >= MOST_AT_ONCE or stage.calls_paused
            self.next_call_ms = NEVER if is_full else next_due_after(world)
            stage.waiting_calls = self.seen_state.waiting
            return deliveries

    def _begin(self, in_flight: Collection[int], most: int) -> list[Delivery]:
        """The calls to make now, as many as there is room for; faults may take some, then others come."""
        room = min(most, MOST_AT_ONCE - len(in_flight))
        while room > 0:
            due = list(due_deliveries(self.stage.world, room, in_flight))
            deliveries = meet_faults(self.stage, due)
            if deliveries or not due:
                return deliveries
        return []

    async def _call(self, delivery: Delivery, resets: int) -> None:
        probe = probe_of(delivery)
        if probe is not None:
            result = await self._attempt(probe)
            note = f"{delivery.trouble}{': ' if result.note else ''}{result.note}"
            self._add(replace(result, outcome="probe", note=note), resets)
        for _ in range(2 if delivery.trouble == "twice" else 1):
            self._add(await self._attempt(delivery), resets)
        self.news.set()

    def _add(self, result: Result, resets: int) -> None:
        if resets == self.stage.resets:
            self.results.append(result)

    async def _attempt(self, delivery: Delivery) -> Result:
        """Make a call, and say what came of it; only a 2xx is a success."""
        target = delivery.webhook.target
        place = place_of(target.url)
        if not is_allowed(place, self.allowed_hosts):
            sentence = f"{place.host} is neither loopback nor allowed: serve --webhook-allow {place.host}"
            return Result(delivery, "not_allowed", note=sentence)
        start_ns = time.perf_counter_ns()
        body = self._body(delivery)
        try:
            status = await self.connections.post(place, head_of(target) + b"%d\r\n\r\n" % len(body) + body)
        except TimeoutError:
            return Result(delivery, "timeout", None, _since(start_ns), "no answer in time")
        except ConnectionRefusedError:
            note = f"nobody listens at {place.host}:{place.port}"
            return Result(delivery, "unreachable", None, _since(start_ns), note)
        except (OSError, NoAnswer, ValueError) as fault:
            return Result(delivery, "unreachable", None, _since(start_ns), str(fault))
        return Result(delivery, "delivered" if 200 <= status < 300 else "refused", status, _since(start_ns))

    def _body(self, delivery: Delivery) -> bytes:
        if self.stage.world.decisions["webhook-body"] == "bare":
            return delivery.body
        return ENVELOPE[0] + delivery.body + ENVELOPE[1]


def _since(start_ns: int) -> int:
    return (time.perf_counter_ns() - start_ns) // 1_000_000
