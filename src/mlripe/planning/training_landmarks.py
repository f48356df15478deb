"""Landmarks about the training: what it is written with, how it is started and what belongs to it."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from typing import Final

from mlripe.assessment import Found
from mlripe.catalog.tool_schema import KnownTool
from mlripe.kinds import ToolKind
from mlripe.lazy_regex import lazy_regex
from mlripe.planning.python_home import command
from mlripe.planning.sight import PLAIN, Sight, at
from mlripe.readers.budgets import nearest

__all__ = [
    "check",
    "dvc_stages",
    "evaluate",
    "framework",
    "gate",
    "hub_data",
    "linter",
    "model_file",
    "model_name",
    "orchestrator",
    "package",
    "python",
    "table",
    "tabular",
]

_SAVES: Final = (
    "joblib.dump",
    "pickle.dump",
    "cloudpickle.dump",
    "torch.save",
    ".save",
    ".save_model",
    ".save_weights",
)
_MODEL_FILE: Final = lazy_regex(r"\.(?:pkl|pickle|joblib|pt|pth|h5|keras|onnx|bin|cbm|json|ubj|sav)\Z")
_PLAIN_NAMES: Final = lazy_regex(
    r"(?i)(?:best|final|my|the|saved|trained|new)?[-_]?(?:model|classifier|regressor|weights)?"
)
_READS: Final = lazy_regex(r"\Apandas\.read_(?:csv|parquet|excel|sql\w*|table|feather|json)\Z")
_HOOKS: Final = ".pre-commit-config.yaml"
_LOADS: Final = lazy_regex(r"\Adatasets\.load_dataset\Z")


def framework(sight: Sight) -> Found | None:
    """The package that the model is trained with, as code imports it; `other` where it is none of those known here."""
    seen = sight.best("training-code") or sight.best("training-code", notebook=True)
    if seen is None:
        return None
    calls = dict.fromkeys(call.name for call in sight.store.of(seen.path).calls)
    known = sight.store.knowledge.landmarks.get(ToolKind.FRAMEWORK, ())
    name = next((each.id for each in known if any(_is_one(call, each) for call in calls)), "other")
    return Found(name, seen.path, seen.line)


def _is_one(call: str, tool: KnownTool) -> bool:
    """Whether a call is one of the tool's."""
    return any(fnmatchcase(call, glob) for glob in tool.calls) and not any(
        fnmatchcase(call, glob) for glob in tool.apart
    )


def orchestrator(sight: Sight) -> Found | None:
    """The package in which the steps of the training are written."""
    seen = sight.best("training-pipeline", notebook=None)
    modules = [each.module for each in sight.store.of(seen.path).imports] if seen else []
    for known in sight.store.knowledge.landmarks.get(ToolKind.ORCHESTRATOR, ()):
        if seen and any(f"{module}.".startswith(f"{name}.") for module in modules for name in known.imports):
            return Found(known.id, seen.path, seen.line)
    return None


def python(sight: Sight) -> Found | None:
    """The first program in Python of the repository's own, tests aside."""
    found = [path for path in sight.own if path.endswith(".py") and not sight.store.is_test(path)]
    path = min(found, key=nearest, default=None)
    return None if path is None else Found(path, path)


def evaluate(sight: Sight) -> Found | None:
    """The command that runs the evaluation, where that is a program of its own."""
    return _beside(sight, "model-evaluation")


def check(sight: Sight) -> Found | None:
    """The command that compares a metric with a limit, where that is a program of its own."""
    return _beside(sight, "model-validation-gate")


def _beside(sight: Sight, capability: str) -> Found | None:
    """The command of a program that does this, and is not the one that trains."""
    seen, training = sight.best(capability), sight.best("training-code")
    if seen is None or not seen.path.endswith(".py") or (training and training.path == seen.path):
        return None
    return Found(command(sight, seen.path), seen.path, seen.line) if sight.runnable(seen) else None


def dvc_stages(sight: Sight) -> Found | None:
    """The file that defines stages of DVC."""
    found = [path for path in sight.own if posixpath.basename(path) == "dvc.yaml" and sight.store.of(path).units]
    path = min(found, key=nearest, default=None)
    return None if path is None else Found(path, path)


def table(sight: Sight) -> Found | None:
    """The program that reads a table with pandas: the one that trains, else the nearest to the root."""
    return _calling(sight, _READS)


def tabular(sight: Sight) -> Found | None:
    """The program or notebook that trains on a table."""
    seen = sight.best("training-code") or sight.best("training-code", notebook=True)
    if seen is None or not any(_READS.match(call.name) for call in sight.store.of(seen.path).calls):
        return None
    return at(seen)


def hub_data(sight: Sight) -> Found | None:
    """The program that loads a data set of the Hugging Face Hub."""
    return _calling(sight, _LOADS)


def _calling(sight: Sight, wanted: re.Pattern[str]) -> Found | None:
    """The program that makes such a call: the one that trains, else the nearest to the root."""
    training = sight.best("training-code")
    found = [
        (path, call.line)
        for path, facts in sight.store.loaded()
        if path.endswith(".py") and sight.store.role(path) is None and not sight.store.is_test(path)
        for call in facts.calls
        if wanted.match(call.name)
    ]
    best = min(
        found, key=lambda row: (training is None or row[0] != training.path, nearest(row[0]), row[1]), default=None
    )
    return None if best is None else Found(best[0], best[0], best[1])


def package(sight: Sight) -> Found | None:
    """The file from which a package of Python is built."""
    if sight.has("pyproject.toml") and b"[build-system]" in sight.store.text("pyproject.toml"):
        return Found("pyproject.toml", "pyproject.toml")
    return Found("setup.py", "setup.py") if sight.has("setup.py") else None


def gate(sight: Sight) -> Found | None:
    """The program that compares a metric with a limit; a command of CI that does is none."""
    seen = sight.best("model-validation-gate")
    return at(seen) if seen and seen.path.endswith(".py") else None


def linter(sight: Sight) -> Found | None:
    """The tool that is set up to check the code, by the id of its detector."""
    if sight.has(_HOOKS):
        return Found("pre-commit", _HOOKS)
    seen = sight.best("code-quality-checks", notebook=None)
    return None if seen is None else Found(seen.detector, seen.path, seen.line)


def model_file(sight: Sight) -> Found | None:
    """The file that a call of the training program writes a model to, where its name is written out."""
    for path in sorted({each.path for each in sight.shown if each.shows == "training-code"}, key=nearest):
        for call in sight.store.of(path).calls:
            if call.name.endswith(_SAVES):
                for value in (*call.args, *call.keywords.values()):
                    if isinstance(value, str) and _is_model_file(value):
                        return Found(value, path, call.line)
    return None


def _is_model_file(name: str) -> bool:
    """Whether a name is that of a model's file, in the repository, and means itself."""
    plain = _MODEL_FILE.search(name) and PLAIN.fullmatch(name)
    return bool(plain) and not name.startswith(("/", "~", ".."))


def model_name(sight: Sight) -> Found | None:
    """A name for the trained model: that of its file where it says something, else of the folder of the training."""
    seen = sight.best("training-code") or sight.best("training-code", notebook=True)
    if seen is None:
        return None
    file = model_file(sight)
    stem = posixpath.splitext(posixpath.basename(file.text))[0] if file else ""
    return Found("model" if _PLAIN_NAMES.fullmatch(stem) else stem.replace("_", "-"), seen.path, seen.line)
