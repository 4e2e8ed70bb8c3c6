"""Attributes of other people's classes, replaced for a while; also those of modules not yet imported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class Patches:
    """What was replaced, and what stood there before."""

    __slots__ = ("_replacements",)

    def __init__(self) -> None:
        self._replacements: list[tuple[Any, str, Any]] = []

    def put(self, owner: Any, name: str, value: Any) -> Any:
        """Replace an attribute and give what stood there."""
        before = vars(owner)[name]
        self._replacements.append((owner, name, before))
        setattr(owner, name, value)
        return before

    def undo(self) -> None:
        """Put everything back, the last first."""
        while self._replacements:
            owner, name, before = self._replacements.pop()
            setattr(owner, name, before)


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


def each_when_imported(seams: Mapping[str, Callable[[], None]]) -> Callable[[], None]:
    """Call each seam now if its module is imported, else when it is; gives what ends the waiting."""
    watch = OnImport([*seams], lambda name: seams[name]())
    sys.meta_path.insert(0, watch)
    for name, seam in seams.items():
        if name in sys.modules:
            seam()
    return lambda: sys.meta_path.remove(watch)
