"""Turns the YAML of specs/ and fixtures/ into one plain, checked, self-contained value."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import yaml

from emulator.contract.addresses import addresses_of
from emulator.contract.build.body_bounds import bound_bodies
from emulator.contract.build.bundling import bundle
from emulator.contract.build.finding_fields import dated_fields
from emulator.contract.build.words import check_words
from emulator.contract.dates import day_ms
from emulator.contract.faults import SpecFault
from emulator.contract.operations import operations_of

Tree = dict[str, Any]


class _Loader(yaml.CSafeLoader):
    """YAML as JSON people expect it: dates, `no` and `on` stay strings."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool"}
    ]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
_PLATFORM = "errors/platform.yaml"


def compile_all(specs: Path, fixtures: Path) -> Tree:
    """Compile both folders.

    Shapes: ``hosts`` host -> what is there, ``translations`` language -> English sentence of a rule -> that
    language's, ``documents`` name -> bundled OpenAPI document,
    ``dated_fields`` name -> operation -> its fields that come and go, ``errors``,
    ``envelopes``, ``decisions``, ``vocabulary``, ``worlds`` name -> recipe,
    ``lookups`` name -> list, ``lookups_digest`` their hash, ``samples`` "family/operationId.status" -> body,
    ``addresses`` where each operation lives, ``retired_paths`` beginning of closed paths -> error,
    ``old_paths`` closed path -> the one in its place and the moment of closing.
    Errors: SpecFault naming document, place and what to do.
    """
    files = {path.relative_to(specs).as_posix(): read(path) for path in sorted(specs.rglob("*.yaml"))}
    # The platform's own errors come first: they answer where only a status is given.
    names = sorted(
        (name for name in files if name.startswith("errors/")), key=lambda name: (name != _PLATFORM, name)
    )
    catalogues = {name: files[name] for name in names}
    law: Tree = {
        "errors": merge(catalogues, "errors"),
        "envelopes": merge(catalogues, "envelopes"),
        "hosts": files["hosts.yaml"]["hosts"],
        "translations": {"tr": _translation(files, "tr")},
        "decisions": files["decisions.yaml"]["decisions"],
        "vocabulary": files["vocabulary.yaml"],
        "documents": {
            name.removesuffix(".yaml"): bundle(name, files)
            for name, tree in files.items()
            if "openapi" in tree
        },
        "worlds": {path.stem: read(path) for path in sorted((fixtures / "worlds").glob("*.yaml"))},
        "lookups": {
            **read_folder(fixtures / "lookups"),
            "places": read_folder(fixtures / "lookups" / "places"),
        },
        "samples": {
            f"{path.parent.name}/{path.stem}": read(path)
            for path in sorted((fixtures / "samples").glob("*/*.json"))
        },
    }
    check_words(law)
    documents = law["documents"]
    for document in documents.values():
        bound_bodies(document)
    fields = {name: dated_fields(name, document) for name, document in documents.items()}
    law["dated_fields"] = {name: operations for name, operations in fields.items() if operations}
    operations = [entry for name, document in documents.items() for entry in operations_of(name, document)]
    law["addresses"] = [list(address) for address in addresses_of(documents, operations)]
    law["lookups_digest"] = hashlib.sha256(orjson.dumps(law["lookups"])).hexdigest()
    return law | closed_paths(documents)


def closed_paths(documents: Mapping[str, Tree]) -> Tree:
    """Collect what the documents say of paths that are closed."""
    closures = [document["x-retired"] for document in documents.values() if "x-retired" in document]
    return {
        "retired_paths": {path: word["error"] for word in closures for path in word["paths"]},
        "old_paths": {
            beginning + old_path: [new_path, day_ms(word["until"])]
            for word in closures
            for beginning in word["paths"]
            for old_path, new_path in word.get("aliases", {}).items()
        },
    }


def read_folder(folder: Path) -> Tree:
    """Read the JSON files of a folder, each under its name."""
    return {path.stem: read(path) for path in sorted(folder.glob("*.json"))}


def _translation(files: Mapping[str, Tree], language: str) -> dict[str, str]:
    folder = f"translations/{language}/"
    pairs = (pair for name, tree in files.items() if name.startswith(folder) for pair in tree["sentences"])
    return {pair["en"]: pair[language] for pair in pairs}


def merge(files: Mapping[str, Tree], member: str) -> Tree:
    """Join a member that several files have.

    Errors: SpecFault for a name that two files define.
    """
    union: Tree = {}
    for name, tree in files.items():
        for key, value in tree.get(member, {}).items():
            if key in union:
                raise SpecFault(name, f"/{member}/{key}", "stands in another file too; keep one of them")
            union[key] = value
    return union


def read(path: Path) -> Any:
    """Read one YAML or JSON file."""
    try:
        if path.suffix == ".json":
            return orjson.loads(path.read_bytes())
        return yaml.load(path.read_bytes(), Loader=_Loader)
    except (yaml.YAMLError, orjson.JSONDecodeError) as fault:
        raise SpecFault(path.name, "", f"cannot be read: {' '.join(str(fault).split())}") from fault
