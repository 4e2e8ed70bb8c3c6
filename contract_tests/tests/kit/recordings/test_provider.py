"""A stage is held to the documents by reads alone, and what differs is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from contract_tests.cli.check import check
from contract_tests.cli.provider import TAKEN_FOR_TURKISH
from contract_tests.drift.compare import compare
from contract_tests.drift.provider import Provider
from contract_tests.drift.values import Comparison
from contract_tests.recorder.forwarding import Upstream
from contract_tests.records.account import Account
from contract_tests.records.har import history_of
from contract_tests.stages.law import Law, installed_law
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.kit.support.altered_stage import (
    NOW_MS,
    alter_law,
    stage_of_another_law,
    with_other_answers,
)
from contract_tests.tests.kit.support.recorded_stage import redactor, wsgi_server
from emulator import Settings, create_app

ACCOUNTS = {
    "tr": Account("tr", 2738, "demo-tr-key", "demo-tr-secret", ""),
    "int": Account("int", 2748, "demo-int-key", "demo-int-secret", "RO"),
}
FEW = {"getShipmentPackages", "filterApprovedProducts", "getSuppliersAddresses"}
NAMES = ("TRENDYOL_SELLER_ID", "TRENDYOL_API_KEY", "TRENDYOL_API_SECRET", "TRENDYOL_STOREFRONT")


def few_operations() -> Law:
    law = installed_law()
    return replace(law, operations=tuple(one for one in law.operations if one.id in FEW))


def comparison_with(app: Callable[..., Any], account: Account, law: Law) -> tuple[Comparison, set[str]]:
    """What a stage shows, and the methods that it was asked by."""
    methods: set[str] = set()

    def stage(environ: dict[str, Any], start_response: Any) -> Any:
        methods.add(environ["REQUEST_METHOD"])
        return app(environ, start_response)

    with wsgi_server(stage) as url:
        entries = list(Provider(Upstream(url), account, redactor()).entries(law, NOW_MS))
    history = history_of(entries, installed_rulebook(), account.edition)
    return compare(history, installed_law(), NOW_MS), methods


@pytest.fixture(scope="module")
def plain_app() -> Iterator[Any]:
    app = create_app(Settings(world="demo", now_ms=NOW_MS))
    yield app
    app.extensions["stages"].close_all()


def test_stage_that_differs_is_told_apart_by_reads_alone() -> None:
    with stage_of_another_law(alter_law) as app:
        comparison, methods = comparison_with(with_other_answers(app, 0), ACCOUNTS["tr"], few_operations())
    assert methods == {"GET"}
    differences = {(one.kind, one.place) for one in comparison.differences}
    assert differences == {
        ("undocumented field", "200 content/shipmentAddress/buildingName"),
        ("missing field", "200 content/micro"),
        ("other type", "200 content/cargoDeci"),
        ("other type", "200 content/orderCountryCode"),
        ("new value", "200 content/invoiceStatus"),
        ("documented field never seen", "200 content/variants/commission"),
        ("narrower limit", "size"),
        ("wider limit", "size"),
        ("other status", "status-invalid"),
        ("other error", "401 credentials-invalid"),
    }


@pytest.mark.nightly
@pytest.mark.parametrize("edition", ACCOUNTS)
def test_nothing_is_said_of_any_read_of_an_emulator(plain_app: Any, edition: str) -> None:
    account = ACCOUNTS[edition]
    values = (str(account.seller), account.key, account.secret, account.storefront)
    with wsgi_server(plain_app) as url:
        answer = CliRunner().invoke(check, ["--provider", url], env=dict(zip(NAMES, values, strict=True)))
    assert answer.exit_code == 0, answer.output
    assert "no difference in 1" in answer.output
    assert account.secret not in answer.output


def test_provider_needs_credentials_of_ones_own() -> None:
    answer = CliRunner().invoke(check, ["--provider", "http://127.0.0.1:9"], env=dict.fromkeys(NAMES, ""))
    assert answer.exit_code == 2
    assert "set TRENDYOL_SELLER_ID, TRENDYOL_API_KEY, TRENDYOL_API_SECRET" in answer.output


@pytest.mark.parametrize(
    ("options", "storefront", "sentence_count"), [((), "", 1), (("--edition", "tr"), "", 0), ((), "RO", 0)]
)
def test_provider_says_that_it_takes_a_seller_for_a_turkish_one(
    options: tuple[str, ...], storefront: str, sentence_count: int
) -> None:
    values = ("2738", "demo-tr-key", "demo-tr-secret", storefront)
    nobody = "http://127.0.0.1:9"
    answer = CliRunner().invoke(
        check, ["--provider", nobody, *options], env=dict(zip(NAMES, values, strict=True))
    )
    assert answer.output.count(TAKEN_FOR_TURKISH) == sentence_count


def test_provider_needs_the_storefront_of_an_international_seller() -> None:
    env = dict(zip(NAMES, ("2748", "demo-int-key", "demo-int-secret", ""), strict=True))
    answer = CliRunner().invoke(check, ["--provider", "http://127.0.0.1:9", "--edition", "int"], env=env)
    assert answer.exit_code == 2
    assert "add --storefront, such as RO" in answer.output
