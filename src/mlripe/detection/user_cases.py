"""The cases of detector files that somebody writes, tried as mlripe's own are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from msgspec import Struct

from mlripe.catalog import Catalog, load
from mlripe.catalog.additions import extended, from_folder
from mlripe.catalog.load import source_root
from mlripe.catalog.schema import Detector
from mlripe.detection.case_runner import run_case
from mlripe.errors import CatalogError

__all__ = ["Trial", "failures", "trials"]


class Trial(Struct, frozen=True):
    """A detector to try; `name` is its file's, `catalog` what it is validated against."""

    name: str
    detector: Detector
    catalog: Catalog


def trials(paths: Iterable[Path]) -> Iterator[Trial]:
    """A trial of each detector file that the paths name. Raises CatalogError for what cannot be read or is wrong."""
    from mlripe.catalog.compile import Known, detector_file

    for path in paths:
        for file in _files(path):
            catalog = _catalog_around(file)
            try:
                content = file.read_bytes()
            except OSError as error:
                raise CatalogError(f"{file}: cannot be read ({error.strerror})") from None
            yield Trial(str(file), detector_file(str(file), content, Known.of(catalog)), catalog)


def failures(trial: Trial) -> Iterator[str]:
    """What is wrong: cases that come out otherwise, and the directions in which there is none."""
    cases = trial.detector.cases
    for number, case in enumerate(cases):
        found, wanted = run_case(trial.detector, case, trial.catalog), dict(case.shows)
        if found != wanted:
            yield f"case {number}{f' ({case.name})' if case.name else ''}: shows {_said(found)}, not {_said(wanted)}"
    if not any(case.shows for case in cases):
        yield "no case shows anything; add one in the way the tool's documentation shows"
    if not any(not case.shows for case in cases):
        yield "no look-alike; add a case with `shows: {}` that must not match"


def _said(shown: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {strength}" for name, strength in sorted(shown.items())) or "nothing"


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise CatalogError(f"{path}: there is no such file or folder; name a .yaml file, or a folder with some in it")
    inside = path / "detectors" if (path / "detectors").is_dir() else path
    return sorted(file for file in inside.rglob("*") if file.suffix in (".yaml", ".yml") and file.is_file())


def _catalog_around(file: Path) -> Catalog:
    """mlripe's own catalogue with the words of the one that the file stands in: its capabilities and roles."""
    for folder in file.resolve().parents:
        if folder.name == "detectors":
            root = folder.parent
            if root == source_root() or not (root / "rules").is_dir():
                break
            rules = from_folder(root)
            words = {name: content for name, content in rules.files.items() if name.startswith("rules/")}
            return extended(load(), [replace(rules, files=words)])
    return load()
