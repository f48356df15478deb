"""What a place could hide that mlripe could not follow: only what something at the place speaks for.

- Its words: a command, step, job or image that is called `deploy` may deploy (`named` of rules/capabilities.yaml).
- Its value: `python jobs/$NAME.py` may run each file that the pattern means, with all that those start.
- Its text: a definition that cannot be read may start the files that it names.
- What lies beside: who trains by a file that nothing is seen to start may track in the same file.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Final

from mlripe.catalog import Catalog
from mlripe.detection.engine import Detection
from mlripe.detection.observations import Observation
from mlripe.detection.unresolved.stops import ANY_START, Stop
from mlripe.evidence import Strength
from mlripe.kinds import UnresolvedKind
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring import MAIN, Place
from mlripe.wiring.commands import RUNNABLE

__all__ = ["Hiding"]

_WORD = lazy_regex(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_OPEN = lazy_regex(r"\$\{\{.*?\}\}|\$[({][^(){}]*[)}]|\$\w+|\{\{.*?\}\}|\{[\w.]*\}|%\w+%|<[\w -]+>")
_WRITTEN_OUT: Final = lazy_regex(r"\w{3}")  # so much of a pattern, beside its ending, must be written out
_MOST_FILES: Final = 20  # that a pattern means
_LONGEST: Final = 200_000  # bytes of a definition that are searched
_UNREADABLE: Final = (UnresolvedKind.BROKEN_DEFINITION, UnresolvedKind.UNREAD_DEFINITION)


class Hiding:
    """Tells which capabilities the unresolved places of one repository could hide."""

    def __init__(self, store: FactStore, detection: Detection, catalog: Catalog) -> None:
        self.store = store
        self.detection = detection
        self.catalog = catalog
        self._below: dict[frozenset[str], frozenset[str]] = {}
        self._named: dict[frozenset[str], tuple[str, ...]] = {}

    def of(self, stop: Stop) -> dict[str, Strength]:
        """The capabilities that could be stronger than they are seen if the place did what it may, and how strong."""
        found: dict[str, Strength] = {}
        for name in self._automated(stop):
            if self.seen.get(name, Strength.none) < Strength.automated and self._raises(stop, name):
                found[name] = Strength.automated
        for name in stop.shows:
            if name not in found and self.seen.get(name, Strength.none) < Strength.present:
                found[name] = Strength.present
        return found

    def _automated(self, stop: Stop) -> Iterator[str]:
        words = frozenset(word.lower() for word in _WORD.findall(f"{stop.name} {stop.text} {stop.context}"))
        files = self._files(stop)
        if stop.kind in _UNREADABLE:
            text = self.store.text(stop.path)[:_LONGEST].decode("utf-8", "replace")
            files = [path for path in self._unstarted_files if posixpath.basename(path) in text]
        named = self._by_words(words)
        yield from named
        yield from stop.shows
        started = self._paths_below(files)
        for name in named:
            started |= self._paths.get(name, frozenset())
        yield from (name for name, paths in self._paths.items() if not paths.isdisjoint(started))

    def _raises(self, stop: Stop, name: str) -> bool:
        """Whether the kinds of start that reach the place count for a capability."""
        return bool(stop.starts & (frozenset(self.catalog.capabilities[name].raised_by) or ANY_START))

    # --- what is seen ------------------------------------------------------------------------------------------------

    @cached_property
    def seen(self) -> Mapping[str, Strength]:
        """How strong each capability is."""
        found: dict[str, Strength] = {}
        for row in self.detection.evidence:
            found[row.capability] = max(row.strength, found.get(row.capability, Strength.none))
        return found

    @cached_property
    def _unstarted(self) -> Mapping[str, list[Observation]]:
        """By capability, what would be automated if something started it, whether or not other places are."""
        found: dict[str, list[Observation]] = {}
        for observation in self.detection.observations:
            capability = self.catalog.capabilities.get(observation.capability)
            if capability and observation.strength == Strength.present and observation.most >= Strength.automated:
                counting = frozenset(observation.only or capability.raised_by) or ANY_START
                if counting.isdisjoint(self.detection.wiring.kinds(observation.place)):
                    found.setdefault(observation.capability, []).append(observation)
        return found

    @cached_property
    def _paths(self) -> Mapping[str, frozenset[str]]:
        return {
            name: frozenset(observation.path for observation in observations)
            for name, observations in self._unstarted.items()
        }

    @cached_property
    def _unstarted_files(self) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(observation.path for observations in self._unstarted.values() for observation in observations)
        )

    # --- words -------------------------------------------------------------------------------------------------------

    def _by_words(self, words: frozenset[str]) -> tuple[str, ...]:
        if words not in self._named:
            self._named[words] = tuple(
                name
                for name, capability in self.catalog.capabilities.items()
                if any(_all_there(phrase.split(), words) for phrase in capability.named)
            )
        return self._named[words]

    # --- files -------------------------------------------------------------------------------------------------------

    def _files(self, stop: Stop) -> list[str]:
        """The files that a place means by a pattern, or by a name that lies elsewhere in the repository."""
        word = stop.name.split()[-1] if stop.name else ""
        pattern = _OPEN.sub("*", word).removeprefix("./")
        if stop.kind not in (UnresolvedKind.UNKNOWN_VALUE, UnresolvedKind.ABSENT_FILE):
            return []
        if not _WRITTEN_OUT.search(posixpath.splitext(pattern)[0]):
            return []
        pattern = pattern if "*" in pattern else posixpath.basename(pattern)
        ends = (pattern, f"*/{pattern}")
        code = (path for path in self.store.entries if path.endswith(RUNNABLE) and self.store.role(path) is None)
        return [path for path in code if any(fnmatchcase(path, end) for end in ends)][:_MOST_FILES]

    def _paths_below(self, files: Iterable[str]) -> set[str]:
        """Files, and those that they start."""
        asked = frozenset(files)
        if asked and asked not in self._below:
            starts = [Place(path, unit) for path in asked for unit in ("", MAIN)]
            self._below[asked] = asked | {place.path for place in self.detection.wiring.below(starts)}
        return set(self._below.get(asked, ()))


def _all_there(phrase: list[str], words: frozenset[str]) -> bool:
    return all(
        any(word.startswith(wanted[:-1]) for word in words) if wanted.endswith("*") else wanted in words
        for wanted in phrase
    )
