"""Runners of named commands: a reader for each file that says what `tox`, `npm run`, `poe` and others start.

A function is imported from its module when it is first asked for: one audit needs few of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlripe.readers.runners.hooks import read_pre_commit
    from mlripe.readers.runners.scripts import (
        console_scripts_from_text,
        read_pixi_tasks,
        read_pyproject,
        read_pyproject_scripts,
        read_setup_cfg,
        read_setup_py_scripts,
    )
    from mlripe.readers.runners.sessions import read_sessions
    from mlripe.readers.runners.tasks import read_mlproject, read_moon, read_package_json_scripts, read_taskfile
    from mlripe.readers.runners.tox import read_tox
    from mlripe.readers.runners.tox_toml import read_tox_toml
    from mlripe.readers.runners.workflows import read_snakefile, read_targets

__all__ = [
    "console_scripts_from_text",
    "read_mlproject",
    "read_moon",
    "read_package_json_scripts",
    "read_pixi_tasks",
    "read_pre_commit",
    "read_pyproject",
    "read_pyproject_scripts",
    "read_sessions",
    "read_setup_cfg",
    "read_setup_py_scripts",
    "read_snakefile",
    "read_targets",
    "read_taskfile",
    "read_tox",
    "read_tox_toml",
]

_MODULES = {
    "hooks": ("read_pre_commit",),
    "scripts": (
        "console_scripts_from_text",
        "read_pixi_tasks",
        "read_pyproject",
        "read_pyproject_scripts",
        "read_setup_cfg",
        "read_setup_py_scripts",
    ),
    "sessions": ("read_sessions",),
    "tasks": ("read_mlproject", "read_moon", "read_package_json_scripts", "read_taskfile"),
    "tox": ("read_tox",),
    "tox_toml": ("read_tox_toml",),
    "workflows": ("read_snakefile", "read_targets"),
}


def __getattr__(name: str) -> Any:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
