"""Build step: the wheel carries the compiled law, so that an installed emulator never reads YAML."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShipCompiledLaw(BuildHookInterface[Any]):
    """Compiles specs/ and fixtures/ into a wheel's emulator/data/compiled.json; a checkout reads YAML."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile and add the file to the build."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, self.root)
        from emulator.contract.compiling import compile_all

        place = Path(self.directory) / "compiled.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(compile_all(root / "specs", root / "fixtures"), ensure_ascii=False))
        build_data["force_include"][str(place)] = "emulator/data/compiled.json"
