"""Landmarks of what watches a model in use, and of applications of language models."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from mlripe.assessment import Found
from mlripe.detection.observations import Observation
from mlripe.evidence import Strength
from mlripe.kinds import Role, ToolKind
from mlripe.landmark_kinds import Landmark
from mlripe.lazy_regex import lazy_regex
from mlripe.planning.python_home import command, tests_from
from mlripe.planning.sight import NOTEBOOK, SCRIPTS, Sight, at
from mlripe.readers.budgets import nearest

__all__ = ["WATCHING_FINDERS"]

# what an application of language models is made of, and programs beside it
_LLM_WORK: Final = (Role.LLM, Role.WEB, "online-serving", "agent-runtime", "prompt-versioning")
_BESIDE: Final = lazy_regex(
    r"(?i)(?:\A|[/_.-])(?:tests?|evals?|evaluat\w*|bench\w*|scripts?|examples?|train\w*|demos?)[/_.-]"
)


def _command(sight: Sight, seen: Observation) -> str | None:
    """The command that runs what was seen; None where running its file does nothing."""
    path = seen.path
    folder, name = posixpath.split(path)
    if name.startswith("promptfoo"):
        return f"npx promptfoo@latest eval -c {shlex.quote(path)}"
    if name.endswith(".py"):
        if name.startswith("test_") or name.endswith("_test.py"):
            return tests_from(sight, folder if re.search(r"eval", folder) else path, [path])
        return command(sight, path) if sight.runnable(seen) else None
    return None


def _suite(sight: Sight) -> Observation | None:
    rows = [each for each in sight.shown if each.shows == "llm-evaluation" and each.path not in sight.store.ci_files]
    evals = [each for each in rows if re.search(r"eval|judge|bench|promptfoo|experiment|test", each.path)]
    evals.sort(key=lambda each: (nearest(each.path), each.line))
    return next((each for each in evals if _command(sight, each)), None)


def _run(of: Callable[[Sight], Observation | None]) -> Callable[[Sight], Found | None]:
    def find(sight: Sight) -> Found | None:
        seen = of(sight)
        runs = _command(sight, seen) if seen else None
        return None if seen is None or runs is None else Found(runs, seen.path, seen.line)

    return find


def _provider(sight: Sight) -> Found | None:
    """The model that the application asks, as promptfoo names it; `...` for one that is not known."""
    found = _model_call(sight)
    if found is None:
        return None
    asking = dict.fromkeys([found.path, *(each.path for each in sight.shown if each.shows == Role.LLM)])
    named = (known for path in asking if (known := _provider_of(sight, path)))
    return Found(next(named, "..."), found.path, found.line)


def _provider_of(sight: Sight, path: str) -> str | None:
    led = "node:" if path.endswith(SCRIPTS) else ""
    modules = [f"{led}{each.module}" for each in sight.store.of(path).imports]
    for known in sight.store.knowledge.landmarks.get(ToolKind.PROVIDER, ()):
        begins = tuple(f"{name}{after}" for name in known.imports for after in (".", "/"))
        if any(f"{module}.".startswith(begins) for module in modules):
            return known.command
    return None


def _model_call(sight: Sight) -> Found | None:
    """The program that asks a language model for the application: one that something starts, and with most of it."""
    asks = [each for each in sight.shown if each.shows == Role.LLM]
    work = Counter(each.path for each in sight.shown if each.shows in _LLM_WORK)
    checks = {each.path for each in sight.shown if each.shows in ("llm-guardrails", "llm-evaluation")}

    def rank(seen: Observation) -> tuple[bool, bool, bool, int, tuple[int, str], int]:
        started = bool(sight.wiring.kinds(seen.place))
        beside = sight.store.role(seen.path) is not None or bool(_BESIDE.search(seen.path)) or seen.path in checks
        return seen.path.endswith(NOTEBOOK), beside, not started, -work[seen.path], nearest(seen.path), seen.line

    return at(min(asks, key=rank, default=None))


def _prompt_in_code(sight: Sight) -> Found | None:
    rows = [each for each in sight.seen if each.shows == "prompt-versioning" and each.strength is Strength.declared]
    rows = [each for each in rows if each.path.endswith((".py", *SCRIPTS)) and not _BESIDE.search(each.path)]
    count = Counter(each.path for each in rows)
    return at(min(rows, key=lambda each: (-count[each.path], nearest(each.path), each.line), default=None))


def _signal(sight: Sight) -> Observation | None:
    """What says that the model is no longer good enough: a measure of drift, else of the quality in use."""
    return sight.best("drift-detection") or sight.best("performance-monitoring")


WATCHING_FINDERS: Final[Mapping[Landmark, Callable[[Sight], Found | None]]] = {
    Landmark.DRIFT_RUN: _run(lambda sight: sight.best("drift-detection")),
    Landmark.SIGNAL: lambda sight: at(_signal(sight)),
    Landmark.SIGNAL_RUN: _run(_signal),
    Landmark.MODEL_CALL: _model_call,
    Landmark.PROVIDER: _provider,
    Landmark.PROMPT_IN_CODE: _prompt_in_code,
    Landmark.QUALITY_RUN: _run(lambda sight: sight.best("performance-monitoring")),
    Landmark.RETRAIN_RUN: _run(lambda sight: sight.best("automated-retraining")),
    Landmark.SUITE: lambda sight: at(_suite(sight)),
    Landmark.SUITE_RUN: _run(_suite),
}
