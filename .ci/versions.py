"""Runs a short part of the tests with other versions of the packages than those that requirements/test.txt locks.

    python .ci/versions.py lowest    the lowest that pyproject.toml allows, by requirements/lowest.txt
    python .ci/versions.py newest    what the index has today

A fault with the lowest fails: those versions are locked as well, so it comes from a change of ours. A fault with the
newest is told and fails nothing: nothing of ours has changed, and the gate passes on any day. Either names the package
whose version alone makes a test fail. Packages come by pip, as its settings say.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tomli
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
LOCKED, LOWEST = ROOT / "requirements/test.txt", ROOT / "requirements/lowest.txt"
TESTS = (  # where messages, limits and output of a package could show through, and what is built
    "tests/test_own_words.py",
    "tests/catalog",
    "tests/cli",
    "tests/init",
    "tests/settings",
    "tests/readers/formats/test_documents.py",
    "tests/reports/html/test_page.py",
    "tests/reports/machine",
    "tests/test_bad_input.py",
    "tests/test_fixtures.py",
    "tests/test_packaging.py::test_wheel_holds_the_catalogue_and_the_schema",
)
OURS = ("mlripe", "pip", "setuptools")  # what every environment has, whatever is asked for
Versions = dict[str, str]


def main(kind: str) -> int:
    """Installs, runs and tells; 1 where the lowest versions fail."""
    with tempfile.TemporaryDirectory(prefix="mlripe-versions-") as scratch:
        try:
            told = _fault(kind, Path(scratch))
        except subprocess.CalledProcessError as error:
            told = f"they cannot be installed ({error})"
    if not told:
        return 0
    print(f"\n{kind}: FAULT: {told}")
    if kind == "newest":
        if os.environ.get("GITHUB_ACTIONS"):
            print(f"::warning title=Newest versions::{told[:1000]}")
        print("newest: what is locked is not touched by this, so the gate goes on; mend it before the next lock")
        return 0
    return 1


def _fault(kind: str, scratch: Path) -> str:
    """What is wrong with those versions; "" for nothing."""
    if kind == "lowest" and sys.version_info[:2] != _lowest_python():
        print(f"lowest: not tried with Python {sys.version_info[0]}.{sys.version_info[1]}, only with the lowest")
        return ""
    python = _environment(scratch / kind, ["-r", LOWEST] if kind == "lowest" else _asked_for())
    have, locked = _installed(python), _pinned(LOCKED)
    others = {
        name: version for name, version in have.items() if name not in OURS and not _same(version, locked.get(name))
    }
    if not others:
        print(f"{kind}: the same versions as those that are locked")
        return ""
    told = (f"{name} {version} (locked: {locked.get(name, 'none')})" for name, version in sorted(others.items()))
    print(f"{kind}: {', '.join(told)}", flush=True)
    failed = _failures(python, TESTS)
    if not failed:
        return ""
    try:
        guilty = _guilty(scratch, others, failed)
    except subprocess.CalledProcessError:
        guilty = "packages that cannot be told apart, since they are not to be had one by one"
    return f"with {guilty}, these fail: {', '.join(failed)}"


def _guilty(scratch: Path, others: Versions, failed: list[str]) -> str:
    """The package that alone makes a test fail, every other one being as it is locked; found by halves."""
    python, locked = _environment(scratch / "locked", ["-r", LOCKED]), _pinned(LOCKED)
    if _failures(python, failed):
        return "the locked versions as well"
    named = {canonicalize_name(Requirement(each).name) for each in _asked_for()}
    suspects: list[str] = sorted(named & others.keys() & locked.keys())

    def fails_with(some: list[str]) -> bool:
        _pip(python, *(f"{name}=={others[name] if name in some else locked[name]}" for name in suspects))
        return bool(_failures(python, failed))

    rest = suspects
    while len(rest) > 1:
        half = rest[: len(rest) // 2]
        rest = half if fails_with(half) else rest[len(half) :]
    return f"{rest[0]} {others[rest[0]]}" if rest and fails_with(rest) else "no package alone"


def _environment(folder: Path, asked: Iterable[str | Path]) -> Path:
    """The interpreter of a new environment with what is asked for, and with the package of this checkout."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    _pip(python, *asked)
    _pip(python, "--no-build-isolation", "--no-deps", "--editable", ROOT)
    return python


def _pip(python: Path, *asked: str | Path) -> None:
    subprocess.run([python, "-m", "pip", "install", "--quiet", *asked], check=True)


def _installed(python: Path) -> Versions:
    listed = subprocess.run([python, "-m", "pip", "list", "--format", "json"], stdout=subprocess.PIPE, check=True)
    return {canonicalize_name(each["name"]): each["version"] for each in json.loads(listed.stdout)}


def _failures(python: Path, tests: Iterable[str]) -> list[str]:
    """The tests among these that fail, by pytest's names."""
    with tempfile.TemporaryDirectory() as cache:
        options = ("-q", "-rfE", "--tb=short", "--numprocesses=auto", f"--override-ini=cache_dir={cache}")
        done = subprocess.run([python, "-m", "pytest", *options, *tests], cwd=ROOT, check=False)
        last = Path(cache) / "v/cache/lastfailed"
        names = list(json.loads(last.read_text(encoding="utf-8"))) if last.is_file() else []
    return names or ([f"pytest ended with {done.returncode}"] if done.returncode else [])


def _pinned(lock: Path) -> Versions:
    """The versions that a lock has for this Python and system."""
    lines = [line.removesuffix(" \\") for line in lock.read_text(encoding="utf-8").splitlines()]
    pins = [Requirement(line) for line in lines if line and line[0] not in " #"]
    return {
        canonicalize_name(pin.name): str(pin.specifier).removeprefix("==")
        for pin in pins
        if pin.marker is None or pin.marker.evaluate()
    }


def _same(version: str, other: str | None) -> bool:
    return other is not None and Version(version) == Version(other)


def _asked_for() -> list[str]:
    """What pyproject.toml itself names for running, testing and building."""
    project = _project()
    test: list[str] = project["project"]["optional-dependencies"]["test"]
    return [*project["build-system"]["requires"], *project["project"]["dependencies"], *test]


def _lowest_python() -> tuple[int, ...]:
    return tuple(map(int, _project()["project"]["requires-python"].removeprefix(">=").split(".")))


def _project() -> dict[str, Any]:
    return tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
