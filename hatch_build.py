"""What the wheel holds besides the package: the catalogue's YAML, and the same compiled, so that a run parses no YAML.

An editable install gets neither: it reads `detectors/` and `rules/` where they stand in the source tree.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DATA = ("detectors", "rules")  # folders of the source tree that ship as mlripe/data/


class CatalogueHook(BuildHookInterface):
    """Adds `mlripe/data/` and `mlripe/catalog.json` to a standard wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before the wheel is written: compile the catalogue aside, so that no stale copy stays in the source tree."""
        if version == "editable":
            return
        self.scratch = tempfile.TemporaryDirectory(prefix="mlripe-build-")
        compiled = Path(self.scratch.name) / "catalog.json"
        compiled.write_bytes(compile_catalog(Path(self.root)))
        build_data["force_include"][str(compiled)] = "mlripe/catalog.json"
        build_data["force_include"] |= {folder: f"mlripe/data/{folder}" for folder in DATA}

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """After the wheel is written: remove what was compiled aside."""
        if version != "editable":
            self.scratch.cleanup()


def compile_catalog(root: Path) -> bytes:
    """The compiled catalogue of the source tree at `root`, by the tree's own compiler."""
    sys.path.insert(0, str(root / "src"))
    try:
        from mlripe.catalog.compile import compile_catalog
    finally:
        sys.path.pop(0)
    return compile_catalog(root)
