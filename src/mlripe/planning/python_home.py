"""Where the imports of a program's own modules lead from, and so how Python runs it, and how a test imports it."""

from __future__ import annotations

import posixpath
import shlex
from collections import Counter
from collections.abc import Iterable
from keyword import iskeyword
from typing import Final

from mlripe.planning.sight import Sight

__all__ = ["command", "guessed_home", "home", "module", "tests_below", "tests_from", "tests_home"]

_SOURCES: Final = "src"  # a folder of packages, by its name, where no import says otherwise


def command(sight: Sight, path: str) -> str:
    """The command that runs a program from the root of the repository, so that it finds its own modules."""
    base, relative = home(sight, [path]), _relative(sight, path)
    plain = f"python {shlex.quote(path)}"
    if base is None or (base == posixpath.dirname(path) and not relative):
        return plain
    name = module(path, base)
    if base == "":
        return f"python -m {name}" if name else f"PYTHONPATH=. {plain}"
    led = "" if sight.installs_itself() and base == _SOURCES else f"PYTHONPATH={shlex.quote(base)} "
    return f"{led}python -m {name}" if relative and name else f"{led}{plain}"


def tests_from(sight: Sight, tests: str, paths: Iterable[str]) -> str:
    """The command that runs tests, from the root, so that they find the modules that these files of theirs import."""
    return tests_below(sight, home(sight, paths), tests)


def tests_below(sight: Sight, base: str | None, tests: str) -> str:
    """The command that runs tests whose imports begin in a folder (None: they import nothing of the repository)."""
    if not base or (sight.installs_itself() and base == _SOURCES):
        return f"python -m pytest {shlex.quote(tests)}"
    if tests.startswith(f"{base}/"):
        return f"cd {shlex.quote(base)} && python -m pytest {shlex.quote(tests[len(base) + 1 :])}"
    return f"PYTHONPATH={shlex.quote(base)} python -m pytest {shlex.quote(tests)}"


def module(path: str, base: str) -> str | None:
    """The name of a module, seen from a folder; None where no import can name it."""
    inner = path.removeprefix(f"{base}/") if base else path
    name = inner.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    if not path.endswith(".py") or (base and inner == path):
        return None
    return name if all(each.isidentifier() and not iskeyword(each) for each in name.split(".")) else None


def home(sight: Sight, paths: Iterable[str]) -> str | None:
    """The folder in which most imports of own modules in these files begin; None where they import none."""
    votes: Counter[str] = Counter()
    for path in paths:
        for name in dict.fromkeys(each.module for each in sight.store.of(path).imports):
            begins = None if name.startswith(".") else _begins(sight, path, name.partition(".")[0])
            if begins is not None:
                votes[begins] += 1
        if not votes and _relative(sight, path):
            votes[_above_package(sight, path)] += 1
    return min(votes, key=lambda each: (-votes[each], -each.count("/"), each), default=None)


def guessed_home(sight: Sight, path: str) -> str:
    """The folder from which to import a module that may import none of its own."""
    known = home(sight, [path])
    if known is not None:
        return known
    return _SOURCES if path.startswith(f"{_SOURCES}/") and not sight.has(f"{_SOURCES}/__init__.py") else ""


def tests_home(sight: Sight, path: str) -> str:
    """Where the folder of tests of a module belongs, with a slash at its end: beside what it imports, and beside a
    folder of sources."""
    base = guessed_home(sight, path)
    folder = posixpath.dirname(base) if posixpath.basename(base) == _SOURCES else base
    return f"{folder}/" if folder else ""


def _begins(sight: Sight, path: str, name: str) -> str | None:
    """The nearest folder above a file that holds a module or a package of that name."""
    folder = posixpath.dirname(path)
    if name in sight.installed:
        return None
    while True:
        place = f"{folder}/{name}" if folder else name
        if sight.has(f"{place}.py") or place in sight.packages:
            return folder
        if not folder:
            return None
        folder = posixpath.dirname(folder)


def _relative(sight: Sight, path: str) -> bool:
    return any(each.module.startswith(".") for each in sight.store.of(path).imports)


def _above_package(sight: Sight, path: str) -> str:
    folder = posixpath.dirname(path)
    while folder and sight.has(f"{folder}/__init__.py"):
        folder = posixpath.dirname(folder)
    return folder
