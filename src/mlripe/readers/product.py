"""Which files are the product of a published library: what it offers to others is not what its repository practises.

A tracker's own source is full of tracking calls, a pipeline tool's of pipelines. A repository is taken for a published
library when the packaging file at its root describes it to users of an index: with trove classifiers on who it is for.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable

__all__ = ["product_paths"]

_PACKAGING = ("pyproject.toml", "setup.cfg", "setup.py")
_FOR_USERS = re.compile(rb"(?:Development Status|Intended Audience|Topic) ::")
_NOT_PRODUCT = frozenset(
    "tests test docs doc examples example benchmarks scripts tools notebooks build ci utils conf config data".split()
)
# folders of a library that show its use to others
_SHOWN = ("examples/", "example/", "benchmarks/", "templates/", "tutorials/", "cookbook/", "notebooks/", "docs/")


def product_paths(paths: Iterable[str], read: Callable[[str], bytes | None]) -> tuple[str, ...]:
    """Globs of a published library's packages and of the folders that show its use; () where it is none."""
    known = set(paths)
    texts = [read(name) or b"" for name in _PACKAGING if name in known]
    if not any(_FOR_USERS.search(text) for text in texts):
        return ()
    packages = set()
    for path in known:
        folder = posixpath.dirname(path)
        parts = folder.split("/")
        marks = posixpath.basename(path) in ("__init__.py", "__init__.pyi", "py.typed") and parts[0] not in _NOT_PRODUCT
        if marks and ((len(parts) == 1 and folder) or (len(parts) == 2 and parts[0] in ("src", "lib", "python"))):
            packages.add(folder)
    if not packages:
        return ()
    return (*(f"/{package}/" for package in sorted(packages)), *(f"/{folder}" for folder in _SHOWN))
