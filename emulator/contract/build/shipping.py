"""Build step: the wheel carries the compiled law, so that an installed emulator never reads YAML."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShipCompiledLaw(BuildHookInterface[Any]):
    """Compiles specs/ and fixtures/ into a wheel's emulator/data/compiled.law; a checkout reads YAML."""

    folder: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and add the file to the build."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, self.root)
        from emulator.contract.build.compiling import compile_all
        from emulator.contract.packing import pack

        self.folder = Path(tempfile.mkdtemp())
        place = self.folder / "compiled.law"
        law = compile_all(root / "specs", root / "fixtures")
        place.write_bytes(pack(law))
        build_data["force_include"][str(place)] = "emulator/data/compiled.law"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was made for the build alone."""
        if self.folder is not None:
            shutil.rmtree(self.folder)
