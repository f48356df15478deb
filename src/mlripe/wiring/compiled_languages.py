"""Programs of Java, Scala, Kotlin and Go: which file a class or package means, and what a file uses of the others.

They are not parsed. A public class stands in a file of its name, so that a file uses those whose names it writes; a
package of Go is a folder, which is used as a whole.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from functools import cached_property

from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring.command_words import arguments, option
from mlripe.wiring.commands import Launcher
from mlripe.wiring.places import Edge, Place

__all__ = ["ENDINGS", "CompiledEdges", "go", "jvm"]

_OF_CLASSES = (".java", ".scala", ".kt")
ENDINGS = (*_OF_CLASSES, ".go")
_WORD = lazy_regex(rb"\b[A-Z]\w{1,80}")
_IMPORTED = lazy_regex(rb'"([\w.-]+(?:/[\w.-]+){1,12})"')
_CLASS = lazy_regex(r"(?:[a-z]\w*\.)+[A-Z]\w*")
_NAMING = ("--class", "-Dexec.mainClass", "--main-class", "-m")
_LARGEST = 256 * 1024
_MOST = 200


class CompiledEdges:
    """Gives the edges of files of these languages."""

    def __init__(self, store: FactStore) -> None:
        self.store = store

    def of(self, place: Place) -> Iterator[Edge]:
        """The files that a file uses."""
        text = self.store.text(place.path)[:_LARGEST]
        found = self._packages(place.path, text) if place.path.endswith(".go") else self._classes(text)
        for path in list(dict.fromkeys(found))[:_MOST]:
            if path != place.path:
                yield Edge(Place(path), 1, f"uses {path}")

    def _classes(self, text: bytes) -> Iterator[str]:
        for word in dict.fromkeys(_WORD.findall(text)):
            found = self._by_class.get(word.decode(), [])
            if len(found) == 1:  # of two classes of one name nothing tells which is meant
                yield found[0]

    def _packages(self, path: str, text: bytes) -> Iterator[str]:
        yield from self._by_folder.get(posixpath.dirname(path), [])
        for written in dict.fromkeys(_IMPORTED.findall(text)):
            parts = written.decode().split("/")
            for start in range(1, len(parts)):
                if files := self._by_folder.get("/".join(parts[start:])):
                    yield from files
                    break

    @cached_property
    def _by_class(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.store.entries:
            if path.endswith(_OF_CLASSES) and self.store.role(path) is None:
                found.setdefault(posixpath.splitext(posixpath.basename(path))[0], []).append(path)
        return found

    @cached_property
    def _by_folder(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.store.entries:
            if path.endswith(".go") and not path.endswith("_test.go") and self.store.role(path) is None:
                found.setdefault(posixpath.dirname(path), []).append(path)
        return found


def jvm(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """A class that a command names: `spark-submit --class a.b.Train x.jar`, `sbt "runMain a.b.Train"`."""
    named = option(words, *_NAMING)
    for name in [named] if named else " ".join(words).split():
        if _CLASS.fullmatch(name):
            ends = tuple(f"/{name.replace('.', '/')}{ending}" for ending in _OF_CLASSES)
            yield from (Place(path) for path in launcher.tree.ending(ends))


def go(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`go run ./cmd/serve`, `go run main.go`: the files of a package."""
    for word in arguments(words[1:], ("-ldflags", "-tags", "-mod"))[:1] if words[:1] and words[0] == "run" else ():
        if path := launcher.tree.file(word, bases):
            yield Place(path)
        elif (folder := launcher.tree.folder(word, bases)) is not None:
            for path in launcher.tree.matching("*.go", [folder]):
                if posixpath.dirname(path) == folder and not path.endswith("_test.go"):
                    yield Place(path)
