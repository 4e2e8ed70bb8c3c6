"""Finds specs/ and fixtures/ in a checkout or a wheel, and keeps their compiled form."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any

from emulator.contract.faults import SpecFault
from emulator.contract.packing import pack, unpack

PACKAGE = Path(__file__).resolve().parent.parent
MOST_VALUES = 1_000_000
_RECIPES = frozenset({".yaml", ".yml", ".json"})
SHIPPED_LAW = PACKAGE / "data" / "compiled.law"


def folder(name: str) -> Path:
    """Give the folder ``specs`` or ``fixtures``: inside the package in a wheel, beside it in a checkout."""
    for place in (PACKAGE / "data" / name, PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise SpecFault(name, "", f"the folder {name}/ is missing; install trendyol-emulator again")


def cache_folder() -> Path:
    """Give the folder for what can be made again: $TRENDYOL_EMULATOR_CACHE, else the user's cache."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    place = Path(os.environ.get("TRENDYOL_EMULATOR_CACHE") or Path(home) / "trendyol-emulator")
    try:
        place.mkdir(parents=True, exist_ok=True)
        return place if os.access(place, os.W_OK) else Path(tempfile.gettempdir())
    except OSError:
        return Path(tempfile.gettempdir())


def read_compiled() -> Mapping[str, Any]:
    """Read the compiled form of specs/ and fixtures/, compiling first when a file has changed.

    Errors: SpecFault when a document cannot be compiled.
    """
    if SHIPPED_LAW.is_file():
        return unpack(SHIPPED_LAW.read_bytes())
    place = cache_folder() / f"compiled-{content_hash()}.law"
    if not place.is_file():
        from emulator.contract.build.compiling import compile_all

        write_whole(place, pack(compile_all(folder("specs"), folder("fixtures"))))
    return unpack(place.read_bytes())


def expanded_size(tree: Any) -> int:
    """Count the values of a tree, one that several aliases name each time; the tree is walked once."""
    sizes: dict[int, int] = {}

    def size_of(value: Any) -> int:
        if not isinstance(value, dict | list):
            return 1
        if id(value) not in sizes:
            sizes[id(value)] = MOST_VALUES + 1  # for one that holds itself
            members = value.values() if isinstance(value, dict) else value
            sizes[id(value)] = 1 + sum(map(size_of, members))
        return sizes[id(value)]

    return size_of(tree)


def content_hash() -> str:
    """Hash every source file by name and content, and the compiler itself."""
    digest = hashlib.sha256()
    for top in map(str, (folder("specs"), folder("fixtures"), PACKAGE / "contract")):
        for path in sorted(_sources_below(top)):
            with open(path, "rb", buffering=0) as source:
                digest.update(path.removeprefix(top).encode() + b"\0" + source.read() + b"\0")
    return digest.hexdigest()[:16]


def _sources_below(top: str) -> Iterator[str]:
    # Every start from a checkout looks at them all; pathlib would take three times as long.
    for place, _, names in os.walk(top):
        yield from (os.path.join(place, name) for name in names if name.endswith((".yaml", ".json", ".py")))


def write_whole(place: Path, content: bytes) -> None:
    """Write a file so that another process sees all of it or nothing."""
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as draft:
        draft.write(content)
    Path(draft.name).replace(place)


def read_recipe(name: str, recipes: Mapping[str, Any]) -> dict[str, Any]:
    """Give a world's recipe: one of fixtures/worlds by name, or the file at a path.

    Errors: SpecFault when it is neither, or the file is no recipe.
    """
    if name in recipes:
        return dict(recipes[name])
    place = Path(name)
    if place.suffix in _RECIPES and place.is_file():
        from emulator.contract.build.compiling import read

        recipe = read(place)
        if expanded_size(recipe) > MOST_VALUES:
            raise SpecFault(name, "", "is no recipe of a world: its aliases make it endless")
        if isinstance(recipe, dict) and (isinstance(recipe.get("sellers"), list) or "like" in recipe):
            return recipe
        raise SpecFault(name, "", "is no recipe of a world: it has no list of sellers")
    raise SpecFault(
        name, "", f"is no world; choose one of {', '.join(sorted(recipes))} or give a recipe's path"
    )


def read_recipes(place: Path, own_names: Container[str]) -> dict[str, dict[str, Any]]:
    """Give the recipes of a folder by name: shop.yaml is shop; ``own_names`` are taken.

    Errors: SpecFault for a file that is no recipe, and for a taken name; OSError for what is no folder.
    """
    recipes: dict[str, dict[str, Any]] = {}
    for file in sorted(path for path in place.iterdir() if path.suffix in _RECIPES):
        if file.stem in own_names or file.stem in recipes:
            raise SpecFault(str(file), "", f"there is a world {file.stem} already: choose another name")
        recipes[file.stem] = read_recipe(str(file), {})
    return recipes
