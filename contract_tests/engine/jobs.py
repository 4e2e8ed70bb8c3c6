"""Several scenarios at a time, in threads: all of them end when the check is aborted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any, TypeVar

from contract_tests.engine.scenario_run import ProfileRun
from contract_tests.records.run import Driver, ListeningDriver, Run
from contract_tests.stages.processes import end_all, kill_all
from contract_tests.virtual_time.thread_activity import standing_by

R = TypeVar("R")
# An aborted check is over within two seconds, whatever its clients do.
KILL_AFTER_S, LEAVE_AFTER_S = 0.5, 0.5
LOOK_S = 0.1


class Aborted(BaseException):
    """The check ends, so that a scenario is not played on; no Exception, for the search would shrink it."""


@dataclass(frozen=True, slots=True)
class Jobs:
    """What is being played, and what is waiting to be."""

    pool: ThreadPoolExecutor
    abort: Event = field(default_factory=Event)
    futures: list[Future[Any]] = field(default_factory=list)

    def submit(self, function: Callable[..., R], profile_run: ProfileRun, *arguments: Any) -> Future[R]:
        """Call a function with a profile run, whose driver stops with the check, as soon as there is room."""
        driver = driver_until(self.abort, profile_run.driver)
        if isinstance(profile_run.driver, ListeningDriver):
            driver = replace(profile_run.driver, drive=driver)
        abortable_run = replace(profile_run, driver=driver)
        future = self.pool.submit(function, abortable_run, *arguments)
        self.futures.append(future)
        return future


def result_of(future: Future[R]) -> R:
    """Wait for a job and give its result.

    The wait is cut into short ones: a signal that another thread was given is handled by the main thread only
    when that one wakes, and a wait without end never does.
    """
    with standing_by():
        while not future.done():
            wait([future], LOOK_S)
    return future.result()


def as_they_end(futures: Sequence[Future[R]]) -> Iterator[Future[R]]:
    """Give each job once it has ended; the wait is cut into short ones, as in ``result_of``."""
    waiting = set(futures)
    while waiting:
        with standing_by():
            done, waiting = wait(waiting, LOOK_S, FIRST_COMPLETED)
        yield from (one for one in futures if one in done)


@contextmanager
def jobs_at_a_time(count: int) -> Iterator[Jobs]:
    """Have room for so many jobs; whatever breaks the block ends them."""
    jobs = Jobs(ThreadPoolExecutor(count))
    try:
        yield jobs
    except BaseException:
        jobs.abort.set()
        _end_runs(jobs.futures)
        raise
    finally:
        jobs.pool.shutdown(wait=False, cancel_futures=True)


def driver_until(abort: Event, driver: Driver) -> Driver:
    """Make a driver that drives nothing once the check is aborted.

    Errors: Aborted.
    """

    def drive(verb: str, environment: Mapping[str, str]) -> Run:
        if abort.is_set():
            raise Aborted
        run = driver(verb, environment)
        if abort.is_set():
            raise Aborted
        return run

    return drive


def _end_runs(futures: Sequence[Future[Any]]) -> None:
    """End what still runs; what does not end by itself is killed, and what cannot be killed is left."""
    for one in futures:
        one.cancel()
    end_all()
    _, running = wait(futures, KILL_AFTER_S)
    if running:
        kill_all()
        wait(running, LEAVE_AFTER_S)
