"""Makes an OpenAPI document self-contained: what it takes from other files moves into its components."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.contract.faults import SpecFault


def bundle(name: str, files: Mapping[str, Any]) -> dict[str, Any]:
    """Copy a document with every ``other.yaml#/kind/Name`` turned into ``#/components/kind/Name``.

    Inside an x- word a reference gives way to what it names: words are values, not schemas. So does that of a
    path to what another file says of it.
    Errors: SpecFault for a reference to nothing, or for two different things of one name.
    """
    work = _Bundling(name, files)
    document: dict[str, Any] = work.copy({**files[name], "paths": {}}, name)
    document["paths"] = {path: work.copy_path(item) for path, item in files[name]["paths"].items()}
    components = document.setdefault("components", {})
    for kind, items in work.foreign_items.items():
        clash = items.keys() & components.get(kind, {}).keys()
        if clash:
            work.fail(f"/components/{kind}", f"{', '.join(sorted(clash))} stand here and in a shared file")
        components.setdefault(kind, {}).update(items)
    return document


@dataclass(slots=True)
class _Bundling:
    """One document being made self-contained; ``foreign_items`` is kind -> name -> item of another file."""

    name: str
    files: Mapping[str, Any]
    foreign_items: dict[str, dict[str, Any]] = field(default_factory=dict)
    origins: dict[tuple[str, str], str] = field(default_factory=dict)

    def copy(self, node: Any, file: str, *, in_word: bool = False) -> Any:
        """Copy a node of a file with its references made local, or inside a word made values."""
        if isinstance(node, list):
            return [self.copy(item, file, in_word=in_word) for item in node]
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref")
        rest = {
            key: self.copy(value, file, in_word=in_word or str(key).startswith("x-"))
            for key, value in node.items()
            if key != "$ref"
        }
        if not isinstance(reference, str):
            return rest
        if in_word:
            source, kind, item = self._target(reference, file)
            value = self.copy(self._find(source, kind, item, reference), source, in_word=True)
            return {**value, **rest} if isinstance(value, dict) else value
        return {**rest, "$ref": self._local(reference, file)}

    def copy_path(self, item: dict[str, Any]) -> Any:
        """Copy what answers at a path, from the file that says it."""
        if "$ref" not in item:
            return self.copy(item, self.name)
        source, kind, path = self._target(item["$ref"], self.name)
        path = path.replace("~1", "/").replace("~0", "~")
        return self.copy(self._find(source, kind, path, item["$ref"]), source)

    def fail(self, pointer: str, sentence: str) -> None:
        """Stop with a sentence about this document."""
        raise SpecFault(self.name, pointer, sentence)

    def _local(self, reference: str, file: str) -> str:
        source, kind, item = self._target(reference, file)
        if source == self.name:
            return f"#{reference.partition('#')[2]}"
        origin = self.origins.setdefault((kind, item), source)
        if origin != source:
            self.fail(f"/components/{kind}/{item}", f"comes from both {origin} and {source}; rename one")
        if item not in self.foreign_items.setdefault(kind, {}):
            value = self._find(source, kind, item, reference)
            self.foreign_items[kind][item] = {}
            self.foreign_items[kind][item] = self.copy(value, source)
        return f"#/components/{kind}/{item}"

    def _target(self, reference: str, file: str) -> tuple[str, str, str]:
        path, _, pointer = reference.partition("#")
        source = posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) if path else file
        kind, _, item = pointer.strip("/").removeprefix("components/").partition("/")
        return source, kind, item

    def _find(self, source: str, kind: str, item: str, reference: str) -> Any:
        tree = self.files.get(source, {})
        value = tree.get("components", tree).get(kind, {}).get(item)
        if value is None:
            self.fail("", f"refers to nothing: {reference}")
        return value
