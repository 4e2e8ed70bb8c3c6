"""What a comparison gives: differences, confirmations, and the edits that they propose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SpecLine:
    """A line of the specs; ``confidence`` is that of the nearest source, D, C or I, empty without one."""

    file: str
    line: int
    text: str
    confidence: str = ""

    @property
    def place(self) -> str:
        """Name it as editors do."""
        return f"specs/{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters of a file of the specs, from ``start`` up to ``end``, that give way to a text."""

    file: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which reality is not what is documented or emulated."""

    kind: str
    """What differs, such as "undocumented field"."""
    operation: str
    """The operationId; the method and path where no document has it."""
    place: str
    """Where in it: a status and a path of member names, a parameter, a limit."""
    documents: str
    """What the documents say."""
    emulator: str
    """What the emulator does."""
    reality: str
    """What was answered."""
    request: str = ""
    """The first exchange that shows it, in a line."""
    count: int = 1
    """How many exchanges show it."""
    line: SpecLine | None = None
    """The line that loses confidence; None where there is none to name."""
    edits: tuple[Edit, ...] = ()
    """What the specs would say instead."""

    @property
    def identity(self) -> tuple[str, str, str]:
        """What two of one cause have in common; one line of the specs is one, wherever it is used."""
        return self.kind, self.line.place if self.line else self.operation, self.place.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A line of confidence I that reality bears out."""

    line: SpecLine
    sentence: str
    count: int = 1
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Latency:
    """How long the answers of an operation took. Units: milliseconds."""

    operation: str
    count: int
    median_ms: float
    slowest_ms: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that recordings show."""

    differences: tuple[Difference, ...] = ()
    """Where reality is another, one a cause."""
    confirmations: tuple[Confirmation, ...] = ()
    """What is better known now."""
    latencies: tuple[Latency, ...] = ()
    """How long answers took, by operation."""
    notes: tuple[str, ...] = ()
    """What could not be compared, and why."""
    exchange_count: int = 0
    """How many exchanges were compared."""
    patches: Mapping[str, str] = field(default_factory=dict)
    """The proposed changes of each file of the specs, as unified diffs."""
