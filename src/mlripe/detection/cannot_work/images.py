"""Images that copy what the folder that they are built from does not hold, or keeps from them by `.dockerignore`.

From which folder an image is built is said by whoever builds it. Where nobody does, it may be the Dockerfile's own or
any other of the repository: then only what lies in none of them is missing.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Final

from mlripe.catalog.globs import matches
from mlripe.detection.cannot_work.contents import in_small_letters, is_literal
from mlripe.detection.cannot_work.fault import Fault
from mlripe.detection.cannot_work.site import Site
from mlripe.facts import Document, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import FaultKind
from mlripe.readers.formats.cursor import Node
from mlripe.readers.infrastructure.dockerfile import copied_sources
from mlripe.texts import capitalized
from mlripe.wiring import Place

__all__ = ["faults_of_images"]

_REMEDY: Final = "Commit what is copied, or correct the path; it is relative to the build context."
_CALLING: Final = (".sh", ".md", "Makefile", ".yml", ".yaml", ".env")  # what may call a compose file
_KEY: Final = lazy_regex(
    r"(?i)(?:secrets?|credentials?|service[-_]?account|(?:^|[-_./])(?:sa[-_])?keys?)[\w.-]*\.(?:json|ya?ml|txt)\Z"
    r"|\.(?:pem|key|p12|pfx)\Z|(?:^|/)\.env[\w.-]*\Z"
)
_REMEDY_FOR_KEYS: Final = "Keep it out of git and of the image: give what runs an identity, or mount it as a secret."
_MOST_IGNORED: Final = 500  # lines of a .dockerignore


def faults_of_images(site: Site) -> Iterator[Fault]:
    """The sources that Dockerfiles copy and that are not there."""
    store, wiring = site.store, site.wiring
    images = _Images(site)
    for path, facts in list(store.loaded()):
        if (
            store.role(path) is None
            and any(unit.id == "image" for unit in facts.units)
            and wiring.edges.units.defines_image(path)
        ):
            yield from images.faults(path)
        for unit in facts.units if store.role(path) is None else ():
            if unit.kind == "service" and any(_says_build(Node.root(each), unit.id) for each in facts.documents):
                yield from images.built_for(path, unit)
                yield from images.built_elsewhere(path, unit, facts.documents)


class _Images:
    """The Dockerfiles of one repository."""

    def __init__(self, site: Site) -> None:
        self.store = site.store
        self.contents = site.contents
        self.making = site.making

    def faults(self, path: str) -> Iterator[Fault]:
        if self.store.from_template(path):
            return
        sources = [(line, source) for line, source in copied_sources(self.store.text(path)) if _is_certain(source)]
        there = [self.contents.ends_with(_bare(source)) for _, source in sources]
        if len(sources) > 1 and not any(there):
            return  # of a build context that is made, or lies elsewhere
        for (line, source), held in zip(sources, there, strict=True):
            bare, line = _bare(source), self.contents.line_of(path, line, source)
            ignoring = self._kept_out(path, bare) if held else ""
            if not held and not self.contents.ignored(bare) and not self.making.may_make(bare):
                yield self._absent(path, line, source)
                return  # the build stops at the first
            if ignoring:
                yield self._ignored(path, line, source, ignoring)
                return

    def built_for(self, path: str, unit: Unit) -> Iterator[Fault]:
        """The Dockerfile that a service of a compose file is built by."""
        for used in unit.uses:
            file = posixpath.normpath(used)
            named = "ockerfile" in posixpath.basename(file) and used.startswith("./") and is_literal(used)
            held = self.contents.holds(file) or self.contents.holds(in_small_letters(file))
            if named and not held and not self.making.may_make(file):
                line = self.contents.line_of(path, unit.line, "build")
                happens = f"{capitalized(unit.says)} cannot be built: there is no {file}."
                remedy = "Add the Dockerfile, or correct build."
                yield Fault(path, line, FaultKind.ABSENT_DEFINITION, file, happens, remedy, Place(path, unit.id))

    def built_elsewhere(self, path: str, unit: Unit, documents: Iterable[Document]) -> Iterator[Fault]:
        """A service that is built from the compose file's folder, while all that its Dockerfile copies lies above it.

        Paths of a compose file are relative to its folder, wherever it is called from.
        """
        folder = posixpath.dirname(path)
        contexts = {_context(Node.root(each), unit.id) for each in documents}
        files = [posixpath.normpath(used) for used in unit.uses if "ockerfile" in posixpath.basename(used)]
        if not folder or not contexts <= {".", "./"} or not contexts or len(files) != 1 or self._moves(path):
            return
        text = self.store.text(files[0]) if posixpath.dirname(files[0]) == folder else b""
        sources = [_bare(source) for _, source in copied_sources(text) if _is_certain(source)]
        above = posixpath.dirname(folder)
        absent = [each for each in sources if not self.contents.holds(posixpath.join(folder, each))]
        held_above = all(self.contents.holds(posixpath.join(above, each)) for each in sources)
        if absent and len(absent) == len(sources) and held_above:
            line = self.contents.line_of(path, unit.line, "context")
            happens = f"{unit.says[0].upper()}{unit.says[1:]} cannot be built: {folder} holds no {absent[0]} to copy."
            place = Place(path, unit.id)
            yield Fault(path, line, FaultKind.ABSENT_SOURCE, absent[0], happens, "Build it from ..", place)

    def _moves(self, path: str) -> bool:
        """Whether a command may call the compose file from another project folder."""
        name = posixpath.basename(path).encode("utf-8", "replace")
        texts = (self.store.text(each) for each in self.store.entries if each.endswith(_CALLING))
        return any(b"project-directory" in text or (b"COMPOSE_FILE" in text and name in text) for text in texts)

    def _absent(self, path: str, line: int, source: str) -> Fault:
        happens = f"The image cannot be built: COPY stops, since {source} is in no folder of the repository."
        remedy = _REMEDY_FOR_KEYS if _KEY.search(source) else _REMEDY
        return Fault(path, line, FaultKind.ABSENT_SOURCE, source, happens, remedy, Place(path, "image"))

    def _ignored(self, path: str, line: int, source: str, ignoring: str) -> Fault:
        happens = f"The image cannot be built: {ignoring} keeps {source} out of what may be copied."
        remedy = f"Add the line !{source} at the end of {ignoring}."
        return Fault(path, line, FaultKind.ABSENT_SOURCE, source, happens, remedy, Place(path, "image"))

    def _kept_out(self, path: str, source: str) -> str:
        """The file that keeps a source out of every folder that has it, "" where the image may be built from one."""
        own = f"{path}.dockerignore"
        contexts = self.contents.above(source)
        keeping = [own if own in self.store.entries else posixpath.join(each, ".dockerignore") for each in contexts]
        kept = [file for file, folder in zip(keeping, contexts, strict=True) if self._keeps(file, folder, source)]
        return kept[0] if kept and len(kept) == len(contexts) else ""

    def _keeps(self, file: str, context: str, source: str) -> bool:
        """Whether a .dockerignore leaves out a file, or a folder with all that it holds."""
        if file not in self.store.entries:
            return False
        lines = self.store.text(file).decode("utf-8", "replace").splitlines()[:_MOST_IGNORED]
        written = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        if any(line.startswith("!") for line in written):
            return False  # exceptions below a folder are not followed
        globs = tuple(f"/{line.strip('/')}" for line in written if len(line) < 200 and line.strip("/"))
        parts = source.split("/")
        above = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
        return any(matches(each, globs) for each in above)


def _says_build(root: Node, service: str) -> bool:
    """Whether a compose file says from what a service is built; other kinds of file only may name a Dockerfile."""
    services = root["services"] or root  # the first version of the format had them at the top
    build = services[service]["build"]  # a file that is laid over another one may only add arguments
    return bool(build.text or build["context"].text or build["dockerfile"].text)


def _context(root: Node, service: str) -> str:
    services = root["services"] or root
    build = services[service]["build"]
    return build.text or build["context"].text


def _bare(source: str) -> str:
    return posixpath.normpath(source.lstrip("/") or ".")


def _is_certain(source: str) -> bool:
    """Whether a source is written out, and lies in the build context without being all of it."""
    bare = _bare(source)
    return is_literal(source) and bare not in (".", "..") and not bare.startswith("../")
