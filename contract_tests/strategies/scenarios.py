"""Draws scenarios: small worlds, a few events, a quiet sync at the end; simplest first, to shrink to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from contract_tests.profiles import Palette, Profile
from contract_tests.recipes import recipe
from contract_tests.scenario import Event, Row, Scenario, Step
from contract_tests.troubles import TROUBLES

MOST_EVENTS, MOST_MOVES, PICKS, SEEDS = 3, 3, 12, 7
PAUSE_MS = 60_000


@st.composite
def scenarios(
    draw: DrawFn, profile: Profile, edition: str, storefront: str, now_ms: int | None = None
) -> Scenario:
    """One scenario of a profile: a troubled sync, and most often a quiet one after more has happened."""
    palette = profile.palette
    sizes = {part: draw(st.sampled_from(values)) for part, values in sorted(palette.sizes.items())}
    long_ids = {"long_ids": True} if draw(st.booleans()) else {}
    return Scenario(
        name="found by search",
        profile=profile.name,
        edition=edition,
        storefront=storefront,
        seed=draw(st.integers(1, SEEDS)),
        now_ms=now_ms,
        world=recipe(edition, storefront, sizes | long_ids),
        unusual=draw(st.booleans()),
        events=tuple(draw(st.lists(event(profile), max_size=MOST_EVENTS))),
        plan=(Step(), *((draw(again(palette)),) if draw(st.booleans()) else ())),
        may_fail=profile.search_may_fail,
    )


def again(palette: Palette) -> SearchStrategy[Step]:
    """A quiet sync after something moved."""
    return st.builds(
        lambda pause_ms, moves: Step(pause_ms, quiet=True, moves=tuple(moves)),
        st.sampled_from((PAUSE_MS, *palette.pauses)),
        st.lists(move(palette), max_size=MOST_MOVES),
    )


def event(profile: Profile) -> SearchStrategy[Event]:
    """One event, placed at an early request of an operation of the profile."""
    palette = profile.palette
    what: list[SearchStrategy[Mapping[str, Any]]] = [st.sampled_from(list(TROUBLES.values()))]
    if palette.moves:
        what.append(move(palette).map(lambda one: {"move": one}))
    if palette.events:
        what.append(st.sampled_from(palette.events))
    operations = sorted(profile.operations)
    return st.builds(
        lambda told, operation, at: {"operation": operation, "at": at, **told},
        st.one_of(what),
        st.sampled_from(["*", *operations]),
        st.integers(1, palette.latest),
    )


def move(palette: Palette) -> SearchStrategy[Row]:
    """One move of the marketplace; ``pick`` names whom it happens to."""
    return st.builds(
        lambda told, pick: {**told, **({"pick": pick} if pick else {})},
        st.sampled_from(palette.moves),
        st.integers(0, PICKS),
    )
