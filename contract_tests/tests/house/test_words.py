"""The specs speak only words that are defined, and every word and error is spoken somewhere."""

import copy
from contextlib import nullcontext
from typing import Any

import pytest

from emulator.contract.build.compiling import compile_all, merge
from emulator.contract.build.words import check_words, error_ids, words_in
from emulator.contract.faults import SpecFault
from emulator.contract.sources import folder

LAW = compile_all(folder("specs"), folder("fixtures"))
SPOKEN = [
    (name, pointer, word, value)
    for name, document in LAW["documents"].items()
    for pointer, word, value in words_in(document)
]


@pytest.mark.parametrize("word", LAW["vocabulary"]["words"])
def test_word_is_spoken(word: str) -> None:
    assert any(spoken == word for _, _, spoken, _ in SPOKEN)


def test_unknown_word_stops_start_up_with_its_place() -> None:
    law = copy.deepcopy(LAW)
    name = next(iter(law["documents"]))
    law["documents"][name]["x-limits"] = []
    with pytest.raises(SpecFault, match=rf"{name}#/x-limits: .*vocabulary"):
        check_words(law)


def test_unknown_error_id_stops_start_up_with_its_place() -> None:
    law = copy.deepcopy(LAW)
    name = next(iter(law["documents"]))
    law["documents"][name]["x-errors"] = ["no-such-error"]
    with pytest.raises(SpecFault, match=r"no-such-error is not in specs/errors/"):
        check_words(law)


def test_error_that_two_files_define_stops_start_up_with_its_place() -> None:
    files: dict[str, Any] = {
        "errors/a.yaml": {"errors": {"gone": {}}},
        "errors/b.yaml": {"errors": {"gone": {}}},
    }
    with pytest.raises(SpecFault, match=r"errors/b\.yaml#/errors/gone: stands in another file too"):
        merge(files, "errors")


def claims() -> list[tuple[str, Any]]:
    errors = [(f"errors/{name}", entry) for name, entry in LAW["errors"].items()]
    decisions = [(f"decisions/{name}", entry) for name, entry in LAW["decisions"].items()]
    rules = [
        (f"{name}{pointer}/{rule['id']}", rule)
        for name, pointer, word, value in SPOKEN
        if word == "x-rules"
        for rule in value
    ]
    return errors + decisions + rules


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim[0])
def test_claim_has_a_source(claim: tuple[str, Any]) -> None:
    source, is_rule = claim[1].get("x-source", {}), "/x-rules/" in claim[0]
    if claim[0] == "errors/not-emulated":
        assert source.keys() == {"note"}, "what the vendor never says has no confidence"
        return
    assert source.get("confidence") in {"D", "C", "I"} | ({"P"} if is_rule else set())
    assert source.get("page") or source.get("note"), (
        "a source names its page, or says what it is inferred from"
    )


@pytest.mark.parametrize("confidence", ["D", "C", "P", "I"])
def test_must_does_not_rest_on_what_is_inferred(confidence: str) -> None:
    law = copy.deepcopy(LAW)
    rule = law["documents"]["trendyol/platform"]["x-rules"][0]
    rule |= {"level": "MUST", "x-source": {"confidence": confidence, "note": "as the test wants it"}}
    with pytest.raises(SpecFault) if confidence == "I" else nullcontext():
        check_words(law)


def test_rule_ids_stand_for_one_law() -> None:
    laws: dict[str, set[str]] = {}
    for _, _, word, value in SPOKEN:
        if word == "x-rules":
            for rule in value:
                laws.setdefault(rule["id"], set()).add(rule["law"])
    assert {rule: texts for rule, texts in laws.items() if len(texts) > 1} == {}
    assert len(laws) >= 20


@pytest.mark.parametrize("name", LAW["decisions"])
def test_decision_default_is_one_of_its_options(name: str) -> None:
    assert LAW["decisions"][name]["default"] in LAW["decisions"][name]["options"]


def test_error_ids_named_in_words_are_found() -> None:
    assert set(error_ids("x-user-agent", {"absent": "a-b", "malformed": "c-d", "pattern": "x"})) == {
        "a-b",
        "c-d",
    }


def test_rule_ids_stand_for_one_advice_which_is_one_sentence() -> None:
    advice: dict[str, set[str]] = {}
    for _, _, word, value in SPOKEN:
        if word == "x-rules":
            for rule in value:
                advice.setdefault(rule["id"], set()).add(rule["advice"])
    assert {rule: texts for rule, texts in advice.items() if len(texts) > 1} == {}
    assert [text for texts in advice.values() for text in texts if not text.strip().endswith(".")] == []


def test_rule_without_advice_stops_start_up_with_its_place() -> None:
    law = copy.deepcopy(LAW)
    document = next(one for one in law["documents"].values() if one.get("x-rules"))
    del document["x-rules"][0]["advice"]
    with pytest.raises(SpecFault, match=r"x-rules.*advice"):
        check_words(law)
