"""The kit measured by mutation: each broken client is caught for its reason, the right ones never."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.config.integration import integration_of
from contract_tests.engine.check import Plan, play_directed
from contract_tests.engine.outcome import Outcome
from contract_tests.engine.replay import profile_run_of
from contract_tests.judge.verdict import JUDGES
from contract_tests.mutation.catch import MutantResult, ReferenceResult, catch, run_reference
from contract_tests.mutation.run import MOST_EVENTS, SHOPS, Tally, chunks
from contract_tests.profiles.every import PROFILES, broken_clients
from contract_tests.profiles.foreign import NODE, PHP, right_command
from contract_tests.profiles.variants import Broken
from contract_tests.stages.host import EmulatorHost, emulator_host
from contract_tests.tests.coverage import Coverage
from contract_tests.tests.effort import in_the_cut, is_nightly
from contract_tests.tests.kit.support.concerns import BEYOND_DOUBLES, SHOWS_FAULT

BROKEN = broken_clients()
# The others wait for seconds of real time.
QUICK = (
    "quiet",
    "told to wait in the middle",
    "locked out in the middle",
    "stopped at the edge",
    "body cut short",
    "legal but unusual answers",
)
# One client that reads a list beyond its pages stands for these in the cut: each walks for seconds.
WALKS_LONG = {
    "counts_pages_behind_tokens", "numbers_beyond_the_wall", "one_page_beyond_the_wall",
    "orders_beyond_the_wall", "orders_first_page", "orders_to_the_wall", "settlements_first_page",
    "list_for_stream", "two_thousand_at_once", "first_thousand_alone", "products_two_thousand_at_once",
    "first_thousand_products",
}  # fmt: skip
# Node takes its time to listen; a client in Python stands for the same reason.
SLOW_COMMANDS = {"node_trusts-calls", "node_any-caller", "node_last-call-wins"}
MOVED = {
    "catalog-pull": ("a product comes between two pages", "a product left since the last run"),
    "finance": ("a row is booked late between two pages", "a Wednesday pays since the last run"),
    "orders-poll": (
        "a package leaves a page that was read", "a package was split since the last run", "long ids",
        BEYOND_DOUBLES,
    ),
    "fulfilment": (
        "a package is split before it is written to", "orders of several packages", BEYOND_DOUBLES,
    ),
    "orders-stream": (
        "a cursor refused in the middle", "a package was split since the last run", BEYOND_DOUBLES,
    ),
    "claims": ("answer lost after an approval", "a claim arrived since the last run"),
    "orders-webhook": ("a call overtakes the one before", "calls that never come"),
    "questions": ("answer lost after it was taken", "an answer was rejected since the last run"),
    "product-onboarding": ("wanted otherwise once it is approved", "some of the products cannot be"),
    "stock-price-push": ("some of the rows cannot be", "sold in between, and another stock falls to nothing"),
    "pazarsync": ("token expired in the middle", "a product leaves between two pages"),
    "b2b-purchase": ("answer lost after the purchase", "some lines short, and one no longer wanted"),
}  # fmt: skip


def here(command: str) -> None:
    if shutil.which(command) is None:
        pytest.skip(f"{command} is not here")


def standing_for_others() -> set[str]:
    """Name for each reason one of the clients that are caught for it, of another profile each time."""
    clients: dict[tuple[str, ...], list[str]] = {}
    for one in BROKEN:
        if one.name not in WALKS_LONG | SLOW_COMMANDS:
            clients.setdefault(one.caught_by, []).append(one.name)
    return {names[number % len(names)] for number, names in enumerate(clients.values())}


IN_THE_CUT = standing_for_others()


def marked(client: Broken) -> Any:
    """A client as the parameter of a test, in the nightly sweep alone where another stands for it."""
    marks = [] if client.name in IN_THE_CUT else [pytest.mark.nightly]
    return pytest.param(client, marks=marks, id=client.name)


@pytest.mark.parametrize("client", [marked(one) for one in BROKEN])
def test_broken_client_is_caught_for_its_reason(client: Broken, coverage: Coverage) -> None:
    here(client.command[0])
    likely = "" if is_nightly() else SHOWS_FAULT.get(client.name, "")
    caught = catch(client.name, shrink_s=0, likely=likely)
    coverage.add("broken clients", client.name, of=len(BROKEN))
    assert caught.by, caught.sentence
    assert caught.events <= MOST_EVENTS


def foreign(number: int, language: str, profile: str, edition: str) -> Any:
    """A right client as parameters of a test; in the cut each language has one edition of a profile.

    A stream keeps five seconds of real time between requests.
    """
    is_first = number % 2 == (edition == "int")
    return in_the_cut(language, profile, edition, when=is_first and profile != "orders-stream")


FOREIGN = [
    foreign(number + shift, language, profile, edition)
    for shift, language in enumerate((NODE, PHP))
    for number, profile in enumerate(MOVED)
    for edition in ("int", "tr")
    if Path(right_command(language, profile)[1]).is_file() and PROFILES[profile].edition in ("", edition)
]


@pytest.fixture(scope="module")
def place() -> Iterator[EmulatorHost]:
    with emulator_host(in_process=False) as found:
        yield found


def assert_clean(
    place: EmulatorHost, command: tuple[str, ...], profile: str, edition: str, names: tuple[str, ...]
) -> None:
    """Play the scenarios that a profile has of these names, and see the client blamed for nothing."""
    profile_run = profile_run_of(place, integration_of(command, None), profile, edition)
    quiet: Outcome | None = None
    here_too = {one.name for one in profile_run.profile.scenarios}
    for directed in profile_run.profile.part(*(name for name in names if name in here_too)).scenarios:
        outcome = play_directed(profile_run, directed, Plan(), quiet)
        quiet = quiet or outcome
        assert outcome.blocking == (), directed.name


@pytest.mark.parametrize(("language", "profile", "edition"), FOREIGN)
def test_right_client_of_another_language_is_blamed_for_nothing(
    place: EmulatorHost, language: str, profile: str, edition: str
) -> None:
    here(language)
    names = (*QUICK, *MOVED[profile]) if is_nightly() else (QUICK[0], MOVED[profile][0])
    assert_clean(place, right_command(language, profile), profile, edition, names)


def test_right_client_in_php_reads_and_writes_without_curl(place: EmulatorHost) -> None:
    here(PHP)
    _, program = right_command(PHP, "questions")
    command = (PHP, "-d", "disable_functions=curl_init", program)
    names = QUICK if is_nightly() else (QUICK[0], "body cut short")
    assert_clean(place, command, "questions", "int", names)


def test_cut_has_a_client_of_each_profile_and_each_reason() -> None:
    chosen = [one for one in BROKEN if one.name in IN_THE_CUT]
    assert {one.profile for one in chosen} == set(PROFILES)
    reasons = {one.caught_by for one in BROKEN if one.name not in WALKS_LONG}
    assert {one.caught_by for one in chosen} == reasons
    assert len(chosen) == len(reasons)


def test_scenario_that_shows_a_fault_exists() -> None:
    profiles = {client.name: PROFILES[client.profile] for client in BROKEN}
    assert SHOWS_FAULT.keys() <= profiles.keys()
    for name, scenario in SHOWS_FAULT.items():
        assert scenario in {directed.name for directed in profiles[name].scenarios}, name


def test_right_client_is_tried_in_every_profile_and_edition() -> None:
    parts = list(chunks(2000, seed=3))
    assert sum(part[3] for part in parts) == 2000
    assert {part[0] for part in parts} == set(PROFILES)
    assert {(part[1], part[2]) for part in parts} == set(SHOPS)
    assert len({part[4] for part in parts}) == len(parts)


def test_right_client_is_clean_when_it_is_tried() -> None:
    assert run_reference("b2b-purchase", "tr", "", 10, 1) == ReferenceResult("b2b-purchase", "tr", 10)


def test_tally_is_one_line_and_good_only_when_all_of_it_is() -> None:
    right, caught = (
        ReferenceResult("finance", "int", 100),
        [MutantResult("a", "TY-1", events=n) for n in (0, 1, 1)],
    )
    good = Tally(caught, [right, right])
    assert good.good
    assert good.line == (
        "mutants: caught 3 of 3; reference clean over 200 examples; median shrunk scenario 1 events"
    )
    for bad in (
        Tally([*caught, MutantResult("b")], [right]),
        Tally(caught, [ReferenceResult("finance", "int", 1, "wrong")]),
        Tally([MutantResult("a", "TY-1", events=MOST_EVENTS + 1)], [right]),
    ):
        assert not bad.good


def test_readme_says_how_many_broken_clients_there_are() -> None:
    readme = (Path(__file__).parents[4] / "README.md").read_text(encoding="utf-8")
    assert f"{len(BROKEN)} broken clients must be caught" in readme
    scripts = [one.script[0] for one in BROKEN if one.script]
    parts = f"({scripts.count(NODE)} in Node, {scripts.count(PHP)} in PHP)"
    assert f"catch {len(BROKEN)} clients with one real-life fault each {parts}" in readme


def test_catalogue_is_large_and_every_reason_in_it_exists() -> None:
    assert len(BROKEN) >= 100
    assert len({one.name for one in BROKEN}) == len(BROKEN)
    scripts = [one.script[0] for one in BROKEN if one.script]
    assert scripts.count("node") >= 3
    assert scripts.count("php") >= 2
    for one in BROKEN:
        for reason in one.caught_by:
            name = reason.partition(":")[0]
            assert name in JUDGES
