"""Whether any file says under which terms the repository may be used."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from mlripe.evidence import Defect
from mlripe.lazy_regex import lazy_regex
from mlripe.problems.sources import Examined
from mlripe.readers import is_code, is_script

__all__ = ["without_licence"]

MOST_READ: Final = 20  # pages of folders
_FILE: Final = lazy_regex(
    r"(?:^|/)(?:(?:un)?licen[cs]es?|copying|copyright|eula|notice)(?:[.\-_/]|$)|licen[cs]e(?:\.\w+)?$", re.IGNORECASE
)
_STATED: Final = lazy_regex(
    rb"licen[cs]e|licen[cs]ed|copyright|lizenz|licencia|licenza|all rights reserved|"
    rb"\xe8\xae\xb8\xe5\x8f\xaf|\xe3\x83\xa9\xe3\x82\xa4\xe3\x82\xbb\xe3\x83\xb3\xe3\x82\xb9",
    re.IGNORECASE,
)
_PROJECT_FILES: Final = ("pyproject.toml", "setup.py", "setup.cfg", "package.json", "DESCRIPTION", "Cargo.toml")


def without_licence(examined: Examined) -> Iterator[Defect]:
    """One defect for a repository with code in which neither a file's name nor a README or project file names terms."""
    store = examined.store
    paths = examined.paths
    if any(_FILE.search(path) for path in paths) or not any(is_code(path) or is_script(path) for path in paths):
        return
    top = [path for path in paths if "/" not in path]
    told = [path for path in top if path.lower().startswith("readme") or path in _PROJECT_FILES]
    deeper = [path for path in paths if "/" in path and posixpath.basename(path).lower().startswith("readme")]
    if any(_STATED.search(store.text(path)) for path in (*told, *deeper[:MOST_READ])):
        return
    shown = next(iter(sorted(told, key=lambda path: not posixpath.basename(path).lower().startswith("readme"))), "")
    yield Defect(shown or (top or paths)[0], 0, "mlripe found no file that states a licence", cause="licence")
