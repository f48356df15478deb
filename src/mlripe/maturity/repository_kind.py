"""What sort of repository it is: features from facts, and the rules of rules/kinds.yaml over them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from mlripe.catalog.schema import Detector, Kind
from mlripe.detection.engine import Detection
from mlripe.detection.observations import Sign
from mlripe.evidence import Strength
from mlripe.kinds import Feature, Names, Role
from mlripe.maturity.purpose import purpose_of, words_on_learning
from mlripe.readers.product import is_published, package_names, readme_of
from mlripe.readers.store import FactStore
from mlripe.readers.templates import TEMPLATE_FILES

__all__ = ["classify", "features", "uses_language_models"]

_LLM = frozenset(
    (Role.LLM, "llm-evaluation", "llm-guardrails", "prompt-versioning", "llm-observability", "agent-runtime")
)
_ML = frozenset((Role.ML, Role.MODEL_USE, "training-code")) | _LLM
_SERVED = frozenset(("online-serving", Role.WEB))
_RUN = frozenset(("training-code", Role.MODEL_USE, Role.LLM, Role.WEB))
_CODE = (".py", ".R", ".r", ".jl", ".scala", ".java", ".ts", ".js", ".go", ".rs", ".cpp", ".c", ".cs", ".kt")
_LESSON = re.compile(
    r"(?:course[-_ ]?notes/|lessons/|lectures/)?"
    r"((?:\d{1,2}[-_. ]|(?:section|lesson|chapter|week|module|lab|exercise|assignment|day|unit|part|step)[-_ ]?\d"
    r"|[ms]\d{1,2}_)[^/]*)[/.]",
    re.IGNORECASE,
)
# lessons one folder down: parts in an order, which their folder's own README explains
_PART = re.compile(
    r"([^/]+)/((?:section|lesson|chapter|week|module|lab|exercise|assignment|day|unit|part|step|session)[-_ ]?\d[^/]*)"
    r"/readme[^/]*\Z",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"(?i)(?:\A|/)(?:docker-compose|compose\.y|dockerfile)[^/]*\Z")
_PACKAGING = ("pyproject.toml", "setup.py", "setup.cfg", "Project.toml", "DESCRIPTION", "package.json")
_LECTURES = ("lectures/", "lessons/", "seminars/", "homeworks/")
_TUNES = re.compile(rb"(?m)^[ \t]*(?:from|import) (?:peft|trl|unsloth|axolotl|sagemaker\.huggingface)\b|ForCausalLM\b")
_ACTION = re.compile(rb"(?m)^runs:\s{0,80}\n\s{1,80}using:")
# capabilities whose tools are tools of machine-learning operations, whatever else they are used for
_TRADE = frozenset(
    (
        "data-versioning", "data-validation", "feature-store", "experiment-tracking", "model-registry",
        "drift-detection", "performance-monitoring", "llm-evaluation", "llm-observability", "llm-guardrails",
    )
)  # fmt: skip


def uses_language_models(signs: Iterable[Sign]) -> bool:
    """Whether code calls, serves, evaluates or guards a large language model."""
    return any(sign.shows in _LLM and sign.strength >= Strength.present for sign in signs)


def features(store: FactStore, detection: Detection, detectors: Iterable[Detector]) -> dict[Feature, bool]:
    """What holds of a repository."""
    own = [p for p in store.entries if store.role(p) is None]
    code = [p for p in own if p.endswith(_CODE) and p != "setup.py"]
    notebooks = [p for p in own if p.endswith((".ipynb", ".Rmd"))]
    detectors = tuple(detectors)
    signs = [sign for sign in detection.signs if sign.strength >= Strength.present]
    shown = {sign.shows for sign in signs}
    readme = _readme(store)
    says = purpose_of(readme)
    library = bool(store.product)
    action = any(_ACTION.search(store.text(p)) for p in ("action.yml", "action.yaml"))
    # one that only calls itself a module has no program of machine learning beside
    module = "variables.tf" in store.entries and (says.module or (says.called_module and shown.isdisjoint(_RUN)))
    # a tool brings templates for its users along, among its code; a template's own is what it generates
    at_root = any(store.committed[p].startswith("{{") for p in store.generated)
    generates = at_root or bool(TEMPLATE_FILES & store.entries.keys()) if library else bool(store.generated)
    drawn = generates or "cookiecutter.json" in store.entries
    trade = library and (_is_of_the_trade(store, detectors) or says.operates)
    ml_detectors = {d.id for d in detectors if d.ml}
    used = trade or any(sign.detector in ml_detectors for sign in signs)
    named = any(sign.detector in ml_detectors for sign in detection.signs)  # a dependency on a tool of the trade
    # a package's own code is set aside, and a template's is yet to be written: what it is for, it says itself
    if library or action or module or drawn:
        said = words_on_learning(readme, b"".join(store.text(p) for p in _PACKAGING))
        used = used or says.for_ml or said >= 2 or (said == 1 and (named or not library)) or (module and says.platform)
    training = [s for s in signs if s.capability == "training-code" and not s.path.endswith(".ipynb")]
    scripts_train = bool(training)
    # an application of language models may fine-tune one of them on the side
    tunes = all(_TUNES.search(store.text(path)) for path in {s.path for s in training})
    asks = any(sign.shows in _LLM and not _TUNES.search(store.text(sign.path)) for sign in signs)
    return {
        Feature.EMPTY: not any(store.entries[p].size for p in own),
        Feature.ML: used or bool(shown & _ML) or (named and (not code or generates)),
        # a paper's code may ask one model for the data that another is tuned on
        Feature.TRAINS: scripts_train and (says.research or not (tunes and asks)),
        # in a notebook as well
        Feature.TRAINING: any(sign.capability == "training-code" for sign in detection.signs),
        Feature.LLM: uses_language_models(signs),
        Feature.SERVES: not says.entry and any(s.shows in _SERVED and not s.path.endswith(".ipynb") for s in signs),
        Feature.NOTEBOOKS_ONLY: bool(notebooks)
        and ((len(code) <= 1 and not scripts_train) or len(code) * 4 <= len(notebooks))  # a few helpers beside many
        and not shown & _SERVED,
        # an application can be installed too: it says what it is, and comes with what runs it
        Feature.LIBRARY: library and not (says.application and any(_IMAGE.search(p) for p in own)),
        Feature.OFFERED: library or action or module,
        Feature.PUBLISHED: (library and is_published(store.entries, store.snapshot.read, store.ci_files))
        or ((action or module) and shown.isdisjoint(_RUN)),
        Feature.RESEARCH: says.research,
        Feature.TEMPLATE: says.template or drawn,
        Feature.COOKIECUTTER: generates,
        Feature.COURSE: says.teaches,
        Feature.LESSONS: _has_lessons(own),
        Feature.EXAMPLES: says.example,
        Feature.ABOUT_MLOPS: trade or says.operates or module or (library and says.around),
    }


def _has_lessons(paths: Iterable[str]) -> bool:
    """Whether there are lectures, or three parts of a course or more: numbered at the root, or below with READMEs."""
    paths = tuple(paths)
    below = Counter(m.group(1) for p in paths if (m := _PART.match(p)))
    if any(p.lower().startswith(_LECTURES) for p in paths):
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
    name = readme_of(store.entries)
    return store.text(name)[:20_000] if name else b""


def classify(known: Mapping[Feature, bool], kinds: Iterable[Kind]) -> Kind:
    """The first kind whose conditions hold; the last kind is the one that remains."""
    last = None
    for kind in kinds:
        last = kind
        holds = all(known.get(name, False) == wanted for name, wanted in kind.all.items())
        some = not kind.any or any(known.get(name, False) == wanted for name, wanted in kind.any.items())
        if holds and some:
            sure = all(known.get(name, False) == wanted for name, wanted in kind.without_where.items())
            return kind if sure else replace(kind, without=())
    if last is None:
        raise ValueError("no kinds in the catalogue")
    return last
