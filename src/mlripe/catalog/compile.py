"""From the YAML of `detectors/` and `rules/` to the compiled catalogue, every file validated against its shape.

An error names the file, the key and the remedy. Only this module pays for pydantic; it runs when a wheel is built,
when a checkout's YAML changed, and for a user's own detectors and rules.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mlripe.catalog.shapes import Capability, Detector, Kind, MaturityModel, PathRole, Signal
from mlripe.catalog.words import words_of
from mlripe.errors import CatalogError

__all__ = ["compile_catalog", "detector_file", "nearest", "validated"]

_RENAMED = {"with": "with_", "import": "imports"}  # words that Python keeps for itself
_MATCHERS = (
    "call decorator base define imports command action hook resource image dependency path key branch text unit".split()
)


def compile_catalog(root: Path) -> bytes:
    """The compiled catalogue of the folder that holds `detectors/` and `rules/`.

    Raises CatalogError with one line a fault; nothing is compiled then.
    """
    faults: list[str] = []
    digest = hashlib.sha256()
    loaded = {}
    for path in sorted([*root.glob("detectors/**/*.yaml"), *root.glob("rules/**/*.yaml")]):
        content = path.read_bytes()
        name = path.relative_to(root).as_posix()
        digest.update(name.encode() + b"\0" + content + b"\0")
        loaded[name] = _yaml(name, content, faults)
    capabilities = _keyed(loaded, "rules/capabilities.yaml", Capability, faults)
    signals = _keyed(loaded, "rules/signals.yaml", Signal, faults)
    known = {c.id for c in capabilities} | {"~" + s.id for s in signals}
    roles = _keyed(loaded, "rules/paths.yaml", PathRole, faults)
    kinds = _keyed(loaded, "rules/kinds.yaml", Kind, faults)
    detectors = [
        d
        for name, data in loaded.items()
        if name.startswith("detectors/") and (d := _detector(name, data, known, faults))
    ]
    models = [
        m
        for name, data in loaded.items()
        if name.startswith("rules/models/") and (m := _model(name, data, known, faults))
    ]
    faults += _twins(detectors)
    if faults:
        raise CatalogError("\n".join(faults))
    compiled = {
        "version": digest.hexdigest()[:12],
        "capabilities": [_compact(c) for c in capabilities],
        "detectors": [_compact(d, leave_out=("cases",)) for d in detectors],
        "models": [_compact(m) for m in models],
        "roles": [_compact(r) for r in roles],
        "kinds": [_compact(k) for k in kinds],
        "words": words_of(detectors),
    }
    return json.dumps(compiled, separators=(",", ":")).encode()


def detector_file(name: str, content: bytes, capabilities: Iterable[str]) -> Detector:
    """One detector file's content, validated. Raises CatalogError naming the file, the key and the remedy."""
    faults: list[str] = []
    data = _yaml(name, content, faults)
    detector = None if faults else _detector(name, data, set(capabilities), faults)
    if faults or detector is None:
        raise CatalogError("\n".join(faults))
    return detector


# --- reading and validating ------------------------------------------------------------------------------------------


def _yaml(name: str, content: bytes, faults: list[str]) -> Any:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(content, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}" if mark else ""
        faults.append(f"{name}{where}: not valid YAML ({getattr(error, 'problem', None) or 'cannot be parsed'})")
    return None


def _keyed(loaded: Mapping[str, Any], name: str, shape: type, faults: list[str]) -> list[Any]:
    data = loaded.get(name)
    if not isinstance(data, dict):
        faults.append(f"{name}: must be a mapping from id to entry")
        return []
    entries = [validated(name, {**value, "id": key}, shape, faults, key) for key, value in data.items()]
    return [entry for entry in entries if entry is not None]


def _detector(name: str, data: Any, known: set[str], faults: list[str]) -> Detector | None:
    if data is None:
        return None
    path = Path(name)
    if isinstance(data, dict):
        data = {**data, "id": path.stem, "area": path.parent.name}
    detector: Detector | None = validated(name, _renamed(data), Detector, faults)
    if detector is None:
        return None
    for index, show in enumerate(detector.shows):
        named = (show.capability,) if isinstance(show.capability, str) else show.capability
        faults += [f"{name}: shows.{index}.capability: {_unknown(c, known)}" for c in named if c not in known]
        if not any(getattr(show, kind) for kind in _MATCHERS):
            faults.append(f"{name}: shows.{index}: has nothing to look for; give one of {', '.join(_MATCHERS)}")
        if show.text and not show.within:
            faults.append(f"{name}: shows.{index}.text: needs `within`, the paths it may read")
    faults += [f"{name}: declares: {_unknown(c, known)}" for c in detector.declares if c not in known]
    for case in detector.cases:
        faults += [f"{name}: cases: {_unknown(c, known)}" for c in case.shows if c not in known]
    return detector


def _model(name: str, data: Any, known: set[str], faults: list[str]) -> MaturityModel | None:
    from mlripe.catalog.needs import check_needs

    model: MaturityModel | None = validated(name, data, MaturityModel, faults) if data is not None else None
    if model is None:
        return None
    for criterion in model.criteria:
        where = f"{name}: criteria.{criterion.id}"
        if criterion.needs or criterion.observable == "yes":
            faults += [f"{where}.needs: {fault}" for fault in check_needs(criterion.needs, known)]
        if criterion.level not in model.levels:
            faults.append(f"{where}.level: {criterion.level} is none of the model's levels {sorted(model.levels)}")
        if criterion.dimension not in model.dimensions:
            faults.append(f"{where}.dimension: {_unknown(criterion.dimension, set(model.dimensions))}")
    return model


@cache
def _adapter(shape: type) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(shape)


def validated(name: str, data: Any, shape: type, faults: list[str], under: str = "") -> Any:
    """`data` of file `name` as `shape`; None, and a line a fault in `faults`, where it is not. `under`: its key."""
    from pydantic import ValidationError

    try:
        return _adapter(shape).validate_python(data)
    except ValidationError as error:
        for fault in error.errors()[:10]:
            where = ".".join(str(part) for part in (under, *_readable(fault["loc"])) if part != "")
            faults.append(f"{name}: {where}: {_remedy(fault, shape)}")
    return None


def _readable(location: tuple[Any, ...]) -> Iterable[Any]:
    """A fault's place without pydantic's own names of union members."""
    return [part for part in location if not (isinstance(part, str) and ("[" in part or part in ("str", "KeyPattern")))]


def _remedy(fault: Any, shape: type) -> str:
    key = str(fault["loc"][-1]) if fault["loc"] else ""
    if fault["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        known = {f.name for f in fields(shape)} if len(fault["loc"]) == 1 else _all_keys(shape)
        return f"unknown key{nearest(key, known)}"
    if fault["type"] == "missing":
        return "is required"
    if fault["type"] in _WORDS:
        return f"{_WORDS[fault['type']]}, not {str(fault.get('input'))[:60]!r}"
    return f"{fault['msg']}, not {str(fault.get('input'))[:60]!r}"


_WORDS = {
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping",
    "dataclass_type": "must be a mapping",
    "string_type": "must be a text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
}


def _all_keys(shape: type) -> set[str]:
    from mlripe.catalog import shapes

    known = {
        f.name
        for value in vars(shapes).values()
        if isinstance(value, type) and is_dataclass(value)
        for f in fields(value)
    }
    return {{v: k for k, v in _RENAMED.items()}.get(name, name) for name in known}


def _unknown(word: str, known: set[str]) -> str:
    return f"{word!r} is not known{nearest(word, known)}"


def nearest(word: str, known: Iterable[str]) -> str:
    """ "; did you mean ...?" for a word that is not known, "" where nothing is near."""
    close = difflib.get_close_matches(word, sorted(known), 1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _twins(detectors: list[Detector]) -> list[str]:
    seen: dict[str, str] = {}
    faults = []
    for detector in detectors:
        if detector.id in seen:
            faults.append(
                f"detectors/{detector.area}/{detector.id}.yaml: the name is taken by detectors/{seen[detector.id]}"
            )
        seen[detector.id] = f"{detector.area}/{detector.id}.yaml"
    return faults


# --- shaping ---------------------------------------------------------------------------------------------------------


def _renamed(data: Any) -> Any:
    """YAML's words to the shapes' field names; a single string stands for a list of one."""
    if isinstance(data, list):
        return [_renamed(item) for item in data]
    if not isinstance(data, dict):
        return data
    out: dict[str, Any] = {}
    for written, value in data.items():
        key = "on" if written is True else written  # YAML 1.1 reads a bare `on` as a truth value
        if key in ("cases", "key"):
            out[key] = [value] if key == "key" and isinstance(value, (str, dict)) else value
            continue
        name: Any = _RENAMED.get(key, key)
        if name == "with_":
            out[name] = _values(value)
            continue
        if name in (*_MATCHERS, "within", "without", "on", "then", "declares") and isinstance(value, (str, dict)):
            value = [value]
        if name in ("when", "unless") and isinstance(value, dict):
            value = [value]
        out[name] = _renamed(value)
    if isinstance(out.get("declared_by"), dict):
        out["declared_by"] = {k: [v] if isinstance(v, str) else v for k, v in out["declared_by"].items()}
    return out


def _values(value: Any) -> Any:
    """What `with` wants: names of keywords, or a regular expression by name; YAML's true and 3 are texts here."""
    if isinstance(value, dict):
        return {
            k: str(v).lower() if isinstance(v, bool) else v if isinstance(v, str) else str(v) for k, v in value.items()
        }
    return [value] if isinstance(value, str) else value


def _compact(value: Any, leave_out: tuple[str, ...] = ()) -> Any:
    """A shape as plain data, without the fields that have their default value."""
    if isinstance(value, (list, tuple)):
        return [_compact(item) for item in value]
    if not is_dataclass(value):
        return value
    return {
        f.name: _compact(content)
        for f in fields(value)
        if f.name not in leave_out
        and (content := getattr(value, f.name)) != f.default
        and (content or f.default_factory is MISSING)
    }
