"""What is let be: problems that the settings name by kind and path, or a comment at the line, each with a reason.

A comment holds `mlripe: ignore[KIND] reason`, or several kinds with commas between them, on the line that shows the
problem or alone on the line above it. Without a reason it changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from mlripe.assessment import ProblemResult, Suppressed
from mlripe.catalog.globs import matcher
from mlripe.evidence import Sighting
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.settings.load import ExclusionSetting

__all__ = ["Suppression"]

_MARK: Final = b"mlripe: ignore["
_COMMENT: Final = lazy_regex(r"mlripe: ignore\[([\w, -]{1,400})\][ \t]*([^\r\n]{0,400})")
_ENDS: Final = ("*/", "-->", "#}", '"', ",")  # what closes a comment, or the text that holds it


class Suppression:
    """What the settings and the comments of a repository let be."""

    def __init__(self, settings: Iterable[ExclusionSetting] = ()) -> None:
        self._settings = [(each.about, matcher(each.paths), each.reason) for each in settings]
        self._comments: dict[str, dict[int, list[tuple[frozenset[str], str]]]] = {}

    def applied(
        self, problems: Sequence[ProblemResult], store: FactStore
    ) -> tuple[list[ProblemResult], tuple[Suppressed, ...]]:
        """The problems without the lines that are let be, and those lines; one without a line of its own is none."""
        kept, suppressed = [], list[Suppressed]()
        for problem in problems:
            said = [self._said(problem.id, sighting, store) for sighting in problem.evidence]
            suppressed += filter(None, said)
            shown = [sighting for sighting, why in zip(problem.evidence, said, strict=True) if why is None]
            beside = said[len(problem.own) :].count(None)
            if len(shown) > beside or not problem.evidence:
                kept.append(replace(problem, evidence=tuple(shown), beside=beside))
        return kept, tuple(sorted(set(suppressed), key=lambda each: (each.id, each.path, each.line)))

    def _said(self, kind: str, at: Sighting, store: FactStore) -> Suppressed | None:
        for named, paths, reason in self._settings:
            if named == kind and paths.fullmatch(at.path):
                return Suppressed(kind, at.path, at.line, "settings", reason)
        for kinds, reason in self._comments_of(at.path, store).get(at.line, ()) if at.line else ():
            if kind in kinds:
                return Suppressed(kind, at.path, at.line, "comment", reason)
        return None

    def _comments_of(self, path: str, store: FactStore) -> dict[int, list[tuple[frozenset[str], str]]]:
        """The comments of a file, by the line that each is about."""
        known = self._comments.get(path)
        if known is None:
            known = self._comments[path] = {}
            content = store.text(path)
            lines = content.decode("utf-8", "replace").split("\n") if _MARK in content else ()
            for number, line in enumerate(lines, 1):
                for found in _COMMENT.finditer(line):
                    alone = not any(char.isalnum() for char in line[: found.start()])
                    if reason := _reason(found[2]):
                        kinds = frozenset(word.strip() for word in found[1].split(","))
                        known.setdefault(number + 1 if alone else number, []).append((kinds, reason))
        return known


def _reason(text: str) -> str:
    """What is said behind the brackets, without what closes the comment."""
    text = text.strip()
    for end in _ENDS:
        text = text.removesuffix(end).rstrip()
    return text
