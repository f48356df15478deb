"""Landmarks: the programs, files, jobs and commands of a repository that advice speaks of (`landmark_kinds.Landmark`).

Of several places that could be meant the one is taken that a person would name: a program that something starts before
one that nothing does, one that does more of the work before a helper, and the nearest to the root of those.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from mlripe.assessment import Found
from mlripe.detection.engine import Detection
from mlripe.detection.observations import Observation
from mlripe.evidence import Strength
from mlripe.kinds import Names, Role, StartKind, ToolKind
from mlripe.landmark_kinds import Landmark
from mlripe.lazy_regex import lazy_regex
from mlripe.planning import ci_landmarks, training_landmarks
from mlripe.planning.dependency_landmarks import DEPENDENCY_FINDERS, in_folders
from mlripe.planning.image_landmarks import IMAGE_FINDERS
from mlripe.planning.node_landmarks import NODE_FINDERS
from mlripe.planning.python_home import command
from mlripe.planning.service_landmarks import SERVICE_FINDERS, service
from mlripe.planning.sight import NOTEBOOK, PLAIN, SCRIPTS, Sight, at
from mlripe.planning.testing_landmarks import TEST_FILES, TEST_FINDERS
from mlripe.planning.watching_landmarks import WATCHING_FINDERS
from mlripe.readers.budgets import nearest
from mlripe.readers.product import readme_of
from mlripe.readers.store import FactStore
from mlripe.texts import line_at
from mlripe.wiring.places import MAIN

__all__ = ["FINDERS", "landmarks"]

_TRACKERS: Final = "experiment-tracking"
_DATA: Final = lazy_regex(r"\.(?:csv|tsv|parquet|feather|xlsx?|arff|jsonl|h5|npz)\Z", re.IGNORECASE)
_RESULTS: Final = lazy_regex(
    r"(?i)(?:\A|[/_-])(?:metrics?|results?|reports?|logs?|outputs?|predict\w*|submissions?|scores?|plots?|figures?|docs?"
    r"|tests?|fixtures?|examples?|samples?|prompts?|evals?|golden)(?=[/_.-])"
)
_SETTINGS: Final = lazy_regex(r"(?:\A|/)(?:params|config|conf|settings|hyperparameters)[^/]*\.(?:ya?ml|toml|json)\Z")
_PEOPLE: Final = lazy_regex(
    rb"(?i)\b(?:credit (?:risk|scor\w+|card default)|loan (?:default|approval|applica\w+)|applicants?|recidivism|hiring"
    rb"|r(?:e|\xc3\xa9)sum(?:e|\xc3\xa9) screening|candidates? (?:scor|rank|screen)\w*"
    rb"|insurance (?:claim|premium|fraud)s?|patients?|diabetes|stroke prediction|heart disease|attrition"
    rb"|student (?:performance|dropout))\b"
)
_THING: Final = rb"(?:repo(?:sitory)?|project|package|library|tool|plugin|framework|code ?base)"
_OVER: Final = (
    rb"(?:archived|deprecated|discontinued|retired|abandoned|unmaintained|unsupported|superseded|in maintenance mode"
    rb"|(?:no longer|not) (?:being )?(?:actively )?(?:maintained|developed|supported))"
)
# a sentence about this repository, a notice at its head, or a badge; "the original project" is another one
_ARCHIVED: Final = lazy_regex(
    rb"(?i)\b(?:this (?:[\w-]+ ){0,2}|the )"
    + _THING
    + rb"\)?(?: itself)? (?:is|has been|was)\b[^.\n]{0,30}\b"
    + _OVER
    + rb"\b"
    rb"|\A[^a-z\n]{0,40}" + _OVER + rb"\b"
    rb"|\A#[^\n]{0,80}[(\[]" + _OVER + rb"[)\]]"
    rb"|^\W{0,12}(?:note|warning|notice|important|attention|deprecation notice)\b[^.\n]{0,80}\b" + _OVER + rb"\b"
    rb"|repostatus\.org/badges/[\w.]{1,20}/(?:abandoned|inactive|unsupported|moved)"
    rb"|unmaintained\.tech/badge|badge/maintenance-(?:deprecated|unmaintained|none|no)\b",
    re.MULTILINE,
)


def landmarks(store: FactStore, detection: Detection) -> dict[str, Found]:
    """The landmarks that are there, by the values of `landmark_kinds.Landmark`."""
    sight = Sight(store, detection)
    found = [*((mark.value, find(sight)) for mark, find in FINDERS.items()), *in_folders(sight)]
    return {
        name: replace(place, imports=_imports(sight, place))
        for name, place in found
        if place is not None and PLAIN.fullmatch(place.path)
    }


def _imports(sight: Sight, place: Found) -> tuple[str, ...]:
    """The packages that the file imports; those of Node are led by `node:`, as in detectors."""
    if not place.path.endswith((".py", NOTEBOOK, *SCRIPTS)):
        return ()
    modules = {each.module for each in sight.store.of(place.path).imports if not each.module.startswith(".")}
    if not place.path.endswith(SCRIPTS):
        return tuple(sorted({module.partition(".")[0] for module in modules}))
    return tuple(sorted({"node:" + "/".join(module.split("/")[: 1 + module.startswith("@")]) for module in modules}))


def _program(*names: str) -> Callable[[Sight], Found | None]:
    return lambda sight: at(sight.best(*names))


def _notebook(sight: Sight) -> Found | None:
    seen = sight.best("training-code", notebook=True) or sight.best(Role.ML, Role.MODEL_USE, notebook=True)
    if seen is not None:
        return at(seen)
    first = min((path for path in sight.own if path.endswith(NOTEBOOK)), key=nearest, default=None)
    return None if first is None else Found(first, first)


def _train(sight: Sight) -> Found | None:
    """The command that runs the training program, from the root."""
    seen = sight.best("training-code")
    entry = _entry(sight, seen) if seen and seen.path.endswith(".py") else None
    return Found(command(sight, entry), seen.path, seen.line) if seen and entry else None


def _entry(sight: Sight, seen: Observation) -> str | None:
    """The program that runs the place: its own file where that does, else the nearest one that leads to it.

    A service that trains when somebody asks it to is none.
    """
    serving = {each.path for each in sight.shown if each.shows in (Role.WEB, Role.UI)}
    if sight.runnable(seen) and seen.path not in serving:
        return seen.path
    asked, places = {seen.place}, [seen.place]
    entries: list[str] = []
    while places and len(asked) < 200:
        for caller, _ in sight.wiring.callers(places.pop(0)):
            if caller in asked or caller.path in serving:
                continue
            if caller.path.endswith(".py") and caller.unit in ("", MAIN) and not sight.store.is_test(caller.path):
                entries.append(caller.path)
            asked.add(caller)
            places.append(caller)
    # of several the one that is called so, else the nearest
    return min(entries, key=lambda path: "train" not in posixpath.basename(path), default=None)


def _evaluation(sight: Sight) -> Found | None:
    """The program that measures a model: the one that trains where that does both."""
    training = sight.best("training-code")
    rows = [
        each for each in sight.shown if each.shows == "model-evaluation" and training and each.path == training.path
    ]
    return at(min(rows, key=lambda each: each.line, default=None) or sight.best("model-evaluation"))


def _data(sight: Sight) -> Found | None:
    found = (each for each in sight.own if _DATA.search(each) and not _RESULTS.search(each))
    path = min(found, key=nearest, default=None)
    return None if path is None else Found(path, path)


def _changes(sight: Sight) -> Found | None:
    data, training = _data(sight), sight.best("training-code")
    if data is None or training is None:
        return None
    folder = posixpath.dirname(data.path)
    globs = (f"{folder}/**" if folder else data.path, training.path)
    plain = PLAIN.fullmatch(folder) and PLAIN.fullmatch(training.path)
    return Found(", ".join(f'"{each}"' for each in globs), data.path) if plain else None


def _schedule(sight: Sight) -> Found | None:
    """A schedule that a file outside of CI sets; only where nothing is seen to train by one."""
    if any(each.shows == "continuous-training" and each.strength > Strength.present for each in sight.seen):
        return None
    rows = [
        (nearest(path), trigger.line or unit.line)
        for path, facts in sight.store.loaded()
        if path not in sight.store.ci_files and sight.store.role(path) is None
        for unit in facts.units
        for trigger in unit.triggers
        if trigger.active and trigger.kind == StartKind.SCHEDULE
    ]
    (_, path), line = min(rows, default=((0, ""), 0))
    return Found(path, path, line) if path else None


def _model_in_git(sight: Sight) -> Found | None:
    endings = sight.store.knowledge.named(Names.MODEL_FILES)
    path = min((each for each in sight.own if each.endswith(endings)), key=nearest, default=None)
    return None if path is None else Found(path, path)


def _pipeline(sight: Sight) -> Found | None:
    return at(sight.best("training-pipeline", notebook=None))


def _chain(sight: Sight) -> Found | None:
    """The command that runs the chain of steps."""
    seen = sight.best("training-pipeline", notebook=None)
    if seen is None:
        return None
    folder, name = posixpath.split(seen.path)
    chains = sight.store.knowledge.landmarks.get(ToolKind.CHAIN, ())
    runs = next((each.command for each in chains if name in each.files), None)
    if name == "Makefile" and PLAIN.fullmatch(seen.place.unit):
        runs = f"make {seen.place.unit}" if seen.place.unit else None
    if runs is not None:
        return Found(f"cd {shlex.quote(folder)} && {runs}" if folder else runs, seen.path, seen.line)
    # a file that only defines a pipeline does nothing when it is run
    if name.endswith(".sh") or (name.endswith(".py") and sight.runnable(seen) and not _loaded(sight, seen)):
        runs = command(sight, seen.path) if name.endswith(".py") else f"bash {shlex.quote(seen.path)}"
        return Found(runs, seen.path, seen.line)
    return None


def _loaded(sight: Sight, seen: Observation) -> bool:
    """Whether a tool loads the file, such as a DAG of Airflow, and it runs nothing by itself."""
    facts = sight.store.of(seen.path)
    defines = any(each.shows == Role.PIPELINE_DEFINITION and each.path == seen.path for each in sight.shown)
    return defines and not any(each.name == MAIN for each in facts.definitions)


def _tracker(sight: Sight) -> Found | None:
    seen = sight.best(_TRACKERS, notebook=None)
    return None if seen is None or seen.detector.startswith("practice-") else Found(seen.detector, seen.path, seen.line)


def _code(sight: Sight) -> Found | None:
    seen = sight.best("training-code") or sight.best(Role.ML, Role.MODEL_USE, Role.LLM, Role.WEB)
    if seen is not None:
        return at(seen)
    path = min(
        (each for each in sight.own if each.endswith(".py") and not TEST_FILES.search(each)), key=nearest, default=None
    )
    return None if path is None else Found(path, path)


def _settings(sight: Sight) -> Found | None:
    seen = sight.best("configuration-management", notebook=None)
    named = [path for path in sight.own if _SETTINGS.search(path)]
    if seen is not None and seen.path in named:
        return at(seen)
    return None


def _said(expression: re.Pattern[bytes], most: int) -> Callable[[Sight], Found | None]:
    """What the README says in its first `most` bytes."""

    def find(sight: Sight) -> Found | None:
        name = readme_of(sight.store.entries)
        text = sight.store.text(name)[:most] if name else b""
        match = expression.search(text)
        if name is None or match is None:
            return None
        said = " ".join(match[0].decode("utf-8", "replace").split())
        return Found(said, name, line_at(text, match.start()))

    return find


_FINDERS: Final[Mapping[Landmark, Callable[[Sight], Found | None]]] = {
    Landmark.NOTEBOOK: _notebook,
    Landmark.TRAINING: _program("training-code"),
    Landmark.TRAIN: _train,
    Landmark.EVALUATION: _evaluation,
    Landmark.INGESTION: _program("data-ingestion"),
    Landmark.DATA: _data,
    Landmark.PIPELINE: _pipeline,
    Landmark.CHAIN: _chain,
    Landmark.SERVICE: lambda sight: at(service(sight)),
    Landmark.PROMPT: lambda sight: at(sight.best("prompt-versioning", notebook=None)),
    Landmark.CHANGES: _changes,
    Landmark.MODEL_IN_GIT: _model_in_git,
    Landmark.CI: ci_landmarks.ci,
    Landmark.WORKFLOW: ci_landmarks.workflow,
    Landmark.TEST_JOB: ci_landmarks.test_job,
    Landmark.TEST_WORKFLOW: ci_landmarks.test_workflow,
    Landmark.DEPLOYING: ci_landmarks.deploying,
    Landmark.TRAINING_JOB: ci_landmarks.training_job,
    Landmark.TRAINING_WORKFLOW: ci_landmarks.training_workflow,
    Landmark.FRAMEWORK: training_landmarks.framework,
    Landmark.ORCHESTRATOR: training_landmarks.orchestrator,
    Landmark.PYTHON: training_landmarks.python,
    Landmark.EVALUATE: training_landmarks.evaluate,
    Landmark.DVC_STAGES: training_landmarks.dvc_stages,
    Landmark.TABLE: training_landmarks.table,
    Landmark.TABULAR: training_landmarks.tabular,
    Landmark.HUB_DATA: training_landmarks.hub_data,
    Landmark.PACKAGE: training_landmarks.package,
    Landmark.GATE: training_landmarks.gate,
    Landmark.CHECK: training_landmarks.check,
    Landmark.LINTER: training_landmarks.linter,
    Landmark.MODEL_FILE: training_landmarks.model_file,
    Landmark.MODEL_NAME: training_landmarks.model_name,
    Landmark.TRACKER: _tracker,
    Landmark.CLOCK: _program(Role.CLOCK),
    Landmark.SCHEDULE: _schedule,
    Landmark.CODE: _code,
    Landmark.SETTINGS: _settings,
    Landmark.PEOPLE: _said(_PEOPLE, 3000),
    Landmark.ARCHIVED: _said(_ARCHIVED, 2500),
}
FINDERS: Final[Mapping[Landmark, Callable[[Sight], Found | None]]] = {
    **_FINDERS,
    **TEST_FINDERS,
    **DEPENDENCY_FINDERS,
    **NODE_FINDERS,
    **IMAGE_FINDERS,
    **SERVICE_FINDERS,
    **WATCHING_FINDERS,
}
