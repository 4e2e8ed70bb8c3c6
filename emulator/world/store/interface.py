"""What the world asks of a database: portable SQL with `?` placeholders, tuples back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

Row = tuple[Any, ...]


class StoreFault(Exception):
    """The database cannot be used; the one sentence says why."""


class OtherWorld(StoreFault):
    """The database is well, and holds another world than the one that is wanted."""


class StoreUnreachable(StoreFault):
    """The database does not answer for now; nothing of the transaction is kept, and the next may succeed."""


class Store(Protocol):
    """The interface of a driver: SQLite is one answer to it, PostgreSQL another."""

    def execute(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one statement; say how many rows it touched."""
        ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of values."""
        ...

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Read every row of a query."""
        ...

    def row(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """Read the first row of a query, or None."""
        ...

    def has_table(self, name: str) -> bool:
        """Whether there is a table of that name."""
        ...

    def damage(self, tables: Iterable[str]) -> str | None:
        """Say what is wrong with the database or with values of those tables; None when nothing is."""
        ...

    def script(self, sql: str) -> None:
        """Run several statements, as the schema is made of."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """One transaction that may write: kept when the block ends, undone when it raises."""
        ...

    def reading(self) -> AbstractContextManager[None]:
        """One unchanging view of the data for several queries; never waits for a writer."""
        ...

    def claim(self, work: str) -> bool:
        """Whether this process is the one of all that does some work beside requests, until it closes."""
        ...

    def changed_elsewhere(self) -> bool:
        """Whether another process has written since the last time this was asked."""
        ...

    def changes(self) -> int:
        """A number that is another one after every write of this process, until the next ``restore``."""
        ...

    def restore(self, source: Path, finish: Callable[[], None]) -> None:
        """Make the whole database equal to a seeded one; ``finish`` writes what is to be told apart from it.

        Where the database can, others see both at once or nothing.
        """
        ...

    def frozen_copy(self, place: Path) -> Store:
        """Copy the whole database, as it stands, to ``place``, to be read and never written."""
        ...

    def snapshot_names(self) -> list[str]:
        """Name the saved states, in the order of their names."""
        ...

    def snapshot_facts(self, name: str) -> Mapping[str, str] | None:
        """Read the facts of ``world_meta`` in a saved state, None where there is none of that name."""
        ...

    def save_snapshot(self, name: str) -> None:
        """Save the whole database under a name, in the place of what was saved under it."""
        ...

    def load_snapshot(self, name: str, finish: Callable[[], None]) -> None:
        """Make the whole database equal to a saved state, as ``restore`` does to a seeded one."""
        ...

    def delete_snapshot(self, name: str) -> bool:
        """Forget a saved state; False where there is none of that name."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...
