"""Pages and routes that show people data which is written into the code, and is called mock, demo or dummy there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import islice
from typing import Final

from mlripe.evidence import Defect
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined
from mlripe.readers.budgets import nearest
from mlripe.texts import line_at

__all__ = ["mock_answers"]

_PAGES: Final = (".js", ".jsx", ".ts", ".tsx", ".vue", ".svelte")
_CALLED: Final = r"(?:mock|demo|dummy|fake)"
_ASIDE: Final = lazy_regex(
    rf"(?i)(?:^|[/._-])(?:tests?|spec|stories|storybook|__tests__|__mocks__|e2e|cypress|msw|setup|examples?|{_CALLED}[\w-]*)(?:[/._-]|$)"
)
_IMPORT: Final = lazy_regex(
    rb"(?im)^[ \t]*(?:import\b[^;\n]{0,300}\bfrom|\}[ \t]*from)[ \t]*[\"']((?:\.{1,2}|@|~|src)/[^\"'\n]{0,200})[\"']"
)
_NAME: Final = lazy_regex(
    rf"(?i){_CALLED}[-_]?(?:data\w*|api\w*|responses?|results?|predictions?|users?|metrics?)?|\w+[-_]{_CALLED}|{_CALLED}\w*"
)
_ASKED: Final = lazy_regex(
    rb"(?i)process\.env|import\.meta\.env|use_?mock|is_?demo|demo_?mode|mock_?mode|enable_?mock|getenv|environ"
)
_ROUTE: Final = lazy_regex(rb"(?m)^[ \t]*@\w+\.(?:get|post|route)\(")
_CONSTANT: Final = lazy_regex(rb"(?m)^((?:MOCK|DUMMY|FAKE)_\w+)[ \t]*(?::[^=\n]{0,80})?=[ \t]*[\[{]")
_LARGEST: Final = 200_000
_MOST: Final = 10


def mock_answers(examined: Examined) -> Iterator[Defect]:
    """The lines that bring such data into a page or a route, without anybody asking for it."""
    store = examined.store
    found = 0
    pages = (posixpath.splitext(path)[0].removesuffix("/index") for path in store.entries if path.endswith(_PAGES))
    stems = {posixpath.basename(stem) for stem in pages if "/" in stem}
    for path in sorted(examined.paths, key=nearest):
        if not path.endswith((*_PAGES, ".py")) or (store.entries[path].size or 0) > _LARGEST or found >= _MOST:
            continue
        if store.role(path) is not None or _ASIDE.search(path.rpartition("/")[2] if path.endswith(".py") else path):
            continue
        text = store.text(path)
        if _ASKED.search(text):
            continue
        for line, name in _of_route(text) if path.endswith(".py") else _imports(text, stems):
            found += 1
            yield Defect(path, line, f"{name} is shown as if it were real", "mock", finds=DefectKind.MOCK_ANSWERS)
            break


def _imports(text: bytes, stems: set[str]) -> Iterator[tuple[int, str]]:
    """The imports of modules of the repository that are called mock, demo or dummy."""
    for each in _IMPORT.finditer(text):
        module = each[1].decode("utf-8", "replace")
        name = posixpath.splitext(posixpath.basename(module))[0]
        if _NAME.fullmatch(name) and name in stems:
            yield line_at(text, each.start(1)), name


def _of_route(text: bytes) -> Iterator[tuple[int, str]]:
    """The constants of such a name that a file with routes returns."""
    if not _ROUTE.search(text):
        return
    for each in islice(_CONSTANT.finditer(text), _MOST):
        name = each[1]
        at = text.find(b"return ", each.end())
        while at >= 0:
            end = text.find(b"\n", at)
            if name in text[at : end if end >= 0 else len(text)]:
                yield line_at(text, at), name.decode("utf-8", "replace")
                return
            at = text.find(b"return ", at + 7)
