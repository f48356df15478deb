"""Landmarks about what is installed: the file that declares it, the commands, and what has no version."""

from __future__ import annotations

import posixpath
import shlex
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from mlripe.assessment import Found
from mlripe.lazy_regex import lazy_regex
from mlripe.planning.sight import Sight
from mlripe.readers.budgets import nearest

__all__ = ["dependencies", "ecosystem", "imported", "install", "lock", "lock_file", "requirements", "run", "unbounded"]

MOST_NAMES: Final = 8  # that a snippet lists
# how the dependencies of a file are installed, and what then leads a command; the first that is there
_INSTALLS: Final = (
    ("uv.lock", "pip install uv && uv sync --locked", "uv run "),
    ("poetry.lock", "pip install poetry && poetry install", "poetry run "),
    ("pdm.lock", "pip install pdm && pdm sync", "pdm run "),
    ("Pipfile.lock", "pip install pipenv && pipenv sync --dev", "pipenv run "),
    ("requirements.txt", "pip install -r requirements.txt", ""),
    ("environment.yml", "conda env update -n base -f environment.yml", ""),
    ("environment.yaml", "conda env update -n base -f environment.yaml", ""),
    ("setup.py", "pip install .", ""),
)
_REQUIREMENTS: Final = lazy_regex(r"(?:\A|/)requirements(?:[-_.][\w-]+)?\.txt\Z|(?:\A|/)requirements/[\w-]+\.txt\Z")
# by what a file of dependencies says of its manager: the command that locks them, and the file that it writes
_LOCKS: Final = (
    (b"[tool.poetry", "poetry lock", "poetry.lock"),
    (b"[tool.pdm", "pdm lock", "pdm.lock"),
    (b"[project]", "uv lock", "uv.lock"),
)
# modules that are called otherwise than the package that has them
_PACKAGES: Final = {
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dotenv": "python-dotenv",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}


# the files that lock files are made from
_MADE_FROM: Final = {
    "uv.lock": "pyproject.toml",
    "poetry.lock": "pyproject.toml",
    "pdm.lock": "pyproject.toml",
    "Pipfile.lock": "Pipfile",
}


def _install(sight: Sight) -> tuple[str, str, str] | None:
    known = next((row for row in _INSTALLS if sight.has(row[0])), None)
    if known is not None:
        return known
    if sight.has("pyproject.toml") and any(sight.store.of("pyproject.toml").dependencies):
        return "pyproject.toml", "pip install .", ""
    named = min((path for path in sight.own if _REQUIREMENTS.search(path)), key=nearest, default=None)
    return None if named is None else (named, f"pip install -r {shlex.quote(named)}", "")


def requirements(sight: Sight) -> Found | None:
    """The file that declares the dependencies."""
    known = _install(sight)
    if known is not None:
        return Found(known[0], known[0])
    declared = [path for path, facts in sight.store.loaded() if facts.dependencies and sight.store.role(path) is None]
    path = min(declared, key=nearest, default=None)
    return None if path is None else Found(path, path)


def dependencies(sight: Sight) -> Found | None:
    """The file to which a person adds a dependency."""
    found = requirements(sight)
    return None if found is None else replace(found, text=_MADE_FROM.get(found.text, found.text))


def install(sight: Sight) -> Found | None:
    """The command that installs them."""
    known = _install(sight)
    return None if known is None else Found(known[1], known[0])


def run(sight: Sight) -> Found | None:
    """What leads a command, so that it finds what is installed."""
    known = _install(sight)
    return None if known is None else Found(known[2], known[0])


def ecosystem(sight: Sight) -> Found | None:
    """What Dependabot calls the manager of the packages."""
    known = _install(sight)
    if known is None or known[0].startswith("environment."):
        return None
    return Found("uv" if known[0] == "uv.lock" else "pip", known[0])


def lock(sight: Sight) -> Found | None:
    """The command that locks the dependencies of the root."""
    found = _lock(sight)
    return None if found is None else Found(found[0], found[2])


def lock_file(sight: Sight) -> Found | None:
    """The file that it writes."""
    found = _lock(sight)
    return None if found is None else Found(found[1], found[2])


def _lock(sight: Sight) -> tuple[str, str, str] | None:
    if sight.has("Pipfile"):
        return "pipenv lock", "Pipfile.lock", "Pipfile"
    text = sight.store.text("pyproject.toml") if sight.has("pyproject.toml") else b""
    if not any(sight.store.of("pyproject.toml").dependencies if text else ()):
        return None
    return next(((command, file, "pyproject.toml") for mark, command, file in _LOCKS if mark in text), None)


def unbounded(sight: Sight) -> Found | None:
    """A line for each dependency that `requirements.txt`, or what it is called here, names without a version."""
    known = _install(sight)
    if known is None or not known[0].endswith(".txt"):
        return None
    names = [each.name for each in sight.store.of(known[0]).dependencies if each.pin in ("none", "loose")]
    return Found(_pinned(names), known[0]) if names else None


def imported(sight: Sight) -> Found | None:
    """A line for each package that the repository's own code imports, those first that most files use."""
    counted: dict[str, int] = {}
    own = {posixpath.splitext(part)[0] for path in sight.store.entries for part in path.split("/")}
    for path, facts in sight.store.loaded():
        if path.endswith((".py", ".ipynb")) and sight.store.role(path) is None:
            for name in dict.fromkeys(_tops(each.module for each in facts.imports)):
                if name not in own and name not in sys.stdlib_module_names:
                    counted[name] = counted.get(name, 0) + 1
    names = sorted(counted, key=lambda name: (-counted[name], name))
    return Found(_pinned([_PACKAGES.get(name, name.replace("_", "-")) for name in names])) if names else None


def _tops(modules: Iterator[str]) -> Iterator[str]:
    return (module.split(".")[0] for module in modules if module and not module.startswith("."))


def _pinned(names: list[str]) -> str:
    more = ["# ... and the others"] if len(names) > MOST_NAMES else []
    return "\n".join([*(f"{name}==..." for name in names[:MOST_NAMES]), *more])
