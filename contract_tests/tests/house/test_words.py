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


def test_every_word_is_spoken() -> None:
    assert set(LAW["vocabulary"]["words"]) <= {word for _, _, word, _ in SPOKEN}


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


def has_source(place: str, entry: dict[str, Any]) -> bool:
    """Whether a claim has its confidence, and its page or what it is inferred from."""
    source = entry.get("x-source", {})
    if place == "errors/not-emulated":
        return bool(source.keys() == {"note"})  # what the vendor never says has no confidence
    known = {"D", "C", "I", "P"} if "/x-rules/" in place else {"D", "C", "I"}
    return source.get("confidence") in known and bool(source.get("page") or source.get("note"))


def test_every_claim_has_a_source() -> None:
    assert [place for place, entry in claims() if not has_source(place, entry)] == []
    assert len(claims()) > 300


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"x-source": {"confidence": "D"}},
        {"x-source": {"page": "a"}},
        {"x-source": {"confidence": "P", "page": "a"}},
    ],
)
def test_claim_without_a_whole_source_is_seen(entry: dict[str, Any]) -> None:
    assert not has_source("errors/any", entry)


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


def test_default_of_every_decision_is_one_of_its_options() -> None:
    decisions = LAW["decisions"]
    assert [name for name, entry in decisions.items() if entry["default"] not in entry["options"]] == []


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
