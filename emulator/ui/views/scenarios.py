"""Kept failures of the contract kit: the list, and one as a picture on one time axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from emulator.ui.visit import Visit

LANES = ("sync", "event", "request", "verdict")
"""The rows of the picture, from the top."""
WIDTH, LANE_HEIGHT, MARGIN = 960, 44, 24
MOST_MOMENTS, MOST_ROWS = 300, 40
_LEAST_STEP, _MOST_STEP = 9.0, 72.0
_LABEL_WIDTH = 96.0
_MOST_STRETCH = 6.0
"""How much further apart a few moments stand than many."""


def scenarios(visit: Visit) -> Mapping[str, Any]:
    """List the kept failures."""
    page: Mapping[str, Any] = visit.reader.get("/scenarios", language=visit.language)
    return page


def one_scenario(visit: Visit) -> Mapping[str, Any]:
    """Show one failure as a picture."""
    failure = visit.reader.get(f"/scenarios/{visit.path['name']}", language=visit.language)
    moments = failure["moments"][:MOST_MOMENTS]
    return {
        "failure": failure,
        "moments": moments,
        "marks": marks_of(moments),
        "ticks": ticks_of(moments),
        "lanes": LANES,
        "width": WIDTH,
        "lane_height": LANE_HEIGHT,
        "copies": [{**copy, "rows": copy["rows"][:MOST_ROWS]} for copy in failure["copies"]],
    }


def places_of(moments: Sequence[Mapping[str, Any]]) -> list[float]:
    """Give each moment its place on the axis.

    Moments keep their order and a little room; the clock leaps between runs, so a long pause is drawn as the
    longest step there is.
    """
    places, x = [], 0.0
    for before, moment in zip([*moments[:1], *moments], moments, strict=False):
        pause_s = max(moment["at_ms"] - before["at_ms"], 0) / 1000
        x += _LEAST_STEP + min(pause_s / 10, 1) * (_MOST_STEP - _LEAST_STEP)
        places.append(x)
    room = WIDTH - _LABEL_WIDTH - MARGIN
    scale = min(room / (x + _LEAST_STEP), _MOST_STRETCH)
    return [round(_LABEL_WIDTH + place * scale, 1) for place in places]


def marks_of(moments: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give what is drawn: a mark for each moment, in the lane of its kind."""
    lanes = {name: LANE_HEIGHT * (number + 0.5) for number, name in enumerate(LANES)}
    return [
        {**moment, "x": x, "y": lanes.get(moment["what"], lanes["event"])}
        for moment, x in zip(moments, places_of(moments), strict=True)
    ]


def ticks_of(moments: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give where the axis tells the time: at the beginning of each run, as far as there is room."""
    ticks: list[dict[str, Any]] = []
    for moment, x in zip(moments, places_of(moments), strict=True):
        if moment["what"] in {"sync", "verdict"} and (not ticks or x - ticks[-1]["x"] > 110):
            ticks.append({"x": x, "at_ms": moment["at_ms"]})
    return ticks
