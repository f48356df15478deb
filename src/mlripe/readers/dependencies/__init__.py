"""What a repository declares to depend on: a reader a format, for Python, conda, Node, R and Julia.

A function is imported from its module when it is first asked for: one audit needs few of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlripe.readers.dependencies.conda import conda_facts, looks_like_conda, looks_like_python_env, read_conda
    from mlripe.readers.dependencies.json_locks import read_pipfile_lock, read_renv_lock
    from mlripe.readers.dependencies.julia import read_julia_project
    from mlripe.readers.dependencies.node import read_package_json
    from mlripe.readers.dependencies.node_locks import read_package_lock, read_pnpm_lock, read_yarn_lock
    from mlripe.readers.dependencies.pipenv import read_pipfile
    from mlripe.readers.dependencies.pixi import read_pixi
    from mlripe.readers.dependencies.pyproject import read_pyproject
    from mlripe.readers.dependencies.r import read_description
    from mlripe.readers.dependencies.requirements import read_requirements
    from mlripe.readers.dependencies.setup_py import read_setup_py
    from mlripe.readers.dependencies.setuptools import read_setup_cfg
    from mlripe.readers.dependencies.toml_locks import (
        read_julia_manifest,
        read_pdm_lock,
        read_poetry_lock,
        read_pylock,
        read_uv_lock,
    )
    from mlripe.readers.dependencies.yaml_locks import read_conda_lock, read_pixi_lock

__all__ = [
    "conda_facts",
    "looks_like_conda",
    "looks_like_python_env",
    "read_conda",
    "read_conda_lock",
    "read_description",
    "read_julia_manifest",
    "read_julia_project",
    "read_package_json",
    "read_package_lock",
    "read_pdm_lock",
    "read_pipfile",
    "read_pipfile_lock",
    "read_pixi",
    "read_pixi_lock",
    "read_pnpm_lock",
    "read_poetry_lock",
    "read_pylock",
    "read_pyproject",
    "read_renv_lock",
    "read_requirements",
    "read_setup_cfg",
    "read_setup_py",
    "read_uv_lock",
    "read_yarn_lock",
]

_MODULES = {
    "conda": ("conda_facts", "looks_like_conda", "looks_like_python_env", "read_conda"),
    "json_locks": ("read_pipfile_lock", "read_renv_lock"),
    "julia": ("read_julia_project",),
    "node": ("read_package_json",),
    "node_locks": ("read_package_lock", "read_pnpm_lock", "read_yarn_lock"),
    "pipenv": ("read_pipfile",),
    "pixi": ("read_pixi",),
    "pyproject": ("read_pyproject",),
    "r": ("read_description",),
    "requirements": ("read_requirements",),
    "setup_py": ("read_setup_py",),
    "setuptools": ("read_setup_cfg",),
    "toml_locks": ("read_julia_manifest", "read_pdm_lock", "read_poetry_lock", "read_pylock", "read_uv_lock"),
    "yaml_locks": ("read_conda_lock", "read_pixi_lock"),
}


def __getattr__(name: str) -> Any:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
