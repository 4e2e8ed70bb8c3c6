"""Saved states of a world: rows, clock, tokens and the work that is due, on both stores."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contract_tests.tests.provider.conftest import Ask, Opener
from contract_tests.tests.provider.support.control import DAY_MS, refusal
from contract_tests.tests.provider.support.inventory import push
from contract_tests.tests.provider.support.pazarsync import PRODUCTS, bearer
from emulator import Settings, create_app
from emulator.cli import main
from emulator.stage.stages import Stages

both_stores = pytest.mark.both_stores
SNAPSHOTS = "/snapshots"
TRUTHS = ("products", "orders")


def state_of(ask: Ask) -> Any:
    return [ask.control("GET", f"/truth/{kind}", seller=2748, storefront="RO") for kind in TRUTHS]


@both_stores
def test_load_takes_rows_and_clock_back_and_keeps_what_is_due(ask: Ask) -> None:
    ask.control("POST", "/clock/freeze")
    ask.control("POST", "/sellers", {"id": 7001, "edition": "int", "storefronts": ["RO"]})
    barcode = state_of(ask)[0]["rows"][0]["barcode"]
    push(ask, [{"barcode": barcode, "quantity": 11, "salePrice": 20.0, "listPrice": 20.0}], "int")
    snapshot = ask.control("POST", SNAPSHOTS, {"name": "before"})
    clock, before = ask.control("GET", "/clock"), state_of(ask)
    ask.control("POST", "/clock/advance", {"ms": DAY_MS})
    ask.control("POST", "/sellers", {"id": 7002, "edition": "int", "storefronts": ["RO"]})
    after = state_of(ask)
    assert ask.control("POST", f"{SNAPSHOTS}/before/load") == snapshot
    assert ask.control("GET", "/clock") == clock
    assert state_of(ask) == before != after
    assert [row["id"] for row in ask.control("GET", "/sellers")["sellers"]][-1] == 7001
    ask.control("POST", "/clock/advance", {"ms": DAY_MS})
    assert state_of(ask) == after


@both_stores
def test_running_clock_goes_on_from_the_moment_of_saving(open_world: Opener) -> None:
    ask = open_world("empty")
    ask.control("POST", "/clock/run")
    snapshot = ask.control("POST", SNAPSHOTS, {"name": "running"})
    ask.control("POST", "/clock/advance", {"ms": DAY_MS})
    ask.control("POST", f"{SNAPSHOTS}/running/load")
    clock = ask.control("GET", "/clock")
    assert clock["mode"] == "running"
    assert snapshot["saved_at_ms"] <= clock["now_ms"] < snapshot["saved_at_ms"] + DAY_MS // 2


@both_stores
def test_token_of_before_is_good_after_a_load(ask: Ask) -> None:
    headers = bearer(ask)
    ask.control("POST", SNAPSHOTS, {"name": "tokens"})
    ask.control("POST", f"{SNAPSHOTS}/tokens/load")
    assert ask(PRODUCTS, headers).status_code == 200


@both_stores
def test_snapshots_are_listed_replaced_and_deleted(open_world: Opener) -> None:
    ask = open_world("empty")
    names = ("two", "one", "two")
    rows = {name: ask.control("POST", SNAPSHOTS, {"name": name}) for name in names}
    assert ask.control("GET", SNAPSHOTS) == {"snapshots": [rows["one"], rows["two"]]}
    assert ask.control("DELETE", f"{SNAPSHOTS}/one") == {"deleted": "one"}
    assert ask.control("GET", SNAPSHOTS) == {"snapshots": [rows["two"]]}
    for method, path in (("DELETE", "one"), ("POST", "one/load")):
        assert refusal(ask, method, f"{SNAPSHOTS}/{path}") == (404, "snapshot-unknown")


@both_stores
def test_snapshot_of_another_world_is_refused(open_world: Opener) -> None:
    ask = open_world("empty")
    ask.control("POST", SNAPSHOTS, {"name": "other"})
    stages: Stages = ask.client.application.extensions["stages"]
    stage = stages.get(ask.prefix.removeprefix("/w/"))
    assert stage
    stage.world.store.execute("UPDATE world_meta SET value = '9' WHERE name = 'seed'")
    assert refusal(ask, "POST", f"{SNAPSHOTS}/other/load") == (409, "snapshot-foreign")


def run(place: object, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["snapshot", *words, "--database", f"sqlite:///{place}"])
    return result.exit_code, result.output


def test_verb_saves_and_loads_what_an_emulator_has_open(tmp_path: Path) -> None:
    place = tmp_path / "stage.db"
    app = create_app(Settings(world="empty", database=place, folder=tmp_path))
    ask = Ask(app, "")
    before = ask.control("GET", "/sellers")
    assert run(place, "save", "a")[0] == 0
    ask.control("POST", "/sellers", {"id": 7001, "edition": "int", "storefronts": ["RO"]})
    code, line = run(place, "load", "a")
    assert (code, line.startswith("loaded a  20")) == (0, True)
    assert ask.control("GET", "/sellers") == before
    app.extensions["stages"].close_all()
    shutil.copy(tmp_path / "stage.db.snapshots" / "a.db", tmp_path / "carried.db")
    other_app = create_app(Settings(world="empty", database=tmp_path / "carried.db", folder=tmp_path))
    assert Ask(other_app, "").control("GET", "/sellers") == before
    other_app.extensions["stages"].close_all()


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("load", "b"), 4, "is not there"),
        (("save",), 2, "snapshot save needs a name"),
        (("list", "b"), 2, "takes no name"),
    ],
)
def test_verb_says_in_one_sentence_what_it_cannot_do(
    tmp_path: Path, words: tuple[str, ...], code: int, sentence: str
) -> None:
    exit_code, text = run(tmp_path / "nowhere.db", *words)
    assert (exit_code, sentence in text, text.count("\n")) == (code, True, 1)
