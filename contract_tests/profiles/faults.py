"""Transport faults as data: what every client of every service meets sooner or later."""

from __future__ import annotations

from collections.abc import Mapping

from contract_tests.profiles.directed import DirectedScenario, with_fault
from contract_tests.records.scenario import Event

EDGE_PAGE = "<html><head><title>403 Forbidden</title></head><body>Request blocked</body></html>"
REPAIR_PAGE = "<html><head><title>Bakım</title></head><body>We are back soon</body></html>"

# Waits are real time for a command, so what it is told to wait is kept to a second; but whoever reads no date
# has to be told more than what its own pauses add up to.
FAULTS: Mapping[str, Event] = {
    "told to wait in the middle": {"status": 429, "retry_after": 1, "times": 2},
    "told to wait until a date": {"status": 429, "retry_after": 5, "retry_after_as": "date"},
    "refused without a word on waiting": {"status": 429},
    "unavailable in the middle": {"status": 503},
    "a burst of server errors": {"status": 502, "times": 3},
    "locked out in the middle": {"status": 401},
    "stopped at the edge": {"status": 403, "body": EDGE_PAGE, "content_type": "text/html"},
    "a web page inside a 200": {"status": 200, "body": REPAIR_PAGE, "content_type": "text/html"},
    "connection reset": {"cut": "reset"},
    "body cut short": {"cut": "truncated"},
    "slow body": {"delay_ms": 150, "slow_ms": 300, "times": 2},
}

# What meets the repeat as well: counted from the same request as the fault of that name, which acts first.
# Whoever came too early has been told five seconds, and whoever waited for them waits one more.
AGAIN: Mapping[str, Event] = {
    "told to wait until a date": {"status": 429, "retry_after": 1, "retry_after_as": "date", "times": 2},
}


def events_of(name: str) -> tuple[Event, ...]:
    """List the events of a fault, in the order in which they act."""
    return (FAULTS[name], AGAIN[name]) if name in AGAIN else (FAULTS[name],)


TRANSPORT_FAULTS: tuple[DirectedScenario, ...] = tuple(with_fault(name, *events_of(name)) for name in FAULTS)


def transport_faults_at(operation: str, *, may_fail: bool = False) -> tuple[DirectedScenario, ...]:
    """The same, at one operation; ``may_fail`` where it may leave something that only people can mend."""
    return tuple(
        with_fault(name, *({"operation": operation, **event} for event in events_of(name)), may_fail=may_fail)
        for name in FAULTS
    )
