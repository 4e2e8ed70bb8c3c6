"""What the README and docs/ name exists, and what they tell people to type can be typed."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import click
import pytest

from contract_tests.pytest_plugin import plugin
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.places import ROOT
from emulator.cli import main
from emulator.contract.contract import load_contract

README = (ROOT / "README.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
GUIDES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]
}
WORDS = "\n".join(GUIDES.values())
CONTRACT = load_contract()
PAGES = {"/_emulator/", "/_emulator/docs/"}
FIXTURE: Any = type(plugin.trendyol)
MARKDOWN = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
)
# Words that readers had to read twice; each was said more plainly.
REWRITTEN = (
    "as its last argument",
    "verb as last argument",
    "its last words",
    "a ghost or wrong",
    "the right one for nothing",
    "blamed for nothing",
    "reserves what is there at once",
    "right to the unit",
    "Nobody has shown that",
    "or from a moment on",
    "answers this machine only",
)


def found(pattern: str, text: str = WORDS) -> list[str]:
    return sorted(set(re.findall(pattern, text)))


def fences(text: str) -> Iterator[str]:
    """The code blocks without a language, or with a shell's: what people type."""
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        if language in {"", "sh", "bash", "yaml"}:
            yield block.replace("\\\n", " ")


def commands() -> list[str]:
    """Every command line that starts our program, in blocks and between backticks."""
    lines = [
        line.strip() for text in GUIDES.values() for block in fences(text) for line in block.splitlines()
    ]
    lines += found(r"(?<!`)`(trendyol-emulator \w+ [^`\n]+)`")
    started = (
        re.search(r"^(?:- (?:run: )?)?(?:\S*bin/)?(trendyol-emulator [a-z].*)", line) for line in lines
    )
    return sorted({match[1] for match in started if match})


def test_docs_list_what_is_not_emulated() -> None:
    table = OPERATIONS.partition("<!-- not emulated:")[2].partition("<!-- /not emulated -->")[0]
    told = {
        (name, edition)
        for name, only in re.findall(r"`(\w+)`(?: \((int|tr)\))?", table)
        for edition in ([only] if only else ["int", "tr"])
    }
    assert told == {(operation.id, operation.edition) for operation in CONTRACT.unbuilt}


def test_docs_list_the_operations_of_the_specs() -> None:
    table = OPERATIONS.partition("<!-- operations:")[2].partition("<!-- /operations -->")[0]
    told = sorted(re.findall(r"^\| `(\w+)` \| ([a-z, ]+) \| `(\S+)` \|$", table, re.MULTILINE))
    editions: dict[tuple[str, str], set[str]] = {}
    for operation in CONTRACT.operations:
        if operation.document.startswith("trendyol/"):
            place = (operation.id, operation.path.removeprefix("/integration"))
            editions.setdefault(place, set()).add(operation.edition)
    assert told == sorted((name, ", ".join(sorted(kinds)), path) for (name, path), kinds in editions.items())


def family_of(document: str) -> str:
    """The name of a document's family; of another system the system's."""
    return document.removeprefix("trendyol/").partition("/")[0]


def test_readme_counts_the_operations_of_each_family() -> None:
    table = README.partition("<!-- counts:")[2].partition("<!-- /counts -->")[0]
    rows = re.findall(r"^\| [^|]+ \| ([^|]+) \| (\d+) \|$", table, re.MULTILINE)
    operations = {(family_of(one.document), one.id) for one in CONTRACT.operations}
    counts = Counter(family for family, _ in operations if family != "control")
    families = [re.findall(r"`(\w+)`", names) for names, _ in rows]
    assert sorted(chain(*families)) == sorted(counts)
    assert [int(count) for _, count in rows] == [sum(counts[each] for each in names) for names in families]


# What the pages of the two other systems document: en/docs/trendyol-international-cross-dock-api-ssage/* and
# pazarsync.com/api-docs.
OTHER_SYSTEMS = {
    "b2b": {
        "GET /healthcheck",
        "GET /v1_1/offers",
        "GET /v2/offers/{}/stock-status",
        "GET /v2/products/{}/images",
        "POST /v2/offers/{}/items",
        "GET /v2/offers/{}/B2Bs",
        "POST /v2/offers/{}/cancel-items",
        "GET /v2/products/{}/rating",
    },
    "pazarsync": {
        "POST /api/auth/token",
        "GET /api/v1/products",
        "GET /api/v1/products/{}",
        "POST /api/v1/products",
        "GET /api/v1/orders",
        "GET /api/v1/orders/{}",
        "PUT /api/v1/products/{}/stock",
        "POST /api/v1/stocks/batch",
    },
}


@pytest.mark.parametrize("system", OTHER_SYSTEMS)
def test_every_documented_address_of_the_other_systems_is_served(system: str) -> None:
    addresses = {
        f"{one.method} {re.sub(r'{[^}]+}', '{}', one.path)}"
        for one in CONTRACT.operations
        if one.family == system
    }
    assert addresses >= OTHER_SYSTEMS[system]


@pytest.mark.parametrize(
    ("system", "heading"), [("b2b", "The cross-dock buyer gateway"), ("pazarsync", "PazarSync")]
)
def test_docs_say_that_every_address_of_the_other_systems_is_served(system: str, heading: str) -> None:
    section = OPERATIONS.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = set(re.findall(r"^\| `(\w+)` \| `(\w+) (\S+)` \|$", section, re.MULTILINE))
    operations = [one for one in CONTRACT.distinct() if one.family == system]
    prefix = "/api" if system == "pazarsync" else "/b2bbuyergateway"
    assert rows == {(one.id, one.method, one.path.removeprefix(prefix)) for one in operations}
    assert re.search(r"^These are all addresses that its pages? documents?\.$", section, re.MULTILINE)


@pytest.mark.parametrize("verb", main.list_commands(click.Context(main)))
def test_verb_is_named(verb: str) -> None:
    assert found(rf"trendyol-emulator ({verb})\b")


@pytest.mark.parametrize("line", commands())
def test_command_can_be_typed(line: str) -> None:
    words = shlex.split(line.partition(" > ")[0], comments=True)[1:]
    command: click.Command = main
    context = click.Context(main, info_name="trendyol-emulator")
    while isinstance(command, click.Group):
        name, *words = words
        inner = command.get_command(context, name)
        assert inner is not None, f"there is no verb {name}"
        command = inner
        context = command.make_context(name, list(words), parent=context)


def test_commands_are_found() -> None:
    assert len(commands()) > 10


@pytest.mark.parametrize("target", found(r"(?m)^make (\w+)", README))
def test_make_target_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("path", found(r"(/_emulator/[\w/{}.-]*)"))
def test_control_path_is_in_the_spec(path: str) -> None:
    values = {f"/_emulator{template}" for template in CONTRACT.documents["control"]["paths"]}
    shapes = [re.sub(r"\{\w+\}", "[^/]+", template) for template in values]
    assert path in PAGES or any(re.fullmatch(shape, path) for shape in shapes)


@pytest.mark.parametrize("rule", found(r"\bTY-[A-Z]{3}-\d{3}\b"))
def test_rule_exists(rule: str) -> None:
    assert rule in {known.id for known in installed_rulebook().rules}


@pytest.mark.parametrize("choice", found(r"--decide ([\w-]+=[\w-]+)"))
def test_decision_exists(choice: str) -> None:
    name, _, option = choice.partition("=")
    assert CONTRACT.decide({name: option})[name] == option


def test_docs_list_the_worlds_and_only_those() -> None:
    table = GUIDES["docs/worlds.md"].partition("| World | Holds |")[2].partition("\n\n")[0]
    assert sorted(re.findall(r"^\| `([\w-]+)`", table, re.MULTILINE)) == sorted(CONTRACT.worlds)


@pytest.mark.parametrize("world", found(r"""(?:--world |"world": "|world=")(\w+)"""))
def test_world_exists(world: str) -> None:
    assert world in CONTRACT.worlds


@pytest.mark.parametrize("name", found(r"`(trendyol(?:_\w+)?)`"))
def test_fixture_exists(name: str) -> None:
    assert isinstance(getattr(plugin, name, None), FIXTURE)


def test_fixtures_are_all_named() -> None:
    values = {name for name, value in vars(plugin).items() if isinstance(value, FIXTURE)}
    assert values - {"trendyol_emulator"} <= set(found(r"`(trendyol(?:_\w+)?)`"))


@pytest.mark.parametrize("operation", found(r"(?:explain |\"operation\": \")([a-z]\w+)"))
def test_operation_exists(operation: str) -> None:
    assert operation in {"webhookCall", *(known.id for known in CONTRACT.operations)}


def test_sentence_that_was_rewritten_stays_away() -> None:
    folders = ("emulator", "contract_tests", "specs")
    sources = [
        path for folder in folders for form in ("py", "yaml") for path in (ROOT / folder).rglob(f"*.{form}")
    ]
    texts = [
        " ".join(path.read_text(encoding="utf-8").split())
        for path in [*MARKDOWN, ROOT / "action.yml", *sources]
        if "tests" not in path.relative_to(ROOT).parts
    ]
    assert len(texts) > 500
    assert [words for words in REWRITTEN if any(words in text for text in texts)] == []


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_relative_link_leads_somewhere(path: Path) -> None:
    # Pages of the reference are made when the site is built: `make docs` follows their links.
    links = re.findall(r"\]\((?!\S*reference/)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []
