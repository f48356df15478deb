"""The `files` of the hook that .pre-commit-hooks.yaml offers; generated from the catalogue."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from mlripe.catalog import Catalog
from mlripe.catalog.glob_syntax import translate
from mlripe.catalog.globs import ending
from mlripe.detection.evidence_files import BY_NAME
from mlripe.lazy_regex import lazy_regex
from mlripe.readers import file_table

__all__ = ["HOOKS", "files", "with_files"]

HOOKS: Final = ".pre-commit-hooks.yaml"
WIDTH: Final = 110
ANYWHERE: Final = translate("*").removesuffix("[^/]*")
_FILES: Final = lazy_regex(r"(?m)(?<=^  files: \|-\n)(?:    .*\n)+")


def files(catalog: Catalog) -> str:
    """The expression, as pre-commit searches a path for it, in lines that fit the page."""
    deep, whole = _alternatives(catalog)
    return "\n".join(("(?x)^(?:", "  (?:.*/)?(?:", *_lines(deep, "    "), "  )", *_lines(("", *whole), "  "), ")$"))


def _lines(written: Iterable[str], indent: str) -> list[str]:
    """Alternatives in lines, divided behind any `|`."""
    text = "|".join(written).replace("|", "| ")
    lines = textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)
    return [indent + line.replace("| ", "|") for line in lines]


def with_files(text: str, catalog: Catalog) -> str:
    """The text of .pre-commit-hooks.yaml with the `files` of today's catalogue."""
    return _FILES.sub(lambda _: textwrap.indent(files(catalog), "    ") + "\n", text, count=1)


def _alternatives(catalog: Catalog) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What matches the paths that can bear evidence: at the end of a path, after a slash or alone, and the whole."""
    known, programs = file_table(catalog.knowledge).known_paths()
    globs = {each for glob in (*known, *BY_NAME, *catalog.looked_at) for each in _plain(glob)}
    whole = {ending(glob) for glob in globs if glob == f"*{ending(glob)}"}
    stems: dict[str, set[str]] = {}
    for glob in globs:
        end = ending(glob)
        if end not in whole or glob == f"*{end}":
            stems.setdefault(translate(glob).removesuffix(re.escape(end)), set()).add(end)
    written = sorted(stem + _ended(ends) for stem, ends in stems.items())
    deep = (each.removeprefix(ANYWHERE) for each in (*written, programs) if each.startswith(ANYWHERE))
    return tuple(deep), tuple(each for each in written if not each.startswith(ANYWHERE))


def _ended(endings: set[str]) -> str:
    """What matches any of several endings; one of them may be none."""
    some = [re.escape(each[1:]) for each in sorted(endings) if each]
    written = rf"\.(?:{'|'.join(some)})" if some[1:] else "".join(rf"\.{each}" for each in some)
    return f"(?:{written})?" if written and "" in endings else written


def _plain(glob: str) -> Iterator[str]:
    """A glob without its choices: `{a,b}`, and the two ways to write YAML's ending."""
    chosen = re.search(r"\{([^}]*)\}", glob.replace(".y*ml", ".{yml,yaml}"))
    if not chosen:
        yield glob
        return
    for each in chosen[1].split(","):
        yield from _plain(chosen.string[: chosen.start()] + each + chosen.string[chosen.end() :])
