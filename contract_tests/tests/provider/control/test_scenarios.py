"""Kept failures over the control API: the list, one with its story, and playing one again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from flask.testing import FlaskClient

from emulator import Settings, create_app
from emulator.control.handlers import scenarios
from emulator.stage.stages import Stages

NAME = "catalog-pull-1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "trendyol-findings" / NAME
    place.mkdir(parents=True)
    (place / "scenario.json").write_bytes(orjson.dumps({"profile": "catalog-pull"}))
    (place / "story.json").write_bytes(orjson.dumps({"rules": ["TY-CAT-003"], "sentence": "A row is lost"}))
    return place.parent


@pytest.fixture
def client(folder: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(world="empty", failures=folder, check_answers=True))
    yield app.test_client()
    stages: Stages = app.extensions["stages"]
    stages.close_all()


def test_failures_are_listed_and_shown(client: FlaskClient, folder: Path) -> None:
    (folder / "notes.txt").write_text("no failure")
    (folder / "broken").mkdir()
    (folder / "broken" / "scenario.json").write_text("{")
    assert client.get("/_emulator/scenarios").json == {
        "folder": "trendyol-findings",
        "scenarios": [
            {
                "name": NAME,
                "profile": "catalog-pull",
                "rules": ["TY-CAT-003"],
                "sentence": "A row is lost",
            }
        ],
    }
    failure = client.get(f"/_emulator/scenarios/{NAME}")
    assert (failure.status_code, failure.text.count("A row is lost")) == (200, 1)


def test_story_is_shown_in_turkish(client: FlaskClient, folder: Path) -> None:
    moment = {"at_ms": 0, "what": "sync", "text": "sync 1 begins", "request": None, "emphasis": False}
    story = {"rules": [], "sentence": "size=9999, at most 100 is allowed", "moments": [moment]}
    (folder / NAME / "story.json").write_bytes(orjson.dumps(story))
    failure = client.get(f"/_emulator/scenarios/{NAME}?language=tr").json or {}
    assert failure["moments"] == [{**moment, "text": "1. koşu başlıyor"}]
    page = client.get("/_emulator/scenarios?language=tr").json or {}
    assert failure["sentence"] == page["scenarios"][0]["sentence"] == "size=9999, en çok 100 olabilir"
    assert "at most 100" in client.get(f"/_emulator/scenarios/{NAME}").text


@pytest.mark.parametrize(("name", "status"), [("none", 404), ("..", 400), ("%2e%2e%2fx", 404)])
def test_no_other_file_is_a_failure(client: FlaskClient, name: str, status: int) -> None:
    assert client.get(f"/_emulator/scenarios/{name}").status_code == status


def test_link_to_another_folder_is_no_failure(client: FlaskClient, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "scenario.json").write_text("{}")
    (folder / "link").symlink_to(tmp_path / "secret")
    assert client.get("/_emulator/scenarios/link").status_code == 404


def test_failure_is_played_by_the_verb_replay(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, ...]] = []

    def run(words: tuple[str, ...], folder: Path, timeout_s: float) -> tuple[int, str]:
        calls.append(words)
        return 1, "1 MUST rule broken"

    monkeypatch.setattr(scenarios, "run_kit_verb", run)
    answer = client.post(f"/_emulator/scenarios/{NAME}/play?language=tr")
    assert answer.json == {"exit": 1, "output": "1 MUST rule broken"}
    (words,) = calls
    assert (words[0], Path(words[1]).parts[-2:]) == ("replay", (NAME, "scenario.json"))
    assert words[2:] == ("--language", "tr")
    assert client.post("/_emulator/scenarios/none/play").status_code == 404
