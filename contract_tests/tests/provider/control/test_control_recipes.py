"""Worlds sown from a recipe in the request: the same as from a file, fast, or refused in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask

from contract_tests.tests.provider.conftest import NOW_MS, TR, Ask
from contract_tests.tests.provider.support.products import PRODUCTS, TURKISH, read
from contract_tests.tests.provider.support.recipes import EMPTY, small
from contract_tests.tests.provider.support.worlds import bytes_of, opened
from emulator.contract.contract import load_contract
from emulator.stage.stages import Stages
from emulator.world.core import seeded_files

SELLER = EMPTY["sellers"][0]
DOCUMENT = load_contract().documents["control"]


@pytest.fixture
def root(app: Flask) -> Iterator[Ask]:
    """Ask the default world; the world named made is closed afterwards."""
    yield Ask(app, "")
    stages: Stages = app.extensions["stages"]
    stages.close("made")


def make(root: Ask, recipe: dict[str, Any], **options: Any) -> Any:
    body = {"name": "made", "now_ms": NOW_MS, "recipe": recipe, **options}
    return root.send("POST", "/_emulator/worlds", json=body)


def why_not(root: Ask, recipe: dict[str, Any]) -> str:
    """The sentence with which a recipe is refused."""
    answer = make(root, recipe)
    assert (answer.status_code, answer.json["error"]) == (400, "recipe-invalid"), answer.text
    return str(answer.json["message"])


def test_world_is_sown_from_the_recipe_given(app: Flask, root: Ask) -> None:
    made = make(root, small())
    assert (made.status_code, made.json["world"]) == (201, "small")
    assert read(Ask(app, "/w/made"), TURKISH, TR)["totalElements"] == 20


def test_recipe_may_name_a_share_or_leave_it_out(app: Flask, root: Ask) -> None:
    listing = {
        "seller": 2748,
        "storefront": "RO",
        "contents": 5,
        "variants": [1, 1],
        "shares": {"sold_out": 1},
    }
    make(root, {**EMPTY, "listings": [listing]})
    page = read(Ask(app, "/w/made"), PRODUCTS)
    variants = [variant for content in page["content"] for variant in content["variants"]]
    assert [variant["stock"]["quantity"] for variant in variants] == [0] * 5
    assert not any(variant["locked"] or variant["archived"] for variant in variants)


@pytest.mark.parametrize("name", load_contract().worlds)
def test_recipe_of_every_seed_world_keeps_the_schema(name: str) -> None:
    schema = {"$ref": "#/components/schemas/Recipe", "components": DOCUMENT["components"]}
    jsonschema_rs.validator_for(schema).validate(load_contract().worlds[name])


def test_recipe_gives_the_bytes_of_the_seed_world_it_is_like(tmp_path: Path) -> None:
    demo = load_contract().worlds["demo"]
    given = opened(tmp_path, recipe=dict(demo), cache=tmp_path / "a")
    named = opened(tmp_path, cache=tmp_path / "b")
    assert bytes_of(given) == bytes_of(named)


def test_sown_recipes_stay_out_of_the_cache(app: Flask, root: Ask) -> None:
    stages: Stages = app.extensions["stages"]
    assert make(root, small(), seed=41).status_code == 201
    kept = list((stages.folder() / "recipes").glob("small-*.world"))
    assert kept
    assert stages.get("made") is not None
    assert stages.stages["made"].world.seeded_file().parent == stages.folder() / "recipes"


def test_kept_worlds_are_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeded_files, "CACHE_FILES", 3)
    for seed in range(5):
        opened(tmp_path / "private", "empty", seed=seed, cache=tmp_path / "cache").close()
    assert len(list((tmp_path / "cache").iterdir())) == 3


def test_world_and_recipe_together_are_refused(root: Ask) -> None:
    answer = make(root, small(), world="demo")
    assert (answer.status_code, answer.json["error"]) == (400, "body-invalid")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "no/path"},
        {"sellers": []},
        {"colour": "red"},
        {"listings": [{"seller": 2738, "storefront": "TR", "contents": -1, "variants": [1, 1]}]},
        {"money": [{"seller": 2738, "storefront": "TR", "days": 5}]},
        {"orders": [{"seller": 2738, "storefront": "TR", "count": 1, "days": 5, "marketplaces": ["bazaar"]}]},
    ],
)
def test_recipe_that_breaks_the_schema_is_refused(root: Ask, wrong: dict[str, Any]) -> None:
    answer = make(root, small(**wrong))
    assert (answer.status_code, answer.json["error"]) == (400, "body-invalid")


def test_recipe_with_an_unknown_decision_is_refused(root: Ask) -> None:
    answer = make(root, small(decisions={"retry-after": "never"}))
    assert (answer.status_code, answer.json["error"]) == (404, "decision-unknown")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"sellers": [SELLER, SELLER]}, "sellers: 2748 is there twice"),
        (
            {"sellers": [SELLER, {**SELLER, "id": 5}]},
            "sellers: demo-int-key is there twice",
        ),
        ({"listings": [{"seller": 9, "storefront": "TR", "contents": 1, "variants": [1, 1]}]}, "no seller 9"),
        ({"money": [{"seller": 2738, "storefront": "RO", "days": 5, "rows": 5}]}, "no seller 2738 sells on"),
        ({"listings": [{"seller": 2738, "storefront": "TR", "contents": 1, "variants": [3, 1]}]}, "fewest"),
        ({"listings": []}, "seller 2738 sells nothing on TR yet"),
        (
            {"money": [{"seller": 2738, "storefront": "TR",
                        "entries": [{"id": "1", "type": "gift", "transaction_at_ms": NOW_MS}]}]},
            "'gift' is missing or unknown",
        ),
    ],
)  # fmt: skip
def test_recipe_whose_parts_disagree_is_refused(root: Ask, wrong: dict[str, Any], sentence: str) -> None:
    message = why_not(root, small(**wrong))
    assert sentence in message
    assert message.startswith("This recipe makes no world: ")
    assert root.send("GET", "/_emulator/worlds/made").status_code == 404


def test_refused_recipe_leaves_no_half_world_behind(app: Flask, root: Ask) -> None:
    stages: Stages = app.extensions["stages"]
    why_not(root, small(listings=[]))
    assert not [file for file in (stages.folder() / "recipes").iterdir() if file.suffix != ".world"]
