"""The other clients of a profile: broken ones, with one fault each, and odd ones, which are right."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from contract_tests.clients.client import Client


@dataclass(frozen=True, slots=True)
class Broken:
    """One client with one fault."""

    name: str
    """What it is called by, on the command line too."""

    profile: str
    """The profile it is a client of."""

    description: str
    """What it does wrong."""

    field_note: str
    """Where such a client was met, in the words of the field notes."""

    caught_by: tuple[str, ...]
    """Judges, and sorts of difference as ``held_as_true:missing`` (stale, duplicate, ghost, wrong), any of
    which is the right reason."""

    client: Client | None = None
    """What runs in process; None for one in another language."""

    script: tuple[str, ...] = ()
    """The command of one in another language; the verb follows it."""

    edition: str = "int"
    """The edition it is run in."""

    needs: str = ""
    """What has to happen before the fault shows, empty where any run shows it."""

    advice: bool = False
    """Whether only a SHOULD is broken."""

    @property
    def command(self) -> tuple[str, ...]:
        """The command of a driver; the verb follows it."""
        return self.script or (
            sys.executable, "-m", "contract_tests.clients.broken", self.name, self.profile,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Odd:
    """One client that looks odd and is right."""

    name: str
    """What it is called by, on the command line too."""

    profile: str
    """The profile it is a client of."""

    description: str
    """The habit that nobody may blame it for."""

    client: Client
    """What runs in process."""

    edition: str = "int"
    """The edition it is run in."""

    gives_up: bool = False
    """Whether it exits 1 at the first problem, and says so."""

    @property
    def command(self) -> tuple[str, ...]:
        """The command of a driver; the verb follows it."""
        return (sys.executable, "-m", "contract_tests.clients.odd", self.name, self.profile)
