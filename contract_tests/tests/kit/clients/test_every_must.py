"""Each MUST of a profile is broken by a broken client that is driven as a command, as users' clients are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract_tests.config.integration import integration_of
from contract_tests.engine.check import Plan, play_directed
from contract_tests.engine.outcome import Outcome
from contract_tests.engine.replay import profile_run_of
from contract_tests.profiles.directed import DirectedScenario
from contract_tests.profiles.every import PROFILES, broken_client
from contract_tests.profiles.profile import Profile
from contract_tests.stages.host import EmulatorHost, emulator_host
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.effort import is_nightly
from contract_tests.tests.kit.support.concerns import SHOWS_FAULT
from contract_tests.tests.kit.support.must_clients import ADVICE, CLIENTS, Shop

# One of each profile, in a scenario without waits.
IN_THE_CUT = {
    "first_page_only", "sixteen_day_windows", "no_vendor_ref", "first_page_of_products",
    "orders_in_fifteen_days", "stream_of_a_month", "stock_without_prices", "invoices_at_once",
    "questions_in_thirty_days", "claims_in_seconds", "colour_alone",
    "api_secret_for_webhook",
}  # fmt: skip


def cases() -> Iterator[object]:
    """Each client with the rules it has to break."""
    for (profile, edition), musts in CLIENTS.items():
        clients = {**musts, **ADVICE.get((profile, edition), {})}
        for name in dict.fromkeys(clients.values()):
            rule_ids = {rule_id for rule_id, one in clients.items() if one == name}
            marks = () if name in IN_THE_CUT and edition != "int" else (pytest.mark.nightly,)
            yield pytest.param(profile, edition, name, rule_ids, id=f"{edition}-{name}", marks=marks)


@pytest.fixture(scope="module")
def place() -> Iterator[EmulatorHost]:
    with emulator_host(in_process=False) as host:
        yield host


@pytest.mark.parametrize("shop", list(CLIENTS), ids="-".join)
def test_every_must_has_a_broken_client(shop: Shop) -> None:
    profile, edition = shop
    rules = installed_rulebook().for_operations(PROFILES[profile].operations, edition).rules
    assert CLIENTS[shop].keys() == {rule.id for rule in rules if rule.level == "MUST"}


def test_every_profile_and_edition_is_here() -> None:
    assert set(CLIENTS) == {
        (name, edition)
        for name, profile in PROFILES.items()
        for edition in ("int", "tr")
        if profile.edition in ("", edition)
    }


@pytest.mark.parametrize(("profile", "edition", "name", "rule_ids"), list(cases()))
def test_broken_client_breaks_its_rules_as_a_command(
    place: EmulatorHost, profile: str, edition: str, name: str, rule_ids: set[str]
) -> None:
    client = broken_client(name)
    assert client.profile == profile
    profile_run = profile_run_of(place, integration_of(client.command, None), profile, edition)
    quiet: Outcome | None = None
    broken_ids: set[str] = set()
    for directed in scenarios_that_show(name, profile_run.profile, edition):
        outcome = play_directed(profile_run, directed, Plan(), quiet)
        quiet = quiet or outcome
        broken_ids |= {finding.rule.id for finding in outcome.verdict.findings}
        if rule_ids <= broken_ids:
            return
    assert rule_ids <= broken_ids


def scenarios_that_show(name: str, profile: Profile, edition: str) -> list[DirectedScenario]:
    """List the quiet run and what shows a client's fault; at night all that are not long."""
    here = [one for one in profile.scenarios if edition in one.worlds and not one.long]
    likely = [one for one in profile.scenarios[1:] if one.name == SHOWS_FAULT.get(name)]
    others = [one for one in here[1:] if one not in likely] if is_nightly() else []
    return [profile.scenarios[0], *likely, *others]
