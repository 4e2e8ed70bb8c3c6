"""The statements that make a table equal to another one by what differs: far less is written than read."""

from __future__ import annotations

from collections.abc import Sequence


def changes(table: str, key: Sequence[str], other: str, is_same_row: str) -> tuple[str, str]:
    """Remove what the other table has not, byte for byte, and add what it has besides.

    Shapes: ``key`` the columns of the primary key; a table without one is written anew. ``is_same_row`` says
    in the driver's own SQL that all columns of ``ours`` and ``theirs`` are equal.
    """
    if not key:
        return f"DELETE FROM {table}", f"INSERT INTO {table} SELECT * FROM {other}"
    same_key = " AND ".join(f"theirs.{column} = ours.{column}" for column in key)
    return (
        f"DELETE FROM {table} AS ours WHERE NOT EXISTS"
        f" (SELECT 1 FROM {other} AS theirs WHERE {same_key} AND {is_same_row})",
        f"INSERT INTO {table} SELECT * FROM {other} AS theirs WHERE NOT EXISTS"
        f" (SELECT 1 FROM {table} AS ours WHERE {same_key})",
    )
