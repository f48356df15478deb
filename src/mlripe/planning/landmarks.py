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
from keyword import iskeyword
from typing import Final

from mlripe.assessment import Found
from mlripe.detection.engine import Detection
from mlripe.detection.observations import Observation
from mlripe.facts import Definition
from mlripe.kinds import Role
from mlripe.landmark_kinds import Landmark
from mlripe.lazy_regex import lazy_regex
from mlripe.planning import ci_landmarks, dependency_landmarks, training_landmarks
from mlripe.planning.service_landmarks import SCRIPTS, SERVICE_FINDERS, service
from mlripe.planning.sight import NOTEBOOK, PLAIN, Sight, at
from mlripe.readers.budgets import nearest, told_by_name
from mlripe.readers.product import readme_of
from mlripe.readers.store import FactStore
from mlripe.texts import line_at
from mlripe.wiring.places import MAIN

__all__ = ["landmarks"]

_TRACKERS: Final = "experiment-tracking"
_DATA: Final = lazy_regex(r"\.(?:csv|tsv|parquet|feather|xlsx?|arff|jsonl|h5|npz)\Z", re.IGNORECASE)
_RESULTS: Final = lazy_regex(
    r"(?i)(?:\A|[/_-])(?:metrics?|results?|reports?|logs?|outputs?|predict\w*|submissions?|scores?|plots?|figures?|docs?"
    r"|tests?|fixtures?|examples?|samples?|prompts?|evals?|golden)(?=[/_.-])"
)
_TESTS: Final = lazy_regex(r"(?:\A|/)tests?/|(?:\A|/)test_[^/]*\.py\Z|_test\.py\Z")
# functions that act on the world, start something or draw, and those that take nothing: no first test calls them
_ACTS: Final = lazy_regex(
    r"(?:main|train|run|fit|download|fetch|get_data|crawl|scrape|upload|send|post|serve|start|stop|launch|plot|show|draw"
    r"|display|print|log|save|write|dump|export|load|read|open|connect|init|setup|set_|parse_arg|get_arg|get_parser"
    r"|error|exception|create_app|build_app|deploy|register|push|pull|delete|wait|sleep)",
    re.IGNORECASE,
)
_PLUMBING: Final = lazy_regex(r"(?i)logg|exception|error|spark|session|engine|client|connect|parser|seed|device|config")
MOST_READ: Final = 20  # functions whose text is looked at
_NO_INPUT: Final = lazy_regex(rb"\s*(?:async )?def \w+\(\s*\)")
_PREPARES: Final = lazy_regex(
    r"(?i)clean|prepar|preprocess|process|featur|transform|encod|split|parse|normali[sz]|fill|convert|extract|build_|compute|calc"
)
_TEST_FOLDER: Final = lazy_regex(r"(?:[^/]+/)*?tests?/")
_TEST_FILE: Final = lazy_regex(r"(?:\A|/)tests?/(?:.*/)?(?:test_[^/]*|[^/]*_test)\.py\Z")
_SETTINGS: Final = lazy_regex(r"(?:\A|/)(?:params|config|conf|settings|hyperparameters)[^/]*\.(?:ya?ml|toml|json)\Z")
_CHAINS: Final = {"dvc.yaml": "dvc repro", "Snakefile": "snakemake --cores 1", "Makefile": "make"}
_PEOPLE: Final = lazy_regex(
    rb"(?i)\b(?:credit (?:risk|scor\w+|card default)|loan (?:default|approval|applica\w+)|applicants?|recidivism|hiring"
    rb"|r(?:e|\xc3\xa9)sum(?:e|\xc3\xa9) screening|candidates? (?:scor|rank|screen)\w*"
    rb"|insurance (?:claim|premium|fraud)s?|patients?|diabetes|stroke prediction|heart disease|attrition"
    rb"|student (?:performance|dropout))\b"
)
_ARCHIVED: Final = lazy_regex(
    rb"(?i)\b(?:(?:this )?(?:repo(?:sitory)?|project)[^.\n]{0,40}(?:is|has been|was) (?:now )?(?:archived|deprecated"
    rb"|discontinued|retired|no longer (?:actively )?(?:maintained|developed|supported))"
    rb"|no longer (?:actively )?maintained|unmaintained|not (?:actively )?maintained any ?more)\b"
)


def landmarks(store: FactStore, detection: Detection) -> dict[str, Found]:
    """The landmarks that are there, by the values of `landmark_kinds.Landmark`."""
    sight = Sight(store, detection)
    found = ((mark.value, find(sight)) for mark, find in {**_FINDERS, **SERVICE_FINDERS}.items())
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
    return Found(f"python {shlex.quote(entry)}", seen.path, seen.line) if seen and entry else None


def _entry(sight: Sight, seen: Observation) -> str | None:
    """The program that runs the place: its own file where that does, else the nearest one that leads to it.

    A service that trains when somebody asks it to is none.
    """
    serving = {each.path for each in sight.shown if each.shows in (Role.WEB, Role.UI)}
    if sight.runnable(seen) and seen.path not in serving:
        return seen.path
    asked, places = {seen.place}, [seen.place]
    while places and len(asked) < 200:
        for caller, _ in sight.wiring.callers(places.pop(0)):
            if caller in asked or caller.path in serving:
                continue
            if caller.path.endswith(".py") and caller.unit in ("", MAIN) and not sight.store.is_test(caller.path):
                return caller.path
            asked.add(caller)
            places.append(caller)
    return None


def _evaluation(sight: Sight) -> Found | None:
    """The program that measures a model: the one that trains where that does both."""
    training = sight.best("training-code")
    rows = [
        each for each in sight.shown if each.shows == "model-evaluation" and training and each.path == training.path
    ]
    return at(min(rows, key=lambda each: each.line, default=None) or sight.best("model-evaluation"))


def _function(sight: Sight) -> tuple[str, Definition] | None:
    """A function of the repository's own that computes something from what it is given, preparation of data first."""
    ingesting = {each.path for each in sight.shown if each.shows == "data-ingestion"}
    candidates = []
    for path in sight.own:
        if path not in sight.read or _TESTS.search(path) or _module_of(path) is None:
            continue
        for each in sight.store.of(path).definitions:
            public = each.kind == "function" and "." not in each.name and not each.name.startswith("_")
            if public and not each.stub and not each.decorators and not _acts(each.name):
                rank = (not _PREPARES.search(each.name), path not in ingesting, path not in sight.work)
                candidates.append((rank, nearest(path), each.line, path, each))
    candidates.sort(key=lambda row: row[:4])
    # the text of a file is read again for the few that are likeliest
    return next(((path, each) for *_, path, each in candidates[:MOST_READ] if _computes(sight, path, each)), None)


def _computes(sight: Sight, path: str, function: Definition) -> bool:
    """Whether it takes something and gives something back."""
    body = b"\n".join(sight.store.text(path).split(b"\n")[function.line - 1 : function.end])
    return not _NO_INPUT.match(body) and b"return" in body


def _acts(name: str) -> bool:
    """Whether a function of that name does something to the world, or only makes what others work with."""
    return bool(_ACTS.match(name) or _PLUMBING.search(name))


def _named_function(sight: Sight) -> Found | None:
    found = _function(sight)
    return None if found is None else Found(found[1].name, found[0], found[1].line)


def _module(sight: Sight) -> Found | None:
    found = _function(sight)
    name = _module_of(found[0]) if found else None
    return Found(name, found[0], found[1].line) if found and name else None


def _module_of(path: str) -> str | None:
    """The module that a test at the root imports; None where no import can name it."""
    name = path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    parts = name.split(".")
    return name if path.endswith(".py") and all(each.isidentifier() and not iskeyword(each) for each in parts) else None


def _data(sight: Sight) -> Found | None:
    found = (each for each in sight.own if _DATA.search(each) and not _RESULTS.search(each))
    path = min(found, key=nearest, default=None)
    return None if path is None else Found(path, path)


def _pipeline(sight: Sight) -> Found | None:
    return at(sight.best("training-pipeline", notebook=None))


def _chain(sight: Sight) -> Found | None:
    """The command that runs the chain of steps."""
    seen = sight.best("training-pipeline", notebook=None)
    if seen is None:
        return None
    name = posixpath.basename(seen.path)
    if name == "Makefile" and seen.place.unit:
        return Found(f"make {seen.place.unit}", seen.path, seen.line)
    if name in _CHAINS and name != "Makefile":
        folder = posixpath.dirname(seen.path)
        return Found(f"cd {shlex.quote(folder)} && {_CHAINS[name]}" if folder else _CHAINS[name], seen.path, seen.line)
    # a file that only defines a pipeline does nothing when it is run
    if name.endswith(".sh") or (name.endswith(".py") and sight.runnable(seen) and not _loaded(sight, seen)):
        return Found(f"{'python' if name.endswith('.py') else 'bash'} {shlex.quote(seen.path)}", seen.path, seen.line)
    return None


def _loaded(sight: Sight, seen: Observation) -> bool:
    """Whether a tool loads the file, such as a DAG of Airflow, and it runs nothing by itself."""
    facts = sight.store.of(seen.path)
    defines = any(each.shows == Role.PIPELINE_DEFINITION and each.path == seen.path for each in sight.shown)
    return defines and not any(each.name == MAIN for each in facts.definitions)


def _dockerfile(sight: Sight) -> Found | None:
    named = [path for path in sight.own if posixpath.basename(path).lower().startswith("dockerfile")]
    path = min(named, key=nearest, default=None)
    return None if path is None else Found(path, path)


def _tests(sight: Sight) -> Found | None:
    """Where tests stand: of those that assert something, else of files in a folder for tests."""
    asserting = {each.path for each in sight.shown if each.shows == "code-testing" and each.path.endswith(".py")}
    named = (path for path in told_by_name(sight.store.entries) if _TEST_FILE.search(path))
    path = min(asserting or named, key=nearest, default=None)
    if path is None:
        return None
    whole = _TEST_FOLDER.match(path)  # with those below it
    return Found(whole[0].rstrip("/") if whole else posixpath.dirname(path) or path, path)


def _tracker(sight: Sight) -> Found | None:
    seen = sight.best(_TRACKERS, notebook=None)
    return None if seen is None or seen.detector.startswith("practice-") else Found(seen.detector, seen.path, seen.line)


def _code(sight: Sight) -> Found | None:
    seen = sight.best("training-code") or sight.best(Role.ML, Role.MODEL_USE, Role.LLM, Role.WEB)
    if seen is not None:
        return at(seen)
    path = min(
        (each for each in sight.own if each.endswith(".py") and not _TESTS.search(each)), key=nearest, default=None
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
    Landmark.FUNCTION: _named_function,
    Landmark.MODULE: _module,
    Landmark.EVALUATION: _evaluation,
    Landmark.INGESTION: _program("data-ingestion"),
    Landmark.DATA: _data,
    Landmark.PIPELINE: _pipeline,
    Landmark.CHAIN: _chain,
    Landmark.SERVICE: lambda sight: at(service(sight)),
    Landmark.PROMPT: lambda sight: at(sight.best("prompt-versioning", notebook=None)),
    Landmark.DOCKERFILE: _dockerfile,
    Landmark.REQUIREMENTS: dependency_landmarks.requirements,
    Landmark.DEPENDENCIES: dependency_landmarks.dependencies,
    Landmark.INSTALL: dependency_landmarks.install,
    Landmark.RUN: dependency_landmarks.run,
    Landmark.ECOSYSTEM: dependency_landmarks.ecosystem,
    Landmark.LOCK: dependency_landmarks.lock,
    Landmark.LOCK_FILE: dependency_landmarks.lock_file,
    Landmark.UNBOUNDED: dependency_landmarks.unbounded,
    Landmark.IMPORTED: dependency_landmarks.imported,
    Landmark.TESTS: _tests,
    Landmark.CI: ci_landmarks.ci,
    Landmark.WORKFLOW: ci_landmarks.workflow,
    Landmark.TEST_JOB: ci_landmarks.test_job,
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
    Landmark.CODE: _code,
    Landmark.SETTINGS: _settings,
    Landmark.PEOPLE: _said(_PEOPLE, 3000),
    Landmark.ARCHIVED: _said(_ARCHIVED, 1500),
}
