"""Attributes of other people's classes, replaced for a while; also those of modules not yet imported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

# What stands for an attribute that a class had from another one.
ABSENT = object()


class Patches:
    """What was replaced, by what, and what stood there before."""

    __slots__ = ("_replacements",)

    def __init__(self) -> None:
        self._replacements: list[tuple[Any, str, Any, Any]] = []

    def put(self, owner: Any, name: str, value: Any) -> None:
        """Replace an attribute of a class, its own or one it inherits."""
        self._replacements.append((owner, name, value, vars(owner).get(name, ABSENT)))
        setattr(owner, name, value)

    def undo(self) -> None:
        """Put everything back, the last first; what another tool has put on top since then stays."""
        while self._replacements:
            owner, name, value, before = self._replacements.pop()
            if vars(owner).get(name) is not value:
                continue
            if before is ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, before)


def own_class(module: ModuleType, name: str, root: type = object) -> Any:
    """Find the class that a module has defined, though another tool has put one in its place.

    Shapes: ``root`` is a class that it stands on.
    """
    present = getattr(module, name)
    if (present.__module__, present.__qualname__) == (module.__name__, name):
        return present
    kinds: list[type] = root.__subclasses__()
    while kinds:
        kind = kinds.pop()
        if (kind.__module__, kind.__qualname__) == (module.__name__, name):
            return kind
        kinds += [] if root is object else kind.__subclasses__()
    return present


class OnImport(MetaPathFinder):
    """Calls ``then`` with the name of a module of interest as soon as somebody has imported it."""

    def __init__(self, names: Sequence[str], then: Callable[[str], None]) -> None:
        self.names = frozenset(names)
        self.then = then

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module of interest with the other finders, and watch its execution."""
        if fullname not in self.names:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        specs = (
            finder.find_spec(fullname, path, target) for finder in others if hasattr(finder, "find_spec")
        )
        spec = next((one for one in specs if one is not None), None)
        if spec is not None and spec.loader is not None:
            self._watch(spec.loader, fullname)
        return spec

    def _watch(self, loader: Any, name: str) -> None:
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            if self in sys.meta_path:
                self.then(name)

        loader.exec_module = exec_module


@contextmanager
def each_when_imported(seams: Mapping[str, Callable[[], None]]) -> Iterator[None]:
    """Call each seam now if its module is imported, else when it is, as long as the block runs."""
    watch = OnImport([*seams], lambda name: seams[name]())
    sys.meta_path.insert(0, watch)
    try:
        for name, seam in seams.items():
            if name in sys.modules:
                seam()
        yield
    finally:
        sys.meta_path.remove(watch)
