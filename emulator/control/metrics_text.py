"""What a running emulator counts, in Prometheus' text format; its library is loaded by the first scrape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from emulator.stage.stage import Stage
from emulator.stage.stages import Stages
from emulator.world.core import calendar
from emulator.world.hooks.queue import QueueState

if TYPE_CHECKING:
    from prometheus_client import Metric
    from prometheus_client.core import GaugeMetricFamily

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX = "trendyol_emulator_"
_LOCK_WAIT_S = 0.2
"""How long a scrape waits for a world that somebody else moves; then it says what it saw last."""


def metrics_text(stages: Stages) -> bytes:
    """Write down what all open stages count together, and what those counted that are closed."""
    from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest

    registry = CollectorRegistry()
    registry.register(_Counts(stages))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Counts:
    """What Prometheus' library asks for the counts."""

    def __init__(self, stages: Stages) -> None:
        self._stages = stages

    def collect(self) -> Iterable[Metric]:
        """Give the counts of this moment."""
        from importlib.metadata import version

        open_stages = list(self._stages.stages.values())
        yield gauge("info", "The version that runs.", {(version("trendyol-emulator"),): 1}, "version")
        yield requests_counter(self._stages.request_counts())
        yield gauge("worlds", "Worlds that are open.", {(): len(open_stages)})
        yield gauge(
            "findings",
            "Broken rules in the journals as they were last judged, by rule and level.",
            sum_of(stage.judgement.counts for stage in open_stages),
            "rule", "level",
        )  # fmt: skip
        yield gauge(
            "due_work",
            "Work on the calendars of all worlds, by kind: waiting for its moment, or overdue.",
            sum_of(map(due_work, open_stages)),
            "kind", "state",
        )  # fmt: skip
        waiting_count = sum(stage.waiting_calls for stage in open_stages)
        yield gauge("webhook_calls_waiting", "Calls to subscribers that are to be made.", {(): waiting_count})


def requests_counter(counts: Mapping[tuple[str | None, int], int]) -> Metric:
    """Count requests by the operation they reached, empty for none, and the status of their answer."""
    from prometheus_client.core import CounterMetricFamily

    family = CounterMetricFamily(
        f"{_PREFIX}requests",
        "Requests to the emulated systems; status 0 where the connection ended before an answer.",
        labels=("operation", "status"),
    )
    for (operation, status), count in sorted(counts.items(), key=str):
        family.add_metric((operation or "", str(status)), count)
    return family


def gauge(
    name: str, documentation: str, values: Mapping[tuple[str, ...], int], *labels: str
) -> GaugeMetricFamily:
    """Show values by their labels."""
    from prometheus_client.core import GaugeMetricFamily

    family = GaugeMetricFamily(_PREFIX + name, documentation, labels=labels)
    for label_values, value in sorted(values.items()):
        family.add_metric(label_values, value)
    return family


def sum_of(counts: Iterable[Mapping[tuple[str, ...], int]]) -> Counter[tuple[str, ...]]:
    """Add counts of several worlds up."""
    total: Counter[tuple[str, ...]] = Counter()
    for each in counts:
        total.update(each)
    return total


def due_work(stage: Stage) -> Mapping[tuple[str, ...], int]:
    """Count the work on a world's calendar and its calls; as last seen where it is busy."""
    if stage.lock.acquire(timeout=_LOCK_WAIT_S):
        try:
            if not stage.is_closed:
                world = stage.world
                stage.due_work = calendar.counts(world.store, world.clock.now_ms())
                stage.waiting_calls = world.read(QueueState).waiting
        finally:
            stage.lock.release()
    return stage.due_work
