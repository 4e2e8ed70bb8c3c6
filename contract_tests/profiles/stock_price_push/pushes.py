"""What a client keeps of each row it pushes: what was last wanted, sent and set, and in which batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.protocol import Row

KIND = "pushes"
PRICES = ("salePrice", "listPrice")
FIELDS = ("quantity", *PRICES)
# The states of a row: nothing is sent yet, it waits in a batch, nobody knows, it was set, it was refused.
DUE, PENDING, UNCLEAR, PUSHED_STATE, FAILED_STATE = "due", "pending", "unclear", "pushed", "failed"


def saved_rows(copy: LocalCopy) -> dict[str, Row]:
    """Every row by its barcode."""
    return {row["barcode"]: row for row in copy.rows(KIND)}


def save_rows(copy: LocalCopy, rows: Iterable[Row], **changes: Any) -> list[Row]:
    """Save rows with what is known of all of them now."""
    new_rows = [row | changes for row in rows]
    copy.merge(KIND, "barcode", new_rows)
    return new_rows


def take_wants(copy: LocalCopy, wants: Iterable[Row]) -> list[Row]:
    """Take over what the shop wants; a row in a batch waits until that is done."""
    rows = saved_rows(copy)
    return save_rows(copy, [wanted_row(rows.get(want["barcode"], {}), want) for want in wants])


def wanted_row(row: Row, want: Row) -> Row:
    """A row as it is wanted now; what was set before stays known."""
    values = {name: number_of(want[name]) for name in FIELDS if name in want}
    state = row.get("state", DUE)
    if state in (PUSHED_STATE, FAILED_STATE) and (
        item_of({**row, "wanted": values}) or state == FAILED_STATE
    ):
        state = DUE
    return {"barcode": want["barcode"], "set": {}, **row, "wanted": values, "state": state}


def item_of(row: Row) -> Row:
    """The item of a request: what is wanted and not set yet; both prices where one changes."""
    values = row["wanted"]
    names = {name for name in values if number_of(row["set"].get(name)) != number_of(values[name])}
    if names & set(PRICES):
        names |= set(PRICES) & values.keys()
    return {name: json_number(values[name]) for name in FIELDS if name in names}


def number_of(value: Any) -> Any:
    """A quantity as it is, an amount as an exact decimal."""
    return value if value is None or isinstance(value, int) else Decimal(str(value))


def json_number(value: Any) -> Any:
    """A number as JSON has it; two decimals survive as a float."""
    return value if isinstance(value, int) else float(value)


def stock_rows(copy: LocalCopy) -> Iterator[Row]:
    """One row a barcode, as the shop would compare it."""
    for row in saved_rows(copy).values():
        state = "pending" if row["state"] == DUE else row["state"]
        values = row["set"] if state == PUSHED_STATE else row["wanted"]
        yield {
            "barcode": row["barcode"],
            "state": state,
            **{name: values[name] for name in FIELDS if name in values},
        }
