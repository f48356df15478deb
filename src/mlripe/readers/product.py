"""Which files are the product of a published library: what it offers to others is not what its repository practises.

A tracker's own source is full of tracking calls, a pipeline tool's of pipelines. A repository is taken for a published
library when the packaging file at its root describes it to users of an index, with trove classifiers on who it is for,
unless its README only tells how to run it where it lies; or when CI publishes it and the README says how to install it
from there; or when it is a registered Julia package.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable

__all__ = ["product_paths"]

_PACKAGING = ("pyproject.toml", "setup.cfg", "setup.py")
_FOR_USERS = re.compile(rb"(?:Development Status|Intended Audience|Topic) ::")
_NAMED = re.compile(rb"(?im)^\s*name\s*=\s*[\"']([\w-]{1,80})[\"']")
_BUILDS = re.compile(rb"(?m)^\[build-system\]")  # a project without it is run where it lies, never installed
_PUBLISHES = re.compile(rb"pypa/gh-action-pypi-publish|\b(?:twine upload|(?:poetry|uv|flit|hatch|pdm) publish)\b")
_INSTALLED = re.compile(rb"(?:pip3?|uv(?: pip)?|poetry|conda) (?:install|add) |//(?:www\.)?pypi\.org/project/")
# ways to get it that are no clone of its repository: an index, a command that it installs
_OFFERED = re.compile(rb"(?i)pypi|conda-forge|\bpipx? install git\+")
_COMMANDS = re.compile(
    rb"(?m)^\[(?:project|tool\.poetry)\.(?:scripts|entry-points|plugins)\b|\bentry_points\b|^console_scripts"
)
_IN_PLACE = re.compile(
    rb"\bgit clone |\bpip3? install -[er] |\b(?:poetry|pipenv|pdm) install\b|\buv sync\b|\bdocker[ -](?:compose|run) "
    rb"|\b(?:kubectl|terraform) apply\b|\bmake [a-z]|\bpython3? [\w/.-]+\.py\b"
)
_JULIA_PACKAGE = re.compile(rb'(?m)^name\s*=\s*"(\w+)"')
_JULIA_IDENTITY = re.compile(rb"(?m)^uuid\s*=")
_NOT_PRODUCT = frozenset(
    "tests test docs doc examples example benchmarks scripts tools notebooks build ci utils conf config data".split()
)
# folders of a library that show its use to others
_SHOWN = (
    "examples/", "example/", "benchmarks/", "templates/", "tutorials/", "tutorial/", "cookbook/", "notebooks/", "docs/",
)  # fmt: skip
_WORKFLOWS = ".github/workflows/"


def product_paths(paths: Iterable[str], read: Callable[[str], bytes | None]) -> tuple[str, ...]:
    """Globs of a published library's packages and of the folders that show its use; () where it is none."""
    known = set(paths)
    if julia := _julia(known, read):
        return (*(f"/{folder}" for folder in (*julia, *_SHOWN)),)
    texts = {name: read(name) or b"" for name in _PACKAGING if name in known}
    names = {name.decode().replace("-", "_") for text in texts.values() for name in _NAMED.findall(text)}
    described = _described(texts) and not _run_in_place(texts, names, known, read)
    if not (described or (texts and _published(known, read))):
        return ()
    packages = set()
    for path in known:
        folder = posixpath.dirname(path)
        parts = folder.split("/")
        marks = posixpath.basename(path) in ("__init__.py", "__init__.pyi", "py.typed") and parts[0] not in _NOT_PRODUCT
        outermost = (len(parts) == 1 and folder) or (len(parts) == 2 and parts[0] in ("src", "lib", "python"))
        if marks and (outermost or (len(parts) <= 4 and parts[-1] in names)):
            packages.add(folder)
    if not packages:
        return ()
    return (*(f"/{package}/" for package in sorted(packages)), *(f"/{folder}" for folder in _SHOWN))


def _described(texts: dict[str, bytes]) -> bool:
    """Whether the packaging files tell users of an index what it is, and let it be built."""
    told = any(_FOR_USERS.search(text) for text in texts.values())
    return told and (len(texts) > 1 or bool(_BUILDS.search(texts.get("pyproject.toml", b"[build-system]"))))


def _run_in_place(
    texts: dict[str, bytes], names: Iterable[str], known: set[str], read: Callable[[str], bytes | None]
) -> bool:
    """Whether its README tells how to run it from its own folder, and nothing offers it to be installed by name."""
    readme = _readme(known, read)
    words = b"|".join(re.escape(name.encode()).replace(b"_", b"[-_]") for name in sorted(names))
    by_name = re.compile(rb"(?i)\b(?:install|add) [^\n]{0,40}?\b(?:" + words + rb")\b") if words else None
    offered = _OFFERED.search(readme) or (by_name and by_name.search(readme))
    return (
        bool(_IN_PLACE.search(readme))
        and not offered
        and not any(_COMMANDS.search(text) for text in texts.values())
        and not _publishes(known, read)
    )


def _readme(known: set[str], read: Callable[[str], bytes | None]) -> bytes:
    return next((read(path) or b"" for path in sorted(known) if path.lower().startswith("readme")), b"")


def _publishes(known: set[str], read: Callable[[str], bytes | None]) -> bool:
    workflows = [path for path in known if path.startswith(_WORKFLOWS) and path.endswith((".yml", ".yaml"))]
    return any(_PUBLISHES.search(read(path) or b"") for path in sorted(workflows)[:50])


def _published(known: set[str], read: Callable[[str], bytes | None]) -> bool:
    """Whether a workflow publishes it, and the README tells users to install it from the index."""
    return bool(_INSTALLED.search(_readme(known, read))) and _publishes(known, read)


def _julia(known: set[str], read: Callable[[str], bytes | None]) -> tuple[str, ...]:
    """The folders of a registered Julia package: one with an identity, a module of its name, and a bot that tags it."""
    text = (read("Project.toml") or b"") if "Project.toml" in known else b""
    name = _JULIA_PACKAGE.search(text)
    if not name or not _JULIA_IDENTITY.search(text) or f"src/{name[1].decode()}.jl" not in known:
        return ()
    tagged = any(path.lower().startswith(f"{_WORKFLOWS}tagbot") for path in known)
    return ("src/", "ext/") if tagged else ()
