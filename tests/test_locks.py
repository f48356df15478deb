"""The locks in requirements/ hold what pyproject.toml asks for, nothing that it no longer asks for, and no address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import tomli
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
LIKE_DEV = ("dev", "release", "test")
EXTRA = {"lowest": "test"}  # where a lock is not named after the extra that it holds
LOCKS = (*LIKE_DEV, *EXTRA)
ASKED_BY_US = "mlripe (pyproject.toml)"
AGAIN = "lock again with `python requirements/lock.py`"


@dataclass(frozen=True)
class Pin:
    """One package of a lock: its requirement, its hashes, and what asks for it."""

    requirement: Requirement
    hashes: tuple[str, ...]
    asked_by: tuple[str, ...]

    @property
    def version(self) -> str:
        (only,) = self.requirement.specifier
        assert only.operator == "=="
        return only.version


@cache
def pins(lock: str) -> dict[str, Pin]:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    found: dict[str, Pin] = {}
    for block in re.split(r"\n(?=\S)", text.partition("\n#")[2].partition("\n")[2].replace(" \\\n", "\n")):
        first, *rest = block.strip().split("\n")
        asked_by = [line.strip().removeprefix("# via ") for line in rest if line.strip().startswith("# via ")]
        hashes = tuple(line.strip() for line in rest if line.strip().startswith("--hash="))
        requirement = Requirement(first)
        assert requirement.name not in found, "one version for every system and Python"
        found[canonicalize_name(requirement.name)] = Pin(requirement, hashes, tuple(", ".join(asked_by).split(", ")))
    return found


@cache
def project() -> dict[str, Any]:
    return tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def asked_for(extra: str) -> list[Requirement]:
    """What is asked for by the package, what builds it, and an extra with the extras that it names."""
    table = project()["project"]
    extras: dict[str, list[str]] = table["optional-dependencies"]
    names, found = [extra], []
    for name in names:
        for requirement in map(Requirement, extras[name]):
            if requirement.name == table["name"]:
                names += sorted(requirement.extras)
            else:
                found.append(requirement)
    return [*map(Requirement, (*project()["build-system"]["requires"], *table["dependencies"])), *found]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_a_version_of_all_that_is_asked_for_and_one_that_is_allowed(lock: str) -> None:
    held = pins(lock)
    lacking = [
        str(each)
        for each in asked_for(EXTRA.get(lock, lock))
        if (pin := held.get(canonicalize_name(each.name))) is None or not each.specifier.contains(pin.version)
    ]
    assert not lacking, AGAIN


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_nothing_that_is_no_longer_asked_for(lock: str) -> None:
    asked = {canonicalize_name(each.name) for each in asked_for(EXTRA.get(lock, lock))}
    held = pins(lock)
    ours = {name for name, pin in held.items() if ASKED_BY_US in pin.asked_by}
    assert ours <= asked, AGAIN
    unasked = {name for name, pin in held.items() if not {"", *pin.asked_by} - {"", "-c requirements/dev.txt"}}
    assert unasked <= {canonicalize_name(Requirement(each).name) for each in project()["build-system"]["requires"]}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_of_a_lock_has_hashes_and_no_address(lock: str) -> None:
    for name, pin in pins(lock).items():
        assert pin.hashes, name
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", each) for each in pin.hashes), name
        assert pin.requirement.url is None, name
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    assert not re.findall(r"\w+://\S+|^-.*|\w+\.(?:org|com|io|net)\b", text, re.MULTILINE)


@pytest.mark.parametrize("lock", LIKE_DEV)
def test_one_version_of_a_package_in_all_locks_but_the_lowest(lock: str) -> None:
    everything = pins("dev")
    assert {name: pin.version for name, pin in pins(lock).items()} == {
        name: everything[name].version for name in pins(lock)
    }


def test_the_lowest_versions_are_those_that_pyproject_names() -> None:
    """So that a bound is one that was tried: `.ci/versions.py lowest` runs tests with exactly these."""
    held = pins("lowest")
    other = {
        str(each): held[canonicalize_name(each.name)].version
        for each in asked_for("test")
        if not any(
            bound.operator == ">=" and Version(bound.version) == Version(held[canonicalize_name(each.name)].version)
            for bound in each.specifier
        )
    }
    assert not other, AGAIN


def test_every_lock_is_tested() -> None:
    assert sorted(path.stem for path in (ROOT / "requirements").glob("*.txt")) == sorted(LOCKS)
