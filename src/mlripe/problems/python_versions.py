"""The versions of Python that CI tests, held against the one that the image runs."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from mlripe.evidence import Defect, Sighting
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined
from mlripe.texts import line_at

__all__ = ["differing_versions"]

_IMAGE: Final = lazy_regex(rb"(?m)^[ \t]*FROM[ \t]+(?:--platform=\S+[ \t]+)?(?:[\w.-]+/)*python:(3\.\d+)[^\s]*")
_ANY_IMAGE: Final = lazy_regex(r"(?i)(?:[^/]*\.)?(?:dockerfile|containerfile)(?:\.[\w.-]+)?")
_TESTED: Final = lazy_regex(rb"(?m)^[^\n#]*\bpython[-_]version[\"']?[ \t]*:[ \t]*(\[[^\]\n]{0,120}\]|[\"']?3\.\d+)")
_NUMBER: Final = lazy_regex(rb"3\.\d+")
_TESTS: Final = lazy_regex(rb"\bpytest\b|\bunittest\b|\btox\b|\bnox\b|make (?:test|check)")


def differing_versions(examined: Examined) -> Iterator[Defect]:
    """The images that run a version which no workflow tests, where each side names just one."""
    store = examined.store
    images: dict[str, tuple[str, int]] = {}
    for path in examined.paths:
        if _ANY_IMAGE.fullmatch(posixpath.basename(path)) and store.role(path) is None:
            text = store.text(path)
            if not (found := list(_IMAGE.finditer(text))):
                return  # what another image brings is not known
            for each in found:
                images[each[1].decode()] = (path, line_at(text, each.start()))
    tested: dict[str, tuple[str, int]] = {}
    for path in store.ci_files:
        text = store.text(path)
        for each in _TESTED.finditer(text) if _TESTS.search(text) else ():
            for number in _NUMBER.findall(each[1]):
                tested[number.decode()] = (path, line_at(text, each.start()))
    if len(images) != 1 or not tested or not images.keys().isdisjoint(tested):
        return
    (version, (path, line)) = next(iter(images.items()))
    beside = tuple(Sighting(*place, f"tested with Python {number}") for number, place in sorted(tested.items()))
    says = f"the image runs Python {version}, which CI does not test"
    yield Defect(path, line, says, "versions", beside=beside, finds=DefectKind.DIFFERING_VERSIONS)
