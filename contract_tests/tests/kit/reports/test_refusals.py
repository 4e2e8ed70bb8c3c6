"""In Turkish: why something cannot be done, requests, exports and schemas; no sentence stays English."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from click.testing import CliRunner

import contract_tests
import emulator
from contract_tests.cli.exit_codes import FAULTS
from contract_tests.records.scenario import schema
from contract_tests.records.schema_errors import errors_in
from contract_tests.reports.evidence import say_evidence
from contract_tests.reports.language import speaking
from contract_tests.tests.kit.support.written_sentences import (
    sentences_left_in_english,
    texts_of,
    texts_of_calls,
)
from emulator.cli import main
from emulator.world.core.listing import Listing
from emulator.world.core.people import MARKETS

KIT, EMULATOR = Path(contract_tests.__path__[0]), Path(emulator.__path__[0])
VERBS = ("check", "lint", "replay", "provider", "emulator_places", "inputs", "readiness")
ROOMS = ("config", "drivers", "engine", "stages", "virtual_time", "records")
REQUESTS_AND_EXPORTS = (
    "drivers/export.py", "drivers/row_text.py", "records/exchange_lines.py", "records/schema_errors.py",
    "stages/outside.py", "stages/control_api.py", "config/waivers.py",
)  # fmt: skip
WITH_MOVES = (
    "moves.py", "core/move.py", "core/life.py", "core/snapshots.py", "money/statements.py",
    "catalogue/cross_country.py", "catalogue/moderation.py",
)  # fmt: skip
PARTS = {
    "#/$defs/7", "Bearer 7", " at 7", " of 7", "expired on 7", "7 lines of no rows", "more than 7",
    "line 7 7", "line 7: 7 7", "7 is not right7", "and 7 more 7", "and more than 7 more 7",
    "the waiver of 77 7 and nothing breaks the rule: take it out",
    "7 went to 7, outside the scenario's world at 7: 7", "no pair of corrections7 stands in the account of 7",
    "7 The verbs are: 7.",
}  # fmt: skip
"""What has a word or more among its facts, and what is said before the language is known."""
WRONG: list[tuple[Any, Any]] = [
    ({"type": "string"}, 1), ({"type": ["string", "null"]}, 1), ({"minimum": 1}, 0), ({"maximum": 1}, 2),
    ({"exclusiveMinimum": 1}, 1), ({"exclusiveMaximum": 1}, 1), ({"multipleOf": 2}, 3), ({"const": 1}, 2),
    ({"enum": [1, 2]}, 3), ({"enum": [1, 2, 3, 4]}, 5), ({"format": "date"}, "x"), ({"pattern": "^a"}, "b"),
    ({"maxLength": 1}, "bb"), ({"minLength": 3}, "b"), ({"minLength": 1}, ""),
    ({"uniqueItems": True}, [1, 1]), ({"maxItems": 1}, [1, 2]), ({"minItems": 1}, []), ({"minItems": 2}, []),
    ({"required": ["a"]}, {}), ({"additionalProperties": False, "properties": {"a": {}}}, {"b": 1}),
    ({"minProperties": 1}, {}), ({"maxProperties": 1}, {"a": 1, "b": 2}), ({"not": {}}, 1),
    ({"anyOf": [{"type": "string"}]}, 1), ({"oneOf": [{}, {}]}, 1),
]  # fmt: skip


def test_every_sentence_with_which_a_verb_ends_has_its_translation() -> None:
    rooms = (path for room in ROOMS for path in (KIT / room).rglob("*.py"))
    paths = [*rooms, *(KIT / "cli" / f"{verb}.py" for verb in VERBS)]
    names = {"UsageError", *(kind.__name__ for kind in FAULTS)}
    texts = [text for path in paths for text in texts_of_calls(path, names)]
    assert len(texts) > 40
    assert sentences_left_in_english(texts) - PARTS == set()


def test_every_reason_against_a_move_has_its_translation() -> None:
    paths = {*EMULATOR.glob("world/*/*moves.py"), *(EMULATOR / "world" / name for name in WITH_MOVES)}
    texts = [
        text for path in paths for text in texts_of_calls(path, {"ValueError", "NoWay", "OtherSnapshot"})
    ]
    nouns = [text for path in paths for text in texts_of_calls(path, {"choose"}, at=1)]
    assert (len(texts) > 15, len(nouns) > 15) == (True, True)
    sentences = {f"there is no {noun} on TR of 7 to choose" for noun in nouns}
    assert sentences_left_in_english([*texts, *sentences]) - PARTS == set()
    with speaking("tr"):
        assert [one for one in map(say_evidence, sentences) if "seçilecek bir" in one] == []


def test_every_note_on_a_call_to_a_webhook_has_its_translation() -> None:
    texts = [
        *texts_of_calls(EMULATOR / "outbox" / "connections.py", {"NoAnswer"}),
        *(text for text in texts_of(EMULATOR / "outbox" / "lane.py") if " " in text),
        *(
            text
            for path in EMULATOR.glob("world/hooks/*.py")
            for text in texts_of_calls(path, {"note"}, at=3)
        ),
    ]
    assert len(texts) > 7
    assert sentences_left_in_english(texts) == set()


def test_every_listing_is_named_in_turkish() -> None:
    listings = [str(Listing(2748, storefront)) for storefront in MARKETS]
    assert (len(listings) > 10, sentences_left_in_english(listings)) == (True, set())


def test_requests_exports_and_schemas_are_described_in_turkish() -> None:
    texts = [text for name in REQUESTS_AND_EXPORTS for text in texts_of(KIT / name)]
    assert len(texts) > 30
    assert sentences_left_in_english(texts) - PARTS == set()


@pytest.mark.parametrize(("document", "value"), WRONG)
def test_what_breaks_a_schema_is_said_in_turkish(document: Any, value: Any) -> None:
    plain = [error.message for error in jsonschema_rs.validator_for(document).iter_errors(value)]
    own = list(errors_in(document, jsonschema_rs.validator_for(document, validate_formats=True), value))
    assert own
    assert sentences_left_in_english([*plain, *own]) == set()


def test_what_the_fields_of_exports_are_is_said_in_turkish() -> None:
    parts = schema("export")["$defs"].values()
    fields = [part for part in parts if "properties" not in part]
    fields += [field for part in parts for field in part.get("properties", {}).values()]
    texts = [field["description"].rstrip(".") for field in fields if "description" in field]
    assert len(texts) > 10
    assert sentences_left_in_english(f"{text[:1].lower()}{text[1:]}" for text in texts) == set()


@pytest.mark.parametrize(
    ("english", "turkish"),
    [
        ("getX page=0 -> 200, 117 rows of 117", "getX page=0 -> 200, 117 satırdan 117 tanesi"),
        ("#3 GET /a?b=c -> no answer", "#3 GET /a?b=c -> yanıt yok"),
        ("getX -> 400 size-invalid: 9 is not a day", "getX -> 400 size-invalid: 9 is not a day"),
        (
            "getX -> 200, hasError true, not done: 7: 1 is not a day",
            "getX -> 200, hasError true, yapılmadı: 7: 1 is not a day",
        ),
        ("getX -> 200, 868: 3 of 5, 2 more", "getX -> 200, 868: 5 adetten 3, 2 tane daha"),
        (
            "export products, row 3: quantity: -1 is less than the minimum of 0",
            "products dışa aktarımı, 3. kayıt: quantity: -1, en az 0 olmalı",
        ),
        (
            "export orders, line 2: 'x of y' is no JSON object",
            "orders dışa aktarımı, 2. satır: 'x of y' bir JSON nesnesi değil",
        ),
        ("and 1,234 more rows", "ve 1.234 kayıt daha"),
        (
            "2 requests went to http://a, outside the scenario's world at http://b: GET /x",
            "2 istek http://a adresine gitti, senaryonun http://b adresindeki dünyasının dışına: GET /x",
        ),
    ],
)  # fmt: skip
def test_lines_are_said_in_turkish(english: str, turkish: str) -> None:
    with speaking("tr"):
        assert say_evidence(english) == turkish


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (
            ("lint", "nowhere.har"),
            4,
            "nowhere.har okunamıyor: böyle bir dosya veya klasör yok; bir HAR dosyası veya http://HOST:PORT"
            " biçiminde bir emülatör verin",
        ),
        (("rules", "show", "TY-NO-1"), 2, "TY-NO-1 diye bir kural yok; hepsini rules list sayar"),
        (("check", "--examples", "0"), 2, "neyin çalıştırılacağı bilinmiyor"),
        (("check", "--profile", "orders-poll", "--", "/nowhere"), 4, "/nowhere başlatılamıyor"),
        (("replay", "nowhere.json"), 4, "bir denetimin sakladığı scenario.json dosyasını verin"),
    ],
)
def test_verb_ends_with_a_sentence_in_turkish(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: tuple[str, ...], code: int, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRENDYOL_EMULATOR_LANGUAGE", "tr")
    result = CliRunner().invoke(main, words)
    assert (result.exit_code, sentence in result.output) == (code, True), result.output
