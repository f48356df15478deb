"""Projects that cannot be installed, steps that go to an absent folder, workflows that GitHub never reads."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from mlripe.detection.cannot_work.contents import is_literal
from mlripe.detection.cannot_work.fault import Fault
from mlripe.detection.cannot_work.site import Site
from mlripe.facts import Document, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import FaultKind
from mlripe.readers.formats.cursor import Node
from mlripe.wiring import Place

__all__ = ["faults_of_projects"]

_WORKFLOWS: Final = ".github/workflows/"
_IS_WORKFLOW: Final = lazy_regex(rb"(?ms)^[\"']?on[\"']?[ \t]*:.{0,4000}^jobs[ \t]*:")
_LEFT: Final = (
    ".yml",
    ".yaml",
    ".md",
    ".txt",
    ".disabled",
    ".bak",
    ".old",
    ".off",
    ".template",
    ".example",
    ".jinja",
    ".j2",
)
_BUILDS_ITSELF: Final = ("hatchling", "setuptools", "flit", "pdm", "uv_build", "poetry", "maturin", "scikit-build")


def faults_of_projects(site: Site) -> Iterator[Fault]:
    """What such files name that is not there."""
    store = site.store
    for path, facts in list(store.loaded()):
        if posixpath.basename(path) == "pyproject.toml" and store.role(path) is None and not store.from_template(path):
            for document in facts.documents:
                yield from _uninstallable(site, path, document)
    for path in store.entries:
        folder, _, name = path.rpartition("/")
        misnamed = f"{folder}/" == _WORKFLOWS and "." in name and not name.endswith(_LEFT)
        if misnamed and _IS_WORKFLOW.search(store.text(path)):
            happens = "The workflow never runs: GitHub reads only files that end in .yml or .yaml here."
            remedy = "Rename the file, or take it out of the folder."
            yield Fault(path, 1, FaultKind.ABSENT_DEFINITION, name, happens, remedy, Place(path))
    for path, unit in site.units:
        yield from _lost(site, path, unit)


def _uninstallable(site: Site, path: str, document: Document) -> Iterator[Fault]:
    """The files that the build of a package reads, and that are not there."""
    root = Node.root(document)
    if not any(each in root["build-system"]["build-backend"].text for each in _BUILDS_ITSELF):
        return
    dynamic = root["tool"]["setuptools"]["dynamic"]["dependencies"]["file"]
    named = [*(item for item in dynamic.items()), dynamic, root["project"]["readme"], root["project"]["readme"]["file"]]
    for node in named:
        written = node.text
        file = posixpath.normpath(posixpath.join(posixpath.dirname(path), written))
        if not written or not is_literal(written) or "." not in written or site.contents.holds(file):
            continue
        if not site.making.may_make(file) and not site.contents.ignored(file):
            happens = f"The package cannot be built or installed: its project file reads {written}, which is not there."
            remedy = "Commit the file, or name the one that is meant."
            yield Fault(path, node.line, FaultKind.ABSENT_FILE, written, happens, remedy, Place(path))


def _lost(site: Site, path: str, unit: Unit) -> Iterator[Fault]:
    """The first `cd` of a step to a folder that the repository does not hold and nothing makes."""
    root = site.contents.root_of(path)
    if unit.kind != "step" or root is None:
        return
    for command in unit.commands:
        if command.argv[0] != "cd" or len(command.argv) != 2 or command.allow_failure:
            continue
        written = command.argv[1]
        folder = posixpath.normpath(posixpath.join(root, unit.directory, command.directory, written))
        if not is_literal(written) or written.startswith(("/", "~", "-", "..")) or folder.startswith(".."):
            return
        if site.contents.holds(folder):
            continue
        if not site.making.writes(folder.split("/")) and not site.contents.ignored(folder):
            line = site.contents.line_of(path, command.line, f"cd {written}")
            happens = f"The step fails: the repository has no folder {written}, and nothing here makes it."
            remedy = "Name the folder that is meant."
            yield Fault(path, line, FaultKind.ABSENT_FILE, written, happens, remedy, Place(path, unit.id))
        return
