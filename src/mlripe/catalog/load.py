"""Loads the compiled catalogue into the shapes, without any validation library: compiling has validated it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from mlripe.catalog.nearest import nearest
from mlripe.catalog.shapes import (
    AntiPattern,
    BranchPattern,
    Capability,
    Case,
    ComparisonPattern,
    Criterion,
    Detector,
    Grade,
    KeyPattern,
    Kind,
    MaturityModel,
    PathRole,
    Pattern,
    Profile,
    Root,
    Show,
)
from mlripe.errors import UserError

__all__ = ["Catalog", "Patterns", "detector_from", "from_compiled", "from_data", "load", "patterns_from", "source_root"]

PACKAGE = Path(__file__).resolve().parent.parent
COMPILED = PACKAGE / "catalog.json"


@dataclass(frozen=True, slots=True)
class Patterns:
    """The detectors, and what a source text must hold to be worth parsing for them."""

    detectors: tuple[Detector, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)


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
    root = source_root()
    if root != PACKAGE / "data" and _stale(root):
        from mlripe.catalog.compile import compile_catalog

        content = compile_catalog(root)
        _store(content)
        return from_compiled(content)
    return from_compiled(COMPILED.read_bytes())


def from_compiled(content: bytes) -> Catalog:
    """The catalogue in the bytes that `compile_catalog` gives: a line of rules, and a longer one of detectors."""
    rules, _, patterns = content.partition(b"\n")
    return replace(from_data(json.loads(rules)), patterns=lambda: patterns_from(json.loads(patterns)))


def patterns_from(data: Mapping[str, Any]) -> Patterns:
    """The detectors in the plain data that `compile.compiled` gives."""
    return Patterns(tuple(detector_from(d) for d in data["detectors"]), data["words"])


def from_data(data: Mapping[str, Any]) -> Catalog:
    """The rules in the plain data that `compile.compiled` gives, without detectors."""
    return Catalog(
        version=data["version"],
        capabilities={c["id"]: Capability(**_tuples(c)) for c in data["capabilities"]},
        models={m["id"]: _model(m) for m in data["models"]},
        roles=tuple(PathRole(**_tuples(r)) for r in data["roles"]),
        kinds=tuple(Kind(**k) for k in data["kinds"]),
        profiles={p["id"]: Profile(**_tuples(p)) for p in data["profiles"]},
        looked_at=tuple(data["looked_at"]),
        signals={signal["id"]: signal["says"] for signal in data["signals"]},
        antipatterns={a["id"]: AntiPattern(**_tuples(a)) for a in data["antipatterns"]},
    )


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


# --- plain data to shapes --------------------------------------------------------------------------------------------


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}


def _pattern_fields(data: Mapping[str, Any]) -> dict[str, Any]:
    fields = _tuples(data)
    if "key" in fields:
        fields["key"] = tuple(k if isinstance(k, str) else KeyPattern(**k) for k in fields["key"])
    if "branch" in fields:
        fields["branch"] = tuple(BranchPattern(**_tuples(b)) for b in fields["branch"])
    if "compare" in fields:
        fields["compare"] = tuple(ComparisonPattern(**_tuples(c)) for c in fields["compare"])
    for name in ("when", "unless"):
        if name in fields:
            fields[name] = tuple(Pattern(**_pattern_fields(p)) for p in fields[name])
    return fields


def detector_from(data: Mapping[str, Any]) -> Detector:
    """A detector from its compiled form."""
    fields = _tuples(data)
    fields["declared_by"] = {eco: tuple(names) for eco, names in data.get("declared_by", {}).items()}
    fields["shows"] = tuple(Show(**_pattern_fields(s)) for s in data.get("shows", ()))
    fields["starts"] = tuple(Root(**_pattern_fields(s)) for s in data.get("starts", ()))
    fields["cases"] = tuple(Case(**c) for c in data.get("cases", ()))
    return Detector(**fields)


def _model(data: Mapping[str, Any]) -> MaturityModel:
    fields = dict(data)
    for name in ("levels", "above"):
        fields[name] = {int(level): value for level, value in data.get(name, {}).items()}
    fields["counts"] = tuple(data.get("counts", ()))
    fields["criteria"] = tuple(_criterion(c) for c in data["criteria"])
    return MaturityModel(**fields)


def _criterion(data: Mapping[str, Any]) -> Criterion:
    return Criterion(**{**data, "grades": tuple(Grade(**grade) for grade in data.get("grades", ()))})
