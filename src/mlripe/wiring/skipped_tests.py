"""Test modules that are passed over: always, or unless somebody asks (`skipif(not os.getenv("RUN_LIVE"), ...)`)."""

from __future__ import annotations

import posixpath
import re
from typing import Final

from mlripe.catalog.globs import matches
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore

__all__ = ["Skipped"]

_MARK = lazy_regex(rb"(?m)^pytestmark\s{0,3}=.{0,40}\bskipif\((.{0,300})", re.DOTALL)
# passed over whatever is set: a mark of the whole module, or a call at its top level
_ALWAYS = lazy_regex(
    rb"(?m)^pytestmark\s{0,3}=\s{0,3}\[?\s{0,3}(?:pytest\.)?mark\.skip\b(?!if)"
    rb"|^pytest\.skip\((?=[^\n]{0,300}allow_module_level\s{0,3}=\s{0,3}True)"
)
_READS = rb"(?:os\.)?(?:getenv|environ\.get)\(\s{0,20}[\"'](\w{1,100})[\"'][^)\n]{0,40}\)"
_UNSET = (
    lazy_regex(rb"\A\s{0,20}not\s{1,3}(?:bool\()?" + _READS),
    lazy_regex(rb"\A\s{0,20}" + _READS + rb"\s{0,3}(?:is None|!=)"),
    lazy_regex(rb"\A\s{0,20}[\"'](\w{1,100})[\"'] not in os\.environ"),
)
# files besides those of CI in which tests are given their variables
_SETS: Final = (
    "Makefile", "tox.ini", "pytest.ini", "pyproject.toml", "setup.cfg", "conftest.py", "noxfile.py",
    "compose*.y*ml", "docker-compose*.y*ml",
)  # fmt: skip
_HEAD = 20_000  # bytes of a module in which the mark is looked for
_MOST = 200  # files that may set a variable


class Skipped:
    """Answers for the test modules of one repository; a variable that a file of CI or of the tests names is set."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self._known: dict[bytes, bool] = {}
        services = {path: service for path, _ in store.loaded() if (service := store.service(path))}
        self._ci_files = tuple(services)
        self._always = {variable.encode() for service in services.values() for variable in service.variables}

    def __contains__(self, path: str) -> bool:
        text = self.store.text(path)[:_HEAD] if posixpath.basename(path).endswith(".py") else b""
        if b"skip" in text and _ALWAYS.search(text):
            return True
        mark = _MARK.search(text) if b"pytestmark" in text else None
        name = next((found[1] for pattern in _UNSET if (found := pattern.match(mark[1]))), b"") if mark else b""
        return bool(name) and name not in self._always and not self._set(name)

    def _set(self, name: bytes) -> bool:
        if name not in self._known:
            others = (path for path in self.store.entries if matches(path, _SETS))
            places = [*self._ci_files, *others][:_MOST]
            self._known[name] = any(name in self.store.text(path) for path in places)
        return self._known[name]
