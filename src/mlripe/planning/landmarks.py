"""Landmarks: the programs, files, jobs and commands of a repository that advice speaks of (`kinds.Landmark`).

Of several places that could be meant the one is taken that a person would name: a program that something starts before
one that nothing does, one that does more of the work before a helper, and the nearest to the root of those.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from mlripe.assessment import Found
from mlripe.detection.engine import Detection
from mlripe.detection.observations import Observation
from mlripe.evidence import Strength
from mlripe.facts import Definition, Unit
from mlripe.kinds import Landmark, Role, StartKind
from mlripe.readers.product import readme_of
from mlripe.readers.store import FactStore
from mlripe.wiring.places import MAIN, Place

__all__ = ["landmarks"]

_NOTEBOOK: Final = ".ipynb"
# what belongs to a training beside the fit itself: the program that has most of it is the one to speak of
_WORK: Final = ("training-code", "model-evaluation", "experiment-tracking", "model-registry", "data-ingestion")
_TRACKERS: Final = "experiment-tracking"
_DATA: Final = re.compile(r"\.(?:csv|tsv|parquet|feather|xlsx?|arff|jsonl|h5|npz)\Z", re.IGNORECASE)
_TESTS: Final = re.compile(r"(?:\A|/)tests?/|(?:\A|/)test_[^/]*\.py\Z|_test\.py\Z")
_SETTINGS: Final = re.compile(r"(?:\A|/)(?:params|config|conf|settings|hyperparameters)[^/]*\.(?:ya?ml|toml|json)\Z")
_CHAINS: Final = {"dvc.yaml": "dvc repro", "Snakefile": "snakemake --cores 1", "Makefile": "make"}
_PEOPLE: Final = re.compile(
    rb"(?i)\b(?:credit (?:risk|scor\w+|card default)|loan (?:default|approval|applica\w+)|applicants?|recidivism|hiring"
    rb"|r[e\xc3\xa9]sum[e\xc3\xa9] screening|candidates? (?:scor|rank|screen)\w*|insurance (?:claim|premium|fraud)s?"
    rb"|patients?|diabetes|stroke prediction|heart disease|student (?:performance|dropout)|attrition)\b"
)
_ARCHIVED: Final = re.compile(
    rb"(?i)\b(?:(?:this )?(?:repo(?:sitory)?|project)[^.\n]{0,40}(?:is|has been|was) (?:now )?(?:archived|deprecated"
    rb"|discontinued|retired|no longer (?:actively )?(?:maintained|developed|supported))"
    rb"|no longer (?:actively )?maintained|unmaintained|not (?:actively )?maintained any ?more)\b"
)
_SAVES: Final = (
    "joblib.dump",
    "pickle.dump",
    "cloudpickle.dump",
    "torch.save",
    ".save",
    ".save_model",
    ".save_weights",
)
_MODEL_FILE: Final = re.compile(r"\.(?:pkl|pickle|joblib|pt|pth|h5|keras|onnx|bin|cbm|json|ubj|sav)\Z")
# how the dependencies of a file are installed, and what then leads a command; the first that is there
_INSTALLS: Final = (
    ("uv.lock", "pip install uv && uv sync --locked", "uv run "),
    ("poetry.lock", "pip install poetry && poetry install", "poetry run "),
    ("pdm.lock", "pip install pdm && pdm sync", "pdm run "),
    ("Pipfile.lock", "pip install pipenv && pipenv sync --dev", "pipenv run "),
    ("requirements.txt", "pip install -r requirements.txt", ""),
    ("environment.yml", "conda env update -n base -f environment.yml", ""),
    ("environment.yaml", "conda env update -n base -f environment.yaml", ""),
    ("setup.py", "pip install .", ""),
)


def landmarks(store: FactStore, detection: Detection) -> dict[str, Found]:
    """The landmarks that are there, by the values of `kinds.Landmark`."""
    sight = _Sight(store, detection)
    found = ((mark.value, find(sight)) for mark, find in _FINDERS.items())
    return {name: place for name, place in found if place is not None}


class _Sight:
    """One repository, as those see it who look for its landmarks."""

    def __init__(self, store: FactStore, detection: Detection) -> None:
        self.store = store
        self.wiring = detection.wiring
        self.shown = [each for each in detection.observations if each.strength >= Strength.present]
        self.work = Counter(each.path for each in self.shown if each.shows in _WORK)
        self.own = [path for path in store.entries if store.role(path) is None]
        self.read = {path for path, _ in store.loaded()}

    def best(self, *names: str, notebook: bool | None = False) -> Observation | None:
        """The observation to speak of: of one of these capabilities or roles, in a notebook or in a program."""
        rows = [
            each
            for each in self.shown
            if each.shows in names and (notebook is None or each.path.endswith(_NOTEBOOK) is notebook)
        ]
        return min(rows, key=self._rank, default=None)

    def _rank(self, seen: Observation) -> tuple[bool, int, int, str, int]:
        started = bool(self.wiring.kinds(seen.place))
        return (not started, -self.work[seen.path], seen.path.count("/"), seen.path, seen.line)

    def units(self) -> Iterator[tuple[str, Unit]]:
        """The units of CI files."""
        for path in sorted(self.store.ci_files):
            yield from ((path, unit) for unit in self.store.of(path).units)

    def has(self, name: str) -> bool:
        """Whether the root holds a file of the repository's own by that name."""
        return name in self.store.entries


def _at(seen: Observation | None) -> Found | None:
    return None if seen is None else Found(seen.path, seen.path, seen.line)


def _program(*names: str) -> Callable[[_Sight], Found | None]:
    return lambda sight: _at(sight.best(*names))


def _notebook(sight: _Sight) -> Found | None:
    seen = sight.best("training-code", notebook=True) or sight.best(Role.ML, Role.MODEL_USE, notebook=True)
    if seen is not None:
        return _at(seen)
    first = min((path for path in sight.own if path.endswith(_NOTEBOOK)), key=_near, default=None)
    return None if first is None else Found(first, first)


def _near(path: str) -> tuple[int, str]:
    return path.count("/"), path


def _train(sight: _Sight) -> Found | None:
    """The command that runs the training program, from the root."""
    seen = sight.best("training-code")
    if seen is None or not seen.path.endswith(".py"):
        return None
    return Found(f"python {shlex.quote(_entry(sight, seen))}", seen.path, seen.line)


def _entry(sight: _Sight, seen: Observation) -> str:
    """The program that runs the place: its own file where that has a main guard, else one that leads to it."""
    facts = sight.store.of(seen.path)
    if any(each.name == MAIN for each in facts.definitions) or not facts.definitions:
        return seen.path
    asked, places = {seen.place}, [seen.place]
    while places and len(asked) < 200:
        for caller, _ in sight.wiring.callers(places.pop(0)):
            if caller in asked:
                continue
            if caller.path.endswith(".py") and caller.unit == MAIN and not _TESTS.search(caller.path):
                return caller.path
            asked.add(caller)
            places.append(caller)
    return seen.path


def _function(sight: _Sight) -> tuple[str, Definition] | None:
    """A function of the repository's own that takes something and is no entry point, data preparation first."""
    ingesting = {each.path for each in sight.shown if each.shows == "data-ingestion"}
    candidates = []
    for path in sight.own:
        if not path.endswith(".py") or _TESTS.search(path) or path not in sight.read:
            continue
        for each in sight.store.of(path).definitions:
            public = each.kind == "function" and "." not in each.name and not each.name.startswith("_")
            if public and not each.stub and each.name not in ("main", "train", "run") and not each.decorators:
                candidates.append((path not in ingesting, path not in sight.work, _near(path), each.line, path, each))
    best = min(candidates, key=lambda row: row[:5], default=None)
    return None if best is None else (best[4], best[5])


def _named_function(sight: _Sight) -> Found | None:
    found = _function(sight)
    return None if found is None else Found(found[1].name, found[0], found[1].line)


def _module(sight: _Sight) -> Found | None:
    found = _function(sight)
    if found is None or not re.fullmatch(r"(?:[A-Za-z_]\w*/)*[A-Za-z_]\w*\.py", found[0]):
        return None
    return Found(found[0].removeprefix("src/").removesuffix(".py").replace("/", "."), found[0], found[1].line)


def _data(sight: _Sight) -> Found | None:
    path = min((each for each in sight.own if _DATA.search(each)), key=_near, default=None)
    return None if path is None else Found(path, path)


def _pipeline(sight: _Sight) -> Found | None:
    return _at(sight.best("training-pipeline", notebook=None))


def _chain(sight: _Sight) -> Found | None:
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
    if name.endswith((".py", ".sh")):
        return Found(f"{'python' if name.endswith('.py') else 'bash'} {shlex.quote(seen.path)}", seen.path, seen.line)
    return None


def _service(sight: _Sight) -> Found | None:
    return _at(sight.best("online-serving") or sight.best(Role.WEB) or sight.best(Role.UI))


def _dockerfile(sight: _Sight) -> Found | None:
    named = [path for path in sight.own if posixpath.basename(path).lower().startswith("dockerfile")]
    path = min(named, key=_near, default=None)
    return None if path is None else Found(path, path)


def _install(sight: _Sight) -> tuple[str, str, str] | None:
    known = next((row for row in _INSTALLS if sight.has(row[0])), None)
    if known is not None:
        return known
    if sight.has("pyproject.toml") and any(sight.store.of("pyproject.toml").dependencies):
        return "pyproject.toml", "pip install .", ""
    return None


def _requirements(sight: _Sight) -> Found | None:
    known = _install(sight)
    if known is not None:
        return Found(known[0], known[0])
    declared = [path for path, facts in sight.store.loaded() if facts.dependencies and sight.store.role(path) is None]
    path = min(declared, key=_near, default=None)
    return None if path is None else Found(path, path)


def _install_command(sight: _Sight) -> Found | None:
    known = _install(sight)
    return None if known is None else Found(known[1], known[0])


def _run(sight: _Sight) -> Found | None:
    known = _install(sight)
    return None if known is None else Found(known[2], known[0])


def _tests(sight: _Sight) -> Found | None:
    """The folder of the tests, of those that assert something first; a file where it stands beside the programs."""
    asserting = [each.path for each in sight.shown if each.shows == "code-testing" and each.path.endswith(".py")]
    found = asserting or [path for path in sight.store.entries if _TESTS.search(path) and path.endswith(".py")]
    path = min(found, key=_near, default=None)
    if path is None:
        return None
    folder = posixpath.dirname(path)
    return Found(folder or path, path)


def _ci(sight: _Sight) -> Found | None:
    """The CI service in use: the one with most files of its own."""
    counted: Counter[str] = Counter()
    first: dict[str, str] = {}
    for path in sorted(sight.store.ci_files):
        service = sight.store.service(path)
        if service is not None and not service.submitted:
            counted[service.id] += 1
            first.setdefault(service.id, path)
    if not counted:
        return None
    id = min(counted, key=lambda each: (-counted[each], each))
    return Found(id, first[id])


def _workflow(sight: _Sight) -> Found | None:
    """The CI file that a push or a pull request starts: the one with the most steps."""
    on = (StartKind.PUSH, StartKind.PULL_REQUEST)
    rows: Counter[str] = Counter()
    lines: dict[str, int] = {}
    for path, unit in sight.units():
        rows[path] += len(unit.commands)
        starts = [trigger.line for trigger in unit.triggers if trigger.active and trigger.kind in on]
        if starts:
            lines.setdefault(path, starts[0])
    chosen = min(lines, key=lambda each: (-rows[each], each), default=None)
    return None if chosen is None else Found(chosen, chosen, lines[chosen])


def _job_of(sight: _Sight, wanted: Iterable[Place]) -> Found | None:
    """The job of CI to which the first of these places belongs."""
    for place in wanted:
        if place.path not in sight.store.ci_files:
            continue
        units = {unit.id: unit for unit in sight.store.of(place.path).units}
        unit = units.get(place.unit)
        while unit is not None and unit.kind != "job":
            unit = units.get(unit.parent)
        if unit is not None:
            return Found(unit.id.rpartition("/")[2], place.path, unit.line)
    return None


def _test_job(sight: _Sight) -> Found | None:
    tested = [each.place for each in sight.shown if each.shows == "code-testing"]
    return _job_of(sight, [place for test in tested for place in _starting(sight, test)])


def _starting(sight: _Sight, place: Place) -> list[Place]:
    """The places of the ways by which a place is started, the nearest first."""
    return [place, *(each for start in sight.wiring.starts(place) for each in reversed(start.places))]


def _deploying(sight: _Sight) -> Found | None:
    shown = [each for each in sight.shown if each.shows in (Role.DEPLOY, "deployment-automation", "release-automation")]
    return _job_of(sight, [place for each in shown for place in _starting(sight, each.place)])


def _model_file(sight: _Sight) -> Found | None:
    """The file that a call of the training program writes a model to, where its name is written out."""
    for path in sorted({each.path for each in sight.shown if each.shows == "training-code"}, key=_near):
        for call in sight.store.of(path).calls:
            if call.name.endswith(_SAVES):
                for value in (*call.args, *call.keywords.values()):
                    if isinstance(value, str) and _MODEL_FILE.search(value) and not value.startswith(("/", "~", "..")):
                        return Found(value, path, call.line)
    return None


def _tracker(sight: _Sight) -> Found | None:
    seen = sight.best(_TRACKERS, notebook=None)
    return None if seen is None or seen.detector.startswith("practice-") else Found(seen.detector, seen.path, seen.line)


def _code(sight: _Sight) -> Found | None:
    seen = sight.best("training-code") or sight.best(Role.ML, Role.MODEL_USE, Role.LLM, Role.WEB)
    if seen is not None:
        return _at(seen)
    path = min(
        (each for each in sight.own if each.endswith(".py") and not _TESTS.search(each)), key=_near, default=None
    )
    return None if path is None else Found(path, path)


def _settings(sight: _Sight) -> Found | None:
    seen = sight.best("configuration-management", notebook=None)
    named = [path for path in sight.own if _SETTINGS.search(path)]
    if seen is not None and seen.path in named:
        return _at(seen)
    return None


def _said(expression: re.Pattern[bytes], most: int) -> Callable[[_Sight], Found | None]:
    """What the README says in its first `most` bytes."""

    def find(sight: _Sight) -> Found | None:
        name = readme_of(sight.store.entries)
        text = sight.store.text(name)[:most] if name else b""
        match = expression.search(text)
        if name is None or match is None:
            return None
        said = " ".join(match[0].decode("utf-8", "replace").split())
        return Found(said, name, text.count(b"\n", 0, match.start()) + 1)

    return find


_FINDERS: Final[Mapping[Landmark, Callable[[_Sight], Found | None]]] = {
    Landmark.NOTEBOOK: _notebook,
    Landmark.TRAINING: _program("training-code"),
    Landmark.TRAIN: _train,
    Landmark.FUNCTION: _named_function,
    Landmark.MODULE: _module,
    Landmark.EVALUATION: _program("model-evaluation"),
    Landmark.INGESTION: _program("data-ingestion"),
    Landmark.DATA: _data,
    Landmark.PIPELINE: _pipeline,
    Landmark.CHAIN: _chain,
    Landmark.SERVICE: _service,
    Landmark.MODEL_CALL: _program(Role.LLM),
    Landmark.PROMPT: lambda sight: _at(sight.best("prompt-versioning", notebook=None)),
    Landmark.DOCKERFILE: _dockerfile,
    Landmark.REQUIREMENTS: _requirements,
    Landmark.INSTALL: _install_command,
    Landmark.RUN: _run,
    Landmark.TESTS: _tests,
    Landmark.CI: _ci,
    Landmark.WORKFLOW: _workflow,
    Landmark.TEST_JOB: _test_job,
    Landmark.DEPLOYING: _deploying,
    Landmark.MODEL_FILE: _model_file,
    Landmark.TRACKER: _tracker,
    Landmark.CODE: _code,
    Landmark.SETTINGS: _settings,
    Landmark.PEOPLE: _said(_PEOPLE, 3000),
    Landmark.ARCHIVED: _said(_ARCHIVED, 1500),
}
