"""The connection to a PostgreSQL server: opened with sentences, opened again when it was lost."""

from __future__ import annotations

from collections.abc import Sequence
from threading import RLock
from typing import Any

import psycopg
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.types.numeric import Int8BinaryDumper

from emulator.world.store.interface import Row, StoreFault, StoreUnreachable
from emulator.world.store.place import PostgresPlace
from emulator.world.store.postgres_sql import native_sql, one_line, quote_name

CONNECT_S, WAIT_S = 10, 10
STATEMENTS = 1000
"""How many statements the server keeps prepared for us."""
NUL_PICTURE = "\u2400"
_LOSSES = (psycopg.OperationalError, psycopg.InterfaceError)
_FAILURES = (ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE)
_INSIDE = (TransactionStatus.INTRANS, TransactionStatus.INERROR)


def connect(place: PostgresPlace) -> psycopg.Connection[Row]:
    """Open a connection whose statements mean the schema of a place.

    Errors: StoreUnreachable in one sentence.
    """
    try:
        connection = psycopg.connect(place.url, **_options(place))
        connection.execute(_settings(place).encode())
    except (psycopg.Error, UnicodeError) as fault:
        raise StoreUnreachable(f"{place} cannot be reached: {_reason(fault)}.") from fault
    connection.prepare_threshold = 0
    connection.prepared_max = STATEMENTS
    for kind in (int, bool):  # one type for all numbers, so that a statement is prepared once
        connection.adapters.register_dumper(kind, Int8BinaryDumper)
    return connection


def _options(place: PostgresPlace) -> dict[str, Any]:
    """Ours where the address does not say otherwise."""
    parameters = psycopg.conninfo.conninfo_to_dict(place.url)
    ours = {"application_name": "trendyol-emulator", "connect_timeout": CONNECT_S}
    return {"autocommit": True, **{name: parameters.get(name, value) for name, value in ours.items()}}


def _settings(place: PostgresPlace) -> str:
    """What holds for a session; a private schema is kept from whoever clears up by a lock on its name."""
    settings = (
        f"SET search_path = {quote_name(place.schema)}; SET lock_timeout = '{WAIT_S}s'; SET jit = off;"
        " SET standard_conforming_strings = on; SET client_min_messages = error"
    )
    return settings + (f"; SELECT pg_advisory_lock_shared({place.lock_key})" if place.private else "")


def _reason(fault: Exception) -> str:
    """The server's own words behind the address that the sentence has named already."""
    return one_line(fault).rpartition("failed: ")[2]


class Link:
    """One connection, used by one thread at a time.

    Errors: StoreUnreachable where it is lost, StoreFault where the server refuses a statement.
    """

    def __init__(self, place: PostgresPlace) -> None:
        self.place = place
        self.lock = RLock()
        self._is_answer_due = False
        self.reopen()

    def reopen(self) -> None:
        """Open the connection anew; what was prepared or begun on the old one is gone."""
        self.connection = connect(self.place)
        self._cursor = psycopg.RawCursor(self.connection)
        self._is_answer_due = False

    def is_in_transaction(self) -> bool:
        """Whether a transaction has begun and not ended."""
        self._take_answer()
        return self.connection.pgconn.transaction_status in _INSIDE

    def run(self, sql: str, values: Sequence[Any]) -> psycopg.RawCursor[Row]:
        """Run a statement of the world; outside of a transaction once more where the connection was lost."""
        is_alone = not self.is_in_transaction()
        try:
            return self._cursor.execute(native_sql(sql), values, binary=True)
        except psycopg.DataError:
            # It is met before anything is sent: the server holds no text with this one character in it.
            if not has_nul(values):
                raise
            return self.run(sql, without_nul(values))
        except _LOSSES as fault:
            loss = self._fault(fault)
            if not is_alone or not isinstance(loss, StoreUnreachable):
                raise loss from fault
        self.reopen()
        return self._cursor.execute(native_sql(sql), values, binary=True)

    def run_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement of the world for each row.

        Errors: StoreFault, too, when a row claims the place of another.
        """
        self._take_answer()
        try:
            self._cursor.executemany(
                native_sql(sql), [*map(without_nul, rows)] if any(map(has_nul, rows)) else rows
            )
        except psycopg.IntegrityError as fault:
            raise StoreFault(f"two rows claim one place: {one_line(fault)}") from fault
        except _LOSSES as fault:
            raise self._fault(fault) from fault

    def send(self, sql: str) -> PGresult:
        """Send statements without values in one go, and give the result of the last."""
        self._take_answer()
        pgconn = self.connection.pgconn
        try:
            result = pgconn.exec_(sql.encode())
        except psycopg.OperationalError as fault:
            raise self._fault(fault) from fault
        if result.status in _FAILURES:
            raise self._fault(psycopg.OperationalError(result.get_error_message()))
        return result

    def number(self, sql: str) -> int:
        """Send statements of which the last gives one number."""
        value = self.send(sql).get_value(0, 0)
        assert value is not None
        return int(value)

    def send_ahead(self, sql: str) -> None:
        """Send a statement whose answer is taken before the next; a loss is met there, too."""
        pgconn = self.connection.pgconn
        try:
            pgconn.send_query(sql.encode())
            pgconn.flush()
        except psycopg.OperationalError:
            return
        self._is_answer_due = True

    def _take_answer(self) -> None:
        if not self._is_answer_due:
            return
        self._is_answer_due = False
        while self.connection.pgconn.get_result() is not None:
            pass

    def _fault(self, fault: Exception) -> StoreFault:
        """Tell a lost connection from a statement that the server refuses."""
        is_lost = self.connection.pgconn.status != ConnStatus.OK
        sentence = f"{self.place} {'is lost' if is_lost else 'refuses'}: {one_line(fault)}."
        waits = isinstance(fault, psycopg.errors.LockNotAvailable)
        return StoreUnreachable(sentence) if is_lost or waits else StoreFault(sentence)

    def close(self) -> None:
        """Let go of the connection."""
        self.connection.close()


def has_nul(values: Sequence[Any]) -> bool:
    """Tell whether a text among values has the character NUL in it."""
    return any(isinstance(value, str) and "\0" in value for value in values)


def without_nul(values: Sequence[Any]) -> list[Any]:
    """Put the picture of NUL in the place of the character, in what is kept and in what is looked for."""
    return [value.replace("\0", NUL_PICTURE) if isinstance(value, str) else value for value in values]
