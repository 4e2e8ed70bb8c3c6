"""Requests that reach an emulator outside every scenario's world: a client that leaves its base URL."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.records.counts import count_of
from contract_tests.stages.control_api import ControlClient, query


@dataclass(slots=True)
class OutsideTraffic:
    """The requests at the root of an emulator, each listed once.

    Shapes: ``newest`` is the journal id of the last one that is known; None before the first look.
    """

    control: ControlClient
    newest: int | None = None
    looking: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> None:
        """Pass over what came before the first scenario."""
        if self.newest is None:
            self.take()

    def take(self) -> list[Mapping[str, Any]]:
        """List the journal's rows since the last look."""
        with self.looking:
            rows = self.control("GET", "/_emulator/requests" + query(since=self.newest))["requests"]
            self.newest = max((row["id"] for row in rows), default=self.newest or 0)
            return list(rows)

    def warnings(self, root: str, world_url: str) -> list[str]:
        """Say how many requests went to the root instead of a world, and what the first one was."""
        rows = self.take()
        if not rows:
            return []
        first = f"{rows[0]['method']} {rows[0]['target']}"
        requests = count_of(len(rows), "request")
        return [f"{requests} went to {root}, outside the scenario's world at {world_url}: {first}"]
