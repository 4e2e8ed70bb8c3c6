"""The rows that an export gave: values where the driver has them, else NDJSON or one JSON array."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

from contract_tests.records.run import Run


def exported(run: Run) -> list[Mapping[str, Any]]:
    """Read the rows of an export; what is no JSON object is passed over, of a failed one everything is."""
    if run.exit != 0:
        return []
    found = run.rows if run.rows is not None else _read(run.output)
    return [row for row in found if isinstance(row, Mapping)]


def _read(output: str) -> list[Any]:
    rows: list[Any] = []
    with suppress(ValueError):
        whole = json.loads(output, parse_float=Decimal)
        return whole if isinstance(whole, list) else [whole]
    for line in output.splitlines():
        with suppress(ValueError):
            rows.append(json.loads(line, parse_float=Decimal))
    return rows
