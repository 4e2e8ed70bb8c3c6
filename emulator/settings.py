"""What can be set from outside, in one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Settings:
    """How an emulator starts.

    Shapes: ``world`` is the name of a recipe in fixtures/worlds or the path of one; ``decisions`` maps a
    decision to the option chosen; ``database`` is a SQLite file to keep the world in, None for a private one;
    ``limits`` may be ``count``: every request is counted, none refused; ``control_token`` may be ``*``: the
    control API is open to everyone; ``folder`` takes private files, ``cache`` seeded worlds between runs.
    Units: ``now_ms`` epoch milliseconds UTC; ``journal_bytes`` and ``body_bytes`` in bytes.
    """

    world: str = "demo"
    seed: int | None = None
    now_ms: int | None = None
    database: Path | None = None
    limits: Literal["on", "off", "count"] = "on"
    strict: bool = False
    check_answers: bool = False
    decisions: Mapping[str, str] = field(default_factory=dict)
    control_token: str | None = None
    emulator_headers: bool = True
    journal_entries: int = 20_000
    journal_bytes: int = 64 * 2**20
    body_bytes: int = 10 * 2**20
    folder: Path | None = None
    cache: Path | None = None
