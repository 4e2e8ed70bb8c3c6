"""The driver of integrations in Python: what it tells them, and what it makes of how they end."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contract_tests.drivers.export import read_rows
from contract_tests.drivers.python import ClientStage, callable_driver, load_integration
from contract_tests.records.run import CannotDrive, Run, Runaway
from contract_tests.records.systems import Access

TOLD = {"TRENDYOL_BASE_URL": "http://here", "TRENDYOL_SELLER_ID": "2738", "TRENDYOL_NOW_MS": "1795599000000"}


def synced(sync: Any, **more: str) -> Run:
    return callable_driver(sync)("sync", {**TOLD, **more})


def stage_told(**more: str) -> ClientStage:
    heard: list[ClientStage] = []
    assert synced(heard.append, **more).exit == 0
    return heard[0]


class Shop:
    """Holds one row; forgets it when told to."""

    def __init__(self) -> None:
        self.held: list[dict[str, Any]] = [{"barcode": "1", "salePrice": Decimal("9.90")}]

    def sync(self, _stage: ClientStage) -> None:
        self.held.append({"barcode": "2"})

    def export(self, kind: str) -> Iterator[dict[str, Any]]:
        return iter(self.held if kind == "products" else [])

    def reset(self) -> None:
        self.held.clear()


@pytest.mark.parametrize("answer", [None, True, 0, "done", 1.5, []])
def test_sync_that_gives_nothing_bad_back_is_exit_0(answer: Any) -> None:
    assert synced(lambda _: answer).exit == 0


@pytest.mark.parametrize("answer", [False, 1, 3, -1])
def test_sync_that_gives_false_or_a_number_back_is_exit_1(answer: Any) -> None:
    assert synced(lambda _: answer).exit == 1


def test_exception_is_exit_1_and_its_sentence_the_last_line() -> None:
    def refused(_: ClientStage) -> None:
        raise ValueError("page 3 was refused")

    run = synced(refused)
    assert run.exit == 1
    assert run.output.splitlines()[-1] == "ValueError: page 3 was refused"


@pytest.mark.parametrize(("code", "exit_code"), [(None, 0), (0, 0), (2, 2), ("gave up", 1)])
def test_system_exit_keeps_its_code(code: Any, exit_code: int) -> None:
    run = synced(lambda _: sys.exit(code))
    assert (run.exit, run.output) == (exit_code, code if isinstance(code, str) else "")


def test_interrupt_is_passed_on() -> None:
    def interrupted(_: ClientStage) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synced(interrupted)


def test_runaway_that_was_stopped_did_not_end() -> None:
    def endless(_: ClientStage) -> None:
        raise Runaway("more than 5000 requests")

    run = synced(endless)
    assert (run.exit, run.output) == (None, "more than 5000 requests")


def test_coroutines_are_run_to_their_end() -> None:
    class Shop:
        async def sync(self, _: ClientStage) -> bool:
            return False

        async def export(self, kind: str) -> list[dict[str, str]]:
            return [{"kind": kind}]

    drive = callable_driver(Shop())
    assert drive("sync", TOLD).exit == 1
    assert drive("export stock", TOLD).rows == ({"kind": "stock"},)


def test_export_may_be_an_async_generator() -> None:
    class Shop:
        def sync(self, _: ClientStage) -> None: ...

        async def export(self, kind: str) -> AsyncIterator[dict[str, str]]:
            yield {"kind": kind}

    assert read_rows(callable_driver(Shop())("export stock", TOLD)) == [{"kind": "stock"}]


def test_export_gives_rows_as_values_and_reset_forgets_them() -> None:
    drive = callable_driver(Shop())
    drive("sync", TOLD)
    assert [row["barcode"] for row in read_rows(drive("export products", TOLD))] == ["1", "2"]
    assert read_rows(drive("export orders", TOLD)) == []
    drive("reset", TOLD)
    assert read_rows(drive("export products", TOLD)) == []


def test_function_alone_knows_no_kind_and_keeps_nothing() -> None:
    drive = callable_driver(lambda _: None)
    assert (drive("export products", TOLD).exit, drive("reset", TOLD).exit) == (0, 0)
    assert drive("export products", TOLD).rows == ()


def test_stage_tells_the_environment_as_values() -> None:
    stage = stage_told(CLIENT_STORE="/tmp/copy.db", B2B_USER="BUYER", OTHER="x")
    assert (stage.base_url, stage.seller, stage.b2b_user) == ("http://here", 2738, "BUYER")
    assert (stage.systems["trendyol"].base_url, stage.systems["b2b"].name) == ("http://here", "BUYER")
    assert stage.systems["pazarsync"] == Access()
    assert stage.store == Path("/tmp/copy.db")
    assert stage.environment["OTHER"] == "x"


def test_stage_time_is_the_worlds_and_passes() -> None:
    stage = stage_told()
    first = stage.now()
    assert 0 <= first - 1_795_599_000 < 60
    assert stage.now() >= first


def test_stage_holds_what_the_shop_wants(tmp_path: Path) -> None:
    path = tmp_path / "wanted.ndjson"
    path.write_text('{"sku": "ı", "stock": 3}\n{"sku": "B", "stock": 0}\n', encoding="utf-8")
    assert [row["sku"] for row in stage_told(CLIENT_WANTED=str(path)).wanted] == ["ı", "B"]


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "a_shop_of_ours", raising=False)
    text = "class Shop:\n    def sync(self, stage): return False\n\ndef sync(stage): pass\n\nRATE = 3\n"
    tmp_path.joinpath("a_shop_of_ours.py").write_text(text, encoding="utf-8")
    return tmp_path


def test_class_is_made_and_function_taken_as_it_is(module: Path) -> None:
    drives = [
        callable_driver(load_integration(f"a_shop_of_ours:{name}", module)) for name in ("Shop", "sync")
    ]
    assert [drive("sync", TOLD).exit for drive in drives] == [1, 0]


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("a_shop_of_ours", "package.module:Name"),
        ("no_such_shop_at_all:Shop", "No module named"),
        ("a_shop_of_ours:Missing", "Missing"),
        ("a_shop_of_ours:RATE", "has no sync"),
    ],
)
def test_reference_that_leads_nowhere_is_told_in_one_sentence(
    module: Path, reference: str, sentence: str
) -> None:
    with pytest.raises(CannotDrive, match=sentence) as told:
        load_integration(reference, module)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("output", "rows"),
    [
        ('{"id": 1}\n\n{"id": 2}\nnoise\n[3]\n', [{"id": 1}, {"id": 2}]),
        ('[{"id": 1}, 2, {"id": 3}]', [{"id": 1}, {"id": 3}]),
        ('{"id": 1}', [{"id": 1}]),
        ("", []),
    ],
)
def test_exported_text_is_lines_or_one_array(output: str, rows: list[Any]) -> None:
    assert read_rows(Run(0, 0.1, output)) == rows


def test_exported_money_stays_exact() -> None:
    (row,) = read_rows(Run(0, 0.1, json.dumps({"net": 0.1})))
    assert row["net"] == Decimal("0.1")


def test_failed_export_gives_no_rows() -> None:
    assert read_rows(Run(1, 0.1, '{"id": 1}')) == []
