"""Makes an OpenAPI document self-contained: what it takes from other files moves into its components."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from emulator.contract.faults import SpecFault


def bundle(name: str, files: Mapping[str, Any]) -> dict[str, Any]:
    """Copy a document with every ``other.yaml#/kind/Name`` turned into ``#/components/kind/Name``.

    Errors: SpecFault for a reference to nothing, or for two different things of one name.
    """
    origin: dict[tuple[str, str], str] = {}
    imported: dict[str, dict[str, Any]] = {}

    def follow(node: Any, file: str) -> Any:
        if isinstance(node, list):
            return [follow(item, file) for item in node]
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref")
        if isinstance(reference, str):
            return {
                **{k: follow(v, file) for k, v in node.items() if k != "$ref"},
                "$ref": take(reference, file),
            }
        return {key: follow(value, file) for key, value in node.items()}

    def take(reference: str, file: str) -> str:
        target, _, pointer = reference.partition("#")
        source = posixpath.normpath(posixpath.join(posixpath.dirname(file), target)) if target else file
        if source == name:
            return f"#{pointer}"
        kind, _, item = pointer.strip("/").removeprefix("components/").partition("/")
        adopt(kind, item, source, f"{file}: {reference}")
        return f"#/components/{kind}/{item}"

    def adopt(kind: str, item: str, source: str, asked: str) -> None:
        known = origin.get((kind, item))
        if known == source:
            return
        if known is not None:
            raise SpecFault(
                name, f"/components/{kind}/{item}", f"comes from both {known} and {source}; rename one"
            )
        tree = files.get(source, {})
        found = tree.get("components", tree).get(kind, {}).get(item)
        if found is None:
            raise SpecFault(name, "", f"refers to nothing: {asked}")
        origin[kind, item] = source
        imported.setdefault(kind, {})[item] = follow(found, source)

    document: dict[str, Any] = follow(files[name], name)
    components = document.setdefault("components", {})
    for kind, items in imported.items():
        clash = items.keys() & components.get(kind, {}).keys()
        if clash:
            raise SpecFault(
                name, f"/components/{kind}", f"{', '.join(sorted(clash))} stand here and in a shared file"
            )
        components.setdefault(kind, {}).update(items)
    return document
