"""The specs as files: finds the line of anything that they say, following references from file to file."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from contract_tests.drift.values import Edit, SpecLine

MERGE = "<<"
Step = str | int


@dataclass(frozen=True, slots=True)
class Cursor:
    """A node of a file; ``above`` leads to where it stands, ``key`` is the node of its name there."""

    tree: SpecTree
    file: str
    node: yaml.Node
    key: yaml.Node | None = None
    above: Cursor | None = None

    def child(self, step: Step) -> Cursor | None:
        """Give what stands below a name or a number, beside a reference or in what it names."""
        own = self._own_child(step)
        if own is not None or step == "$ref":
            return own
        target = self.target()
        return target.child(step) if target else None

    def _own_child(self, step: Step) -> Cursor | None:
        node = self.node
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            items: list[yaml.Node] = node.value
            return Cursor(self.tree, self.file, items[step], None, self) if step < len(items) else None
        pairs = {name: (key, value) for name, key, value in self._pairs(node)}
        if str(step) not in pairs:
            return None
        key, value = pairs[str(step)]
        return Cursor(self.tree, self.file, value, key, self)

    def _pairs(self, node: yaml.Node) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        """Yield the members of a mapping, those that it takes over from others first."""
        if not isinstance(node, yaml.MappingNode):
            return
        for key, value in node.value:
            if key.value == MERGE:
                for one in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    yield from self._pairs(one)
        yield from ((key.value, key, value) for key, value in node.value if key.value != MERGE)

    def names(self) -> list[str]:
        """List the names of a mapping, of what it refers to where it has none."""
        target = self.target()
        return [name for name, _, _ in self._pairs(self.node)] if target is None else target.names()

    def target(self) -> Cursor | None:
        """Follow its reference; None without one."""
        reference = self._own_child("$ref")
        return self.tree.find(str(reference.node.value), self.file) if reference else None

    def resolve(self) -> Cursor:
        """Follow references to what they name in the end."""
        target = self.target()
        return target.resolve() if target else self

    def walk(self, steps: Sequence[Step]) -> Cursor | None:
        """Go down several steps; ``$ref`` follows a reference."""
        place: Cursor | None = self
        for step in steps:
            if place is None:
                return None
            place = place.target() if step == "$ref" else place.child(step)
        return place

    def items(self) -> list[Cursor]:
        """List the items of a sequence."""
        count = len(self.node.value) if isinstance(self.node, yaml.SequenceNode) else 0
        return [item for at in range(count) if (item := self.child(at)) is not None]

    @property
    def value(self) -> str:
        """Give a scalar as it is written, without quotes."""
        return str(self.node.value)

    @property
    def line(self) -> SpecLine:
        """Name its line."""
        number = (self.key or self.node).start_mark.line
        text = self.tree.text(self.file).splitlines()[number].strip()
        return SpecLine(self.file, number + 1, text, self.confidence)

    @property
    def confidence(self) -> str:
        """Give the confidence of the nearest source."""
        source = self._own_child("x-source")
        if source is not None and source.child("confidence") is not None:
            confidence = source.child("confidence")
            return confidence.value if confidence else ""
        return self.above.confidence if self.above else ""

    def edit(self, text: str) -> Edit:
        """Propose another text in its place."""
        return Edit(self.file, self.node.start_mark.index, self.node.end_mark.index, text)

    @property
    def source_text(self) -> str:
        """Give it as it is written."""
        return self.tree.text(self.file)[self.node.start_mark.index : self.node.end_mark.index]


class SpecTree:
    """The files of specs/."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._texts: dict[str, str] = {}
        self._roots: dict[str, yaml.Node] = {}

    def text(self, file: str) -> str:
        """Read a file, once."""
        if file not in self._texts:
            self._texts[file] = (self._folder / file).read_text(encoding="utf-8")
        return self._texts[file]

    def root(self, file: str) -> Cursor:
        """Give the whole of a file."""
        if file not in self._roots:
            loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            root: Any = yaml.compose(self.text(file), Loader=loader)
            self._roots[file] = root
        return Cursor(self, file, self._roots[file])

    def find(self, reference: str, file: str) -> Cursor | None:
        """Follow a reference that stands in a file."""
        path, _, pointer = reference.partition("#")
        source = posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) if path else file
        steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.strip("/").split("/")]
        root = self.root(source)
        return root.walk(steps) or root.walk(["components", *steps])

    def operation(self, operation: Any) -> Cursor | None:
        """Find an operation of a document."""
        root = self.root(f"{operation.document}.yaml")
        paths = root.child("paths")
        for name in paths.names() if paths else ():
            place = root.walk(["paths", name, operation.method.lower()])
            identity = place.child("operationId") if place else None
            if identity is not None and identity.value == operation.id:
                return place
        return None

    def word(self, operation: Any, word: str) -> Cursor | None:
        """Find an x- word of an operation, else of its document."""
        place = self.operation(operation)
        own = place.child(word) if place else None
        return own or self.root(f"{operation.document}.yaml").child(word)

    def parameter(self, operation: Any, name: str) -> Cursor | None:
        """Find the parameter of an operation."""
        place = self.operation(operation)
        lists = [holder.child("parameters") for holder in (place, place and place.above) if holder]
        for one in (item for each in lists if each for item in each.items()):
            title = one.child("name")
            if title is not None and title.value == name:
                return one.resolve()
        return None

    def error(self, error_id: str) -> Cursor | None:
        """Find an error of the catalogue."""
        for file in self._error_files():
            place = self.root(file).walk(["errors", error_id])
            if place is not None:
                return place
        return None

    def _error_files(self) -> tuple[str, ...]:
        files = (self._folder / "errors").glob("*.yaml")
        return tuple(sorted(path.relative_to(self._folder).as_posix() for path in files))
