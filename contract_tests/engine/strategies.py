"""Draws scenarios: small worlds, a few events, a quiet sync at the end; simplest first, to shrink to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from contract_tests.profiles.faults import FAULTS
from contract_tests.profiles.profile import Profile, SearchSpace
from contract_tests.profiles.worlds import recipe
from contract_tests.records.scenario import Event, Row, Scenario, Step

MOST_EVENTS, MOST_MOVES, PICKS, SEEDS = 3, 3, 12, 7
# A large world costs as much as a hundred small ones.
SELDOM = 150
LATEST_S = 12
PAUSE_MS = 60_000


@st.composite
def scenarios(
    draw: DrawFn, profile: Profile, edition: str, storefront: str, now_ms: int | None = None
) -> Scenario:
    """One scenario of a profile: a sync with faults, and most often a quiet one after more has happened."""
    space = profile.search_space
    return Scenario(
        name="found by search",
        profile=profile.name,
        edition=edition,
        storefront=storefront,
        seed=draw(st.integers(1, SEEDS)),
        now_ms=now_ms,
        world=draw(world(space, edition, storefront)),
        unusual=draw(st.booleans()),
        shop=draw(st.sampled_from([*profile.desired_rows.selections])) if profile.desired_rows else "",
        events=tuple(draw(st.lists(event(profile, now_ms), max_size=MOST_EVENTS))),
        plan=(Step(), *((draw(again(space)),) if draw(st.booleans()) else ())),
        may_fail=profile.search_may_fail,
    )


@st.composite
def world(draw: DrawFn, space: SearchSpace, edition: str, storefront: str) -> str | Row:
    """Draw a small world, and once in a while a large one."""
    sizes = {part: draw(st.sampled_from(values)) for part, values in sorted(space.sizes.items())}
    long_ids = {"long_ids": True} if draw(st.booleans()) else {}
    if edition in space.worlds and draw(st.integers(0, SELDOM)) == SELDOM:
        return space.worlds[edition]
    return recipe(edition, storefront, sizes | long_ids)


def again(space: SearchSpace) -> SearchStrategy[Step]:
    """Draw a quiet sync after moves of the marketplace, or after withdrawals."""
    return st.builds(
        lambda pause_ms, moves, gives_up: Step(
            pause_ms, quiet=True, moves=tuple(moves), gives_up=tuple(gives_up)
        ),
        st.sampled_from((PAUSE_MS, *space.pauses)),
        st.lists(move(space), max_size=MOST_MOVES),
        st.lists(st.integers(0, space.withdrawals - 1), max_size=2, unique=True)
        if space.withdrawals
        else st.just(()),
    )


def event(profile: Profile, now_ms: int | None) -> SearchStrategy[Event]:
    """One event, placed at an early request of an operation, or at the first from a moment on."""
    space = profile.search_space
    what: list[SearchStrategy[Mapping[str, Any]]] = [st.sampled_from(list(FAULTS.values()))]
    if space.moves:
        what.append(move(space).map(lambda one: {"move": one}))
    if space.events:
        what.append(st.sampled_from(space.events))
    operations = sorted(profile.operations)
    place: SearchStrategy[Event] = st.integers(1, space.latest).map(lambda at: {"at": at})
    if now_ms is not None:
        later = st.integers(1, LATEST_S).map(lambda s: {"at": 1, "from_ms": now_ms + s * 1000})
        place = st.one_of(place, later)
    return st.builds(
        lambda facts, operation, place: {"operation": operation, **place, **facts},
        st.one_of(what),
        st.sampled_from(["*", *operations]),
        place,
    )


def move(space: SearchSpace) -> SearchStrategy[Row]:
    """Draw one move of the marketplace; ``pick`` chooses the row that it moves."""
    return st.builds(
        lambda facts, pick: {**facts, **({"pick": pick} if pick else {})},
        st.sampled_from(space.moves),
        st.integers(0, PICKS),
    )
