"""The catalogue as it is compiled: where it stands, whether it is current, and loading it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlripe.catalog.nearest import nearest
from mlripe.errors import UserError

if TYPE_CHECKING:
    from mlripe.catalog.shapes import AntiPattern, Capability, Detector, Kind, MaturityModel, PathRole, Profile

__all__ = ["Catalog", "Patterns", "from_compiled", "load", "source_root", "version"]

PACKAGE = Path(__file__).resolve().parent.parent
COMPILED = PACKAGE / "catalog.json"
_LEAD: Final = 64  # bytes that hold `{"version":"..."`


@dataclass(frozen=True, slots=True)
class Patterns:
    """The detectors, and what a source text must hold to be worth parsing for them."""

    detectors: tuple[Detector, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    tools: frozenset[str] = frozenset()  # the modules that any pattern names


@dataclass(frozen=True)
class Catalog:
    """Everything that detectors and rules say. `version` is a digest of their content.

    The detectors are most of it, and only made of their data (`patterns`) when somebody asks for one.
    """

    version: str
    capabilities: Mapping[str, Capability]
    models: Mapping[str, MaturityModel]
    roles: tuple[PathRole, ...]
    kinds: tuple[Kind, ...] = ()
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    signals: Mapping[str, str] = field(default_factory=dict)  # id -> what it says
    antipatterns: Mapping[str, AntiPattern] = field(default_factory=dict)
    looked_at: tuple[str, ...] = ()  # globs of files that a detector looks at whatever their format
    additions: tuple[str, ...] = ()  # where the catalogues come from that were added to mlripe's own
    patterns: Callable[[], Patterns] = Patterns

    @cached_property
    def _patterns(self) -> Patterns:
        return self.patterns()

    @property
    def detectors(self) -> tuple[Detector, ...]:
        """All detectors."""
        return self._patterns.detectors

    @property
    def tools(self) -> frozenset[str]:
        """The modules that any pattern names."""
        return self._patterns.tools

    @property
    def words(self) -> Mapping[str, str]:
        """By module, what a source text must hold that imports it."""
        return self._patterns.words

    def model(self, name: str) -> MaturityModel:
        """The maturity model of that id. Raises UserError naming the nearest and the known ones."""
        if name not in self.models:
            known = ", ".join(sorted(self.models))
            raise UserError(f"there is no maturity model {name!r}{nearest(name, self.models)}; known are {known}")
        return self.models[name]

    def chosen(self, names: Sequence[str]) -> tuple[MaturityModel, ...]:
        """The models of those ids, each once; `all` for every one, none for the usual ones. Raises UserError."""
        if "all" in names:
            return tuple(self.models.values())
        if not names:
            return tuple(model for model in self.models.values() if model.usual)
        return tuple(self.model(name) for name in dict.fromkeys(names))

    def capability(self, name: str) -> Capability:
        """The capability of that id. Raises UserError naming the nearest one."""
        if name not in self.capabilities:
            near = nearest(name, self.capabilities)
            raise UserError(f"there is no capability {name!r}{near}; `mlripe catalog` lists them")
        return self.capabilities[name]


def source_root() -> Path:
    """The folder that holds `detectors/` and `rules/`: the checkout's root, or the package's own data."""
    checkout = PACKAGE.parent.parent
    if (checkout / "detectors").is_dir() and (checkout / "rules").is_dir():
        return checkout
    return PACKAGE / "data"


@cache
def load() -> Catalog:
    """The catalogue that ships with mlripe; read once a process."""
    return from_compiled(_content())


def version() -> str:
    """The digest that `load().version` has, which leads the compiled catalogue: the rest is not looked at."""
    return _content()[:_LEAD].split(b'"', 4)[3].decode()


@cache
def _content() -> bytes:
    """The compiled catalogue, compiled again where a checkout's files are newer."""
    root = source_root()
    if root == PACKAGE / "data" or not _stale(root):
        return COMPILED.read_bytes()
    from mlripe.catalog.compile import compile_catalog

    content = compile_catalog(root)
    _store(content)
    return content


def from_compiled(content: bytes) -> Catalog:
    """The catalogue in the bytes that `compile_catalog` gives: a line of rules, and a longer one of detectors."""
    from mlripe.catalog.filling import from_data, patterns_from

    rules, _, patterns = content.partition(b"\n")
    return replace(from_data(json.loads(rules)), patterns=lambda: patterns_from(json.loads(patterns)))


def _stale(root: Path) -> bool:
    try:
        made = COMPILED.stat().st_mtime_ns
    except OSError:
        return True
    for folder in ("detectors", "rules"):
        for where, _, files in os.walk(root / folder):
            if os.stat(where).st_mtime_ns > made:
                return True
            if any(os.stat(os.path.join(where, name)).st_mtime_ns > made for name in files):
                return True
    return any(
        (PACKAGE / "catalog" / name).stat().st_mtime_ns > made for name in ("shapes.py", "compile.py", "words.py")
    )


def _store(content: bytes) -> None:
    """Keeps the compiled catalogue beside the package; a checkout that cannot be written to compiles at each start."""
    temporary = COMPILED.with_suffix(f".{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        temporary.replace(COMPILED)
    except OSError:
        temporary.unlink(missing_ok=True)
