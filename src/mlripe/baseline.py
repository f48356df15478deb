"""A baseline: how far a legacy repository had got, in a file that names models and capabilities and never lines."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from mlripe.assessment import Assessment
from mlripe.catalog import Catalog
from mlripe.catalog.nearest import nearest
from mlripe.errors import UserError
from mlripe.evidence import Strength
from mlripe.files import place_of, read_regular
from mlripe.maturity.verdicts import Standing

__all__ = ["baseline_text", "check_known", "read_baseline"]

BASELINE_VERSION: Final = 1
LARGEST: Final = 1 << 20  # bytes
_KEYS: Final = ("mlripe_baseline", "models", "capabilities")


def baseline_text(assessment: Assessment, earlier: Standing | None = None) -> str:
    """What a baseline file says of an assessment; with an `earlier` baseline, nothing less than that."""
    standing = Standing.of("", assessment)
    strengths = {name: s for name, s in standing.strengths.items() if s > Strength.none}
    levels = {name: level for name, level in standing.levels.items() if level is not None}
    if earlier is not None:
        for name, strength in earlier.strengths.items():
            strengths[name] = max(strength, strengths.get(name, Strength.none))
        for name, level in earlier.levels.items():
            if level is not None:
                levels[name] = max(level, levels.get(name, level))
    data = {
        "mlripe_baseline": BASELINE_VERSION,
        "models": dict(sorted(levels.items())),
        "capabilities": {name: strength.name for name, strength in sorted(strengths.items())},
    }
    return json.dumps(data, indent=2) + "\n"


def read_baseline(path: Path, repository: str = "") -> Standing:
    """The standing that a baseline file keeps; never through a link that lies in the scanned `repository`.

    Raises UserError naming the file, the key and the remedy.
    """
    try:
        data: Any = json.loads(read_regular(place_of(path, repository), LARGEST, follow=False))
    except OSError as error:
        reason = "it is a symbolic link" if error.errno == errno.ELOOP else error.strerror or str(error)
        raise UserError(f"{path}: cannot be read ({reason}); write it with `mlripe baseline -o {path}`") from None
    except (ValueError, RecursionError):
        raise UserError(f"{path}: is not valid JSON; write it again with `mlripe baseline`") from None
    if not isinstance(data, dict) or data.get("mlripe_baseline") != BASELINE_VERSION:
        raise UserError(f"{path}: mlripe_baseline: must be {BASELINE_VERSION}; write it again with `mlripe baseline`")
    for key in data:
        if key not in _KEYS:
            raise UserError(f"{path}: {key}: unknown key{nearest(key, _KEYS)}; known are {', '.join(_KEYS)}")
    levels = _rows(path, data, "models", lambda value: type(value) is int, "a level")
    known = [each.name for each in Strength]
    strengths = _rows(path, data, "capabilities", lambda value: value in known, f"one of {', '.join(known)}")
    from shlex import quote

    found = {name: Strength[value] for name, value in strengths.items()}
    return Standing(str(path), levels, found, f"mlripe baseline -o {quote(str(path))} --update")


def check_known(standing: Standing, catalog: Catalog) -> None:
    """Raises UserError where a baseline names what there is not: a slip, or a model or capability of another version.

    Passed over, it would hold whatever falls; counted, it would fail whatever is there.
    """
    remedy = "; correct or remove it, or name the folder that has it with --catalog"
    for name, level in standing.levels.items():
        if name not in catalog.models:
            near = nearest(name, catalog.models)
            raise UserError(f"{standing.what}: models.{name}: there is no maturity model of that name{near}{remedy}")
        if level is not None and level not in (levels := catalog.models[name].levels):
            known = ", ".join(str(each) for each in levels)
            raise UserError(f"{standing.what}: models.{name}: there is no level {level}; write one of {known}")
    for name in standing.strengths:
        if name not in catalog.capabilities:
            near = nearest(name, catalog.capabilities)
            raise UserError(f"{standing.what}: capabilities.{name}: there is no capability of that name{near}{remedy}")


def _rows(path: Path, data: dict[str, Any], key: str, fits: Callable[[Any], bool], wanted: str) -> dict[str, Any]:
    rows = data.get(key, {})
    if not isinstance(rows, dict):
        raise UserError(f"{path}: {key}: must be a mapping; write the file again with `mlripe baseline`")
    for name, value in rows.items():
        if not fits(value):
            raise UserError(f"{path}: {key}.{name}: must be {wanted}, not {str(value)[:40]!r}")
    return rows
