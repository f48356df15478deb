"""What sort of repository it is: features from facts, and the rules of rules/kinds.yaml over them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from mlripe.catalog.schema import Detector, Kind
from mlripe.detection.engine import Detection
from mlripe.detection.observations import Observation
from mlripe.evidence import Strength
from mlripe.kinds import Feature, Names, Role
from mlripe.lazy_regex import lazy_regex
from mlripe.maturity.purpose import Purpose, purpose_of, words_on_learning
from mlripe.readers.product import is_published, package_names, readme_of
from mlripe.readers.store import FactStore
from mlripe.readers.templates import TEMPLATE_FILES

__all__ = ["classify", "confined", "features", "uses_language_models"]

_LLM = frozenset(
    (Role.LLM, "llm-evaluation", "llm-guardrails", "prompt-versioning", "llm-observability", "agent-runtime")
)
_ML = frozenset((Role.ML, Role.MODEL_USE, "training-code")) | _LLM
_SERVED = frozenset(("online-serving", Role.WEB))
_RUN = frozenset(("training-code", Role.MODEL_USE, Role.LLM, Role.WEB))
_CODE = (".py", ".R", ".r", ".jl", ".scala", ".java", ".ts", ".js", ".go", ".rs", ".cpp", ".c", ".cs", ".kt")
_COMPUTING = tuple(set(_CODE) - {".ts", ".js"})  # and no pages of a site
_ENGLISH = lazy_regex(r"(?i)readme[-_.](?:en|eng|english|en[-_]us)\.(?:md|rst|txt)")
_LESSON = lazy_regex(
    r"(?:course[-_ ]?notes/|lessons/|lectures/)?"
    r"((?:\d{1,2}[-_. ]|(?:section|lesson|chapter|week|module|lab|exercise|assignment|day|unit|part|step)[-_ ]?\d"
    r"|[ms]\d{1,2}_)[^/]*)[/.]",
    re.IGNORECASE,
)
# lessons one folder down: parts in an order, which their folder's own README explains
_PART = lazy_regex(
    r"([^/]+)/((?:section|lesson|chapter|week|module|lab|exercise|assignment|day|unit|part|step|session)[-_ ]?\d[^/]*)"
    r"/readme[^/]*\Z",
    re.IGNORECASE,
)
_IMAGE = lazy_regex(r"(?i)(?:\A|/)(?:docker-compose|compose\.y|dockerfile)[^/]*\Z")
_PACKAGING = ("pyproject.toml", "setup.py", "setup.cfg", "Project.toml", "DESCRIPTION", "package.json")
# what those who learn, or those who teach them, are handed
_HANDED_OUT = lazy_regex(
    r"(?i)(?:\A|[/_. -])(?:lab|student|instructor|workshop)[-_ ]?(?:guide|manual|handout)[^/]*(?:/|\Z)"
)
_LECTURES = ("lectures/", "lessons/", "seminars/", "homeworks/")
_TUNES = lazy_regex(rb"(?m)^[ \t]*(?:from|import) (?:peft|trl|unsloth|axolotl|sagemaker\.huggingface)\b|ForCausalLM\b")
_SET_UP = frozenset((Role.PIPELINE_DEFINITION, Role.DEPLOY, "training-pipeline", "infrastructure-as-code"))
_EXPERIMENT = lazy_regex(
    r"(?:\A|/)experiments?/(?:\d{1,2}[_-]|exp_?\d|[^/]*(?:ablation|baseline))[^/]*\.(?:py|R|jl|sh|ya?ml)\Z"
)
_ARRAYS = lazy_regex(
    rb"(?m)^[ \t]*(?:(?:import|from) (?:numpy|scipy|polars|jax)\b|library\((?:tidyverse|dplyr|data\.table)\))"
)
_MOST_READ = 60  # files of code that are searched for it
_CHAPTERS = 3  # files of LaTeX: one or two are a report beside an application
_SPOKEN = 5  # words on models in a README of something that has them
_ON_THE_SIDE = 3  # programs that ask language models, for each that trains another model
_ACTION = lazy_regex(rb"(?m)^runs:\s{0,80}\n\s{1,80}using:")
# capabilities whose tools are tools of machine-learning operations, whatever else they are used for
_TRADE = frozenset(
    (
        "data-versioning", "data-validation", "feature-store", "experiment-tracking", "model-registry",
        "drift-detection", "performance-monitoring", "llm-evaluation", "llm-observability", "llm-guardrails",
    )
)  # fmt: skip


def uses_language_models(observations: Iterable[Observation]) -> bool:
    """Whether code calls, serves, evaluates or guards a large language model."""
    return any(observation.shows in _LLM and observation.strength >= Strength.present for observation in observations)


def features(store: FactStore, detection: Detection, detectors: Iterable[Detector]) -> dict[Feature, bool]:
    """What holds of a repository."""
    own = [p for p in store.entries if store.role(p) is None]
    code = [p for p in own if p.endswith(_CODE) and p != "setup.py"]
    notebooks = [p for p in own if p.endswith((".ipynb", ".Rmd"))]
    detectors = tuple(detectors)
    observations = [observation for observation in detection.observations if observation.strength >= Strength.present]
    shown = {observation.shows for observation in observations}
    readme = _readme(store)
    says = purpose_of(readme)
    given = _Given.of(store, says, shown)
    trade = given.library and (_is_of_the_trade(store, detectors) or says.operates)
    ml_detectors = {d.id for d in detectors if d.ml}
    used = trade or any(observation.detector in ml_detectors for observation in observations)
    named = any(
        observation.detector in ml_detectors for observation in detection.observations
    )  # a dependency on a tool of the trade
    # a package's own code is set aside, and a template's is yet to be written: what it is for, it says itself
    if given.library or given.action or given.module or given.drawn or says.titled_template:
        said = words_on_learning(readme, b"".join(store.text(p) for p in _PACKAGING))
        used = used or says.for_ml or said >= 2 or (said == 1 and (named or not given.library))
        used = used or (given.module and says.platform)
    programs = [observation for observation in observations if not observation.path.endswith(".ipynb")]
    scripts_train = any(observation.capability == "training-code" for observation in programs)
    answers = any(observation.shows in _SERVED for observation in programs)
    pages = {observation.path for observation in programs if observation.shows == Role.UI}
    # the pages of a demo stand beside an experiment, as routes do that ask no model
    serves = any(o.shows == "online-serving" and o.path not in pages for o in programs)
    tool = says.hosts or (says.tool and (says.operates or says.platform) and not scripts_train)
    speaks = not given.library and says.models >= _SPOKEN
    learns = used or bool(shown & _ML) or (speaks and _computes(store, code))
    bare = not learns and named and not code  # what models are built in, without one
    # what is about machine learning, or a platform of it, and has programs or sets something up
    works = says.about_ml and (bool(shown & _SET_UP) or any(p.endswith(_COMPUTING) for p in code))
    published = is_published(store.entries, store.snapshot.read, store.ci_files)
    library = given.library and (published or not says.titled_template)  # else it is copied, and not installed
    experiments = says.research or says.compares or _has_experiments(own) or (_is_written(own) and not answers)
    return {
        Feature.EMPTY: not any(store.entries[p].size for p in own),
        Feature.ML: learns or bare or tool or works or (named and given.generates),
        # a paper's code may ask one model for the data that another is tuned on
        Feature.TRAINS: (scripts_train and (says.research or not _mostly_asks(store, programs, says.about_llm)))
        or (not says.about_llm and _uses_others(programs)),
        # in a notebook as well
        Feature.TRAINING: any(observation.capability == "training-code" for observation in detection.observations),
        Feature.LLM: uses_language_models(observations),
        Feature.SERVES: not says.entry and serves,
        Feature.NOTEBOOKS_ONLY: bool(notebooks)
        and ((len(code) <= 1 and not scripts_train) or len(code) * 4 <= len(notebooks))  # a few helpers beside many
        and not shown & _SERVED,
        # an application can be installed too: it says what it is, and comes with what runs it
        Feature.LIBRARY: library and not (says.application and any(_IMAGE.search(p) for p in own)),
        Feature.OFFERED: library or given.action or given.module or tool,
        Feature.PUBLISHED: (given.library and published) or ((given.action or given.module) and shown.isdisjoint(_RUN)),
        Feature.RESEARCH: experiments and not published,
        Feature.TEMPLATE: says.template or given.drawn or bare,
        Feature.COOKIECUTTER: given.generates,
        # a service of language models that a text leads through is an application all the same
        Feature.COURSE: says.teaches or (says.guides and not (answers and uses_language_models(observations))),
        Feature.LESSONS: _has_lessons(own),
        Feature.EXAMPLES: says.example,
        Feature.ABOUT_MLOPS: trade or says.operates or given.module or (given.library and says.around) or tool,
    }


@dataclass(frozen=True, slots=True)
class _Given:
    """What a repository gives to others, by its files."""

    library: bool
    action: bool
    module: bool  # of infrastructure code
    generates: bool  # new projects
    drawn: bool  # something of it is made by a tool that generates projects

    @classmethod
    def of(cls, store: FactStore, says: Purpose, shown: set[str]) -> _Given:
        """What the files give; `shown` is what the repository proves."""
        library = bool(store.product)
        # one that only calls itself a module has no program of machine learning beside
        called = says.module or (says.called_module and shown.isdisjoint(_RUN))
        # a tool brings templates for its users along, among its code; a template's own is what it generates
        at_root = any(store.committed[p].startswith("{{") for p in store.generated)
        generates = at_root or bool(TEMPLATE_FILES & store.entries.keys()) if library else bool(store.generated)
        return cls(
            library,
            any(_ACTION.search(store.text(p)) for p in ("action.yml", "action.yaml")),
            "variables.tf" in store.entries and called,
            generates,
            generates or "cookiecutter.json" in store.entries,
        )


def _mostly_asks(store: FactStore, observations: Iterable[Observation], says_so: bool) -> bool:
    """Whether its programs ask language models, and train others no more than on the side.

    `says_so`: it says that it is about language models, without which no count of programs tells what is on the side.
    """
    observations = tuple(observations)
    asking = {
        observation.path
        for observation in observations
        if observation.shows in _LLM and not _TUNES.search(store.text(observation.path))
    }
    training = {observation.path for observation in observations if observation.shows == "training-code"}
    # what starts a training on a platform does not say what is trained
    starting = {observation.path for observation in observations if observation.shows == "managed-compute"}
    others = {path for path in training - starting if not _TUNES.search(store.text(path))}
    tunes = training != others and not training <= starting
    return ((tunes and not others) or (says_so and bool(others))) and len(asking) > _ON_THE_SIDE * len(others)


def _uses_others(observations: Iterable[Observation]) -> bool:
    """Whether programs use trained models in files that ask no language model: of one, the rest is on the side."""
    observations = tuple(observations)
    asking = {observation.path for observation in observations if observation.shows in _LLM}
    using = {observation.path for observation in observations if observation.shows == Role.MODEL_USE}
    served = {observation.path for observation in observations if observation.shows in _SERVED}
    return bool(using - asking) and bool(served)


def _has_experiments(paths: Iterable[str]) -> bool:
    """Whether its folder of experiments holds three or more that are numbered, or compared with a baseline."""
    return sum(bool(_EXPERIMENT.search(path)) for path in paths) >= 3


def _is_written(paths: Iterable[str]) -> bool:
    """Whether a paper or a thesis is written in it, in several files of LaTeX, or it says how it is cited."""
    paths = tuple(paths)
    return "CITATION.cff" in paths or sum(path.endswith(".tex") for path in paths) >= _CHAPTERS


def _computes(store: FactStore, code: Iterable[str]) -> bool:
    """Whether its own code computes with tables and arrays."""
    return any(_ARRAYS.search(store.text(path)) for path in sorted(code)[:_MOST_READ])


def _has_lessons(paths: Iterable[str]) -> bool:
    """Whether there are lectures, or three parts of a course or more: numbered at the root, or below with READMEs."""
    paths = tuple(paths)
    below = Counter(m.group(1) for p in paths if (m := _PART.match(p)))
    if any(p.lower().startswith(_LECTURES) or _HANDED_OUT.search(p) for p in paths):
        return True
    return len({m.group(1) for p in paths if (m := _LESSON.match(p))}) >= 3 or any(n >= 3 for n in below.values())


def _is_of_the_trade(store: FactStore, detectors: Iterable[Detector]) -> bool:
    """Whether the product is a package that others' practices are known by: a tracker, a pipeline tool."""
    names = {folder.strip("/").rpartition("/")[2].replace("_", "-") for folder in store.product}
    called = package_names(store.entries, store.snapshot.read)
    platforms = frozenset(store.knowledge.named(Names.MLOPS_PLATFORMS))
    if any(not platforms.isdisjoint(name.split("-")) for name in called):  # a plugin of one
        return True
    names |= called
    known = (d for d in detectors if not _TRADE.isdisjoint(d.declares) or any(s.kind == "pipeline" for s in d.starts))
    return any(not names.isdisjoint(d.declared_by.get(e, ())) for d in known for e in ("python", "r"))


def _readme(store: FactStore) -> bytes:
    """What the README says, in English where there is one in English as well."""
    name = next((path for path in sorted(store.entries) if _ENGLISH.fullmatch(path)), readme_of(store.entries))
    return store.text(name)[:20_000] if name else b""


def classify(known: Mapping[Feature, bool], kinds: Iterable[Kind]) -> Kind:
    """The first kind whose conditions hold; the last kind is the one that remains."""
    last = None
    for kind in kinds:
        last = kind
        holds = all(known.get(name, False) == wanted for name, wanted in kind.all.items())
        some = not kind.any or any(known.get(name, False) == wanted for name, wanted in kind.any.items())
        if holds and some:
            return confined(kind, known)
    if last is None:
        raise ValueError("no kinds in the catalogue")
    return last


def confined(kind: Kind, known: Mapping[Feature, bool]) -> Kind:
    """The kind, with what such a repository cannot have only where that is sure."""
    sure = all(known.get(name, False) == wanted for name, wanted in kind.without_where.items())
    return kind if sure else replace(kind, without=())
