"""Whose time a client goes by: its windows tell whether they end by the world's clock or its machine's."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from contract_tests.judge.rules.values import instant_ms
from contract_tests.records.history import Exchange

# By less than this no two clocks can be told apart: a client may take so long from its start to a request.
APART_MS = 30_000
# A window ends "now" when that is this part of the two clocks' distance away, at most.
NEAR = 0.25
OWN_CLOCK = (
    "its windows end by the machine's clock, not by TRENDYOL_NOW_MS; later rows are not expected of it"
)


def behind_ms(exchanges: Iterable[Exchange], ends: Collection[str]) -> int:
    """Tell by how much a run is behind the world's time because its client goes by the machine's clock.

    Shapes: ``ends`` names the parameters that end a window. A run without windows, or with one that ends
    near the world's time, is behind by 0.
    Units: milliseconds, below 0 where the world is in the machine's past, as in an old scenario.
    """
    asked = [(one, end) for one in exchanges for name in ends if (end := instant_ms(one, name)) is not None]
    if not asked:
        return 0
    one, latest = max(asked, key=lambda pair: pair[1])
    ahead = one.at_ms - one.real_ms
    near = abs(one.real_ms - latest) <= abs(ahead) * NEAR
    return round(ahead) if abs(ahead) >= APART_MS and near else 0
