"""What was seen, in Turkish: each sentence of a judge has its translation, with all its facts."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

import emulator
from contract_tests import judge, reports
from contract_tests.profiles.every import PROFILES
from contract_tests.reports.evidence import FACT, say_evidence, table
from contract_tests.reports.language import speaking
from contract_tests.tests.kit.support.written_sentences import WORD, sentences_of, texts_of_answers

TABLE = {FACT.sub(r"{\1}", sentence): words for sentence, words in table("tr").items()}
"""The sentences of the tables by their numbers alone, whatever the kinds of their facts."""
SOURCES = sorted(Path(judge.__path__[0]).rglob("*.py"))
NO_SENTENCES = {
    "{0}: a border of windows", "{0}: a list that moved", "{0}: a page never asked",
    "{0}: a window never asked", "{0}: refused", "{0}: unreadable", "header {0}", "{0}Before",
    "the kit has no judge {0}", "it is older than the specs it reads",
}  # fmt: skip
"""What tells causes apart, which no report shows; a name; and what stops the kit."""
BARE = {"{0} is {1}", "{0} has {1}", "whose {0} {1}", "a {0}"}
"""Names, verbs and values: as templates they would match what clients have written, too."""


PUT_TOGETHER = {
    "barcode {0} on {1} costs {2}", "{0} {1} booked for {2}, dated {3}", "answered {0}{1}",
    "the change of content {0} on {1} was {2}",
}  # fmt: skip
"""What has a word or more among its facts."""
REPORTS = Path(reports.__path__[0])
EMULATOR = Path(emulator.__path__[0])


def sentences() -> set[str]:
    """Every sentence with facts in the judges."""
    nodes = (node for path in SOURCES for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    texts = {one for node in nodes if isinstance(node, ast.JoinedStr) for one in sentences_of(node)}
    return {text for text in texts if WORD.search(FACT.sub("", text))}


def test_every_sentence_of_a_judge_has_its_translation() -> None:
    assert sentences() - set(TABLE) - NO_SENTENCES - BARE == set()


def test_translation_has_the_facts_of_its_sentence() -> None:
    for sentence, translation in TABLE.items():
        numbers = [number for number, _ in FACT.findall(sentence)]
        assert numbers == [str(number) for number in range(len(numbers))], sentence
        assert sorted(number for number, _ in FACT.findall(translation)) == numbers, sentence


@pytest.mark.parametrize(
    ("english", "turkish"),
    [
        ("size=9999, at most 100 is allowed", "size=9999, en çok 100 olabilir"),
        (
            "exit 0 although 4 of 174 orders were never sent to it: 11, 12; page 0 of the window from 1 to 2"
            " was refused with 429 and was never read",
            "çıkış 0, oysa 174 orders kaydından 4 tanesi ona hiç gönderilmedi: 11, 12;"
            " 1 ile 2 arasındaki pencerede 0. sayfa 429 ile reddedildi ve hiç okunmadı",
        ),
        (
            "exit 0 although 60 of 183 rows are not held, though the world has them: 11 and 2 more",
            "çıkış 0, oysa 183 satırdan 60 tanesi kopyada yok, dünyada ise var: 11 ve 2 tane daha",
        ),
        ("was a of b, " * 1000, "was a of b, " * 1000),
        ("what no table has", "what no table has"),
    ],
)
def test_what_was_seen_is_said_in_turkish(english: str, turkish: str) -> None:
    assert say_evidence(english) == english
    with speaking("tr"):
        assert say_evidence(english) == turkish


def test_every_scenario_has_its_name_in_turkish() -> None:
    names = {scenario.name for profile in PROFILES.values() for scenario in profile.scenarios}
    assert names == set(tomllib.loads((REPORTS / "scenarios.tr.toml").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("english", "turkish"),
    [
        (
            "told to wait in the middle: exit 0 after 0.7 s, then no end after 9.0 s; 11 requests;"
            " breaks TY-ORD-901",
            "ortada beklemesi söyleniyor: 0,7 sn sonra çıkış 0, ardından 9,0 sn sonra hâlâ bitmedi; 11 istek;"
            " çiğnenen: TY-ORD-901",
        ),
        (
            "4 requests: 1 refused, 0 to addresses that no document has",
            "4 istek: 1 tanesi reddedildi, 0 tanesi hiçbir belgede olmayan adreslere",
        ),
        ("1 entry could not be read: its URL cannot be read", "1 kayıt okunamadı: adresi okunamıyor"),
        (
            "3 entries could not be read: it names no method and URL",
            "3 kayıt okunamadı: metot ve adres yazmıyor",
        ),
        ("quiet: 1 event, 2 syncs", "sakin: 1 olay, 2 koşu"),
        ("orders-poll (int, RO, seller 2748)", "orders-poll (int, RO, satıcı 2748)"),
        (
            "catalog-pull, edition int RO, world demo, seed 3, unusual answers",
            "catalog-pull, sürüm int RO, dünya demo, tohum 3, alışılmadık yanıtlar",
        ),
        (
            "sync 1, requests 2 to 3 of any operation: status 503",
            "1. koşu, herhangi bir işleminin 2-3. istekleri: status 503",
        ),
        (
            "TY-ORD-902: exit 0 although 60 of 183 rows are not held, though the world has them: 11",
            "TY-ORD-902: çıkış 0, oysa 183 satırdan 60 tanesi kopyada yok, dünyada ise var: 11",
        ),
        (
            "moved: package 1 of order 2 was split into 3, 4",
            "hareket: 2 siparişinin 1 paketi bölündü: 3, 4",
        ),
        (
            "interrupted by SIGINT; not played: told to wait in the middle, drawn scenarios",
            "SIGINT ile kesildi; oynanmayanlar: ortada beklemesi söyleniyor, çekilen senaryolar",
        ),
    ],
)  # fmt: skip
def test_runs_and_stories_are_said_in_turkish(english: str, turkish: str) -> None:
    with speaking("tr"):
        assert say_evidence(english) == turkish


def test_every_move_and_fault_has_its_sentence_in_turkish() -> None:
    paths = [*EMULATOR.glob("world/*/*moves.py"), EMULATOR / "pipeline" / "fault_injection.py"]
    texts = {text for path in paths for text in texts_of_answers(path)}
    assert len(texts) > 25
    assert {text for text in texts if WORD.search(FACT.sub("", text))} - set(TABLE) - PUT_TOGETHER == set()
