"""What sort of repository it is: features from facts, and the rules of rules/kinds.yaml over them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from mlripe.catalog.shapes import Detector, Kind
from mlripe.detection.engine import Detection
from mlripe.detection.signs import Sign
from mlripe.evidence import Strength
from mlripe.readers.product import is_published, readme_of
from mlripe.readers.store import FactStore

__all__ = ["classify", "features", "uses_language_models"]

_LLM = frozenset(
    ("~llm", "llm-evaluation", "llm-guardrails", "prompt-versioning", "llm-observability", "agent-runtime")
)
_ML = frozenset(("~ml", "~model-use", "training-code")) | _LLM
_SERVED = frozenset(("online-serving", "~web"))
_CODE = (".py", ".R", ".r", ".jl", ".scala", ".java", ".ts", ".js", ".go", ".rs", ".cpp", ".c", ".cs", ".kt")
_LESSON = re.compile(
    r"((?:\d{1,2}[-_. ]|(?:section|lesson|chapter|week|module|lab|exercise|assignment|day|unit|part|step)[-_ ]?\d"
    r"|[ms]\d{1,2}_)[^/]*)[/.]",
    re.IGNORECASE,
)
_MARKUP = re.compile(rb"<[^>]*>|!?\[[^\]]*\]\([^)]*\)|[#*`|>]+")
_TEACHES = re.compile(
    rb"(?i)\b(?:accompanying (?:repo|code)|code for the"
    rb"|(?:repo(?:sitory)?|exercises|material) (?:for|of) (?:the )?course|(?:online|video) course|tutorials|workshop"
    rb"|course (?:material|website|notes|repo)|runnable notebooks"
    rb"|bootcamp|hands[- ]on lab|codelab|blog post"
    rb"|demonstrations|step-by-step (?:instructions|guide|tutorial)|this (?:guide|tutorial))\b"
)
_EXAMPLE = re.compile(
    rb"(?i)\bthis (?:repo(?:sitory)? |project )?is an? (?:example|sample)\b|\b(?:model|pipeline) example\b"
)
_TEMPLATE = re.compile(
    rb"(?i)\b(?:templates?|skeleton|(?:project|repo(?:sitory)?|ml|mlops) boilerplate|boilerplate (?:for|project|repo)"
    rb"|starter(?: kit)?|cookiecutter|solution accelerator|blueprint"
    rb"|reference (?:implementation|architecture|platform))\b"
)
_RESEARCH = re.compile(
    rb"(?i)(?:arxiv\.org|@(?:inproceedings|article|misc)\s*\{|\bbibtex\b|\bcite (?:this|our)\b"
    rb"|\bofficial implementation\b)"
)
_TUNES = re.compile(rb"(?m)^\s*(?:from|import) (?:peft|trl|unsloth|axolotl|sagemaker\.huggingface)\b|ForCausalLM\b")
_ABOUT_ML = re.compile(
    rb"(?i)\b(?:machine[- ]learning|deep[- ]learning|neural networks?|mlops|artificial intelligence|llms?"
    rb"|data science)\b"
)
_BUILDS_MODELS = re.compile(
    rb"(?i)\b(?:scikit[- ]?learn|sklearn|pytorch|tensorflow|keras|jax|transformers|(?:ml|your) models?"
    rb"|mlj\w*|flux\.jl|model[- ]registr(?:y|ies))\b"
)
_FOR_ML = re.compile(
    rb"(?i)\b(?:machine[- ]learning|deep[- ]learning|neural networks?|scikit[- ]learn|pytorch|tensorflow)\b"
)
# of machine-learning operations, or of operations that these are a part of
_AROUND = re.compile(rb"(?i)\b(?:(?:data|training) (?:pipelines?|workflows?)|versioning|orchestrat)")
_MLOPS = re.compile(
    rb"(?i)\b(?:mlops|llmops|experiment (?:tracking|management)|track(?:ing)? experiments|model registry|feature store"
    rb"|data version control|(?:prompt|llm|model)[- ]eval(?:uation|s)?"
    rb"|(?:ml|ai|llm|machine[- ]learning|data science) (?:pipelines?|workflows?)"
    rb"|(?:llm|ai|ml|model)(?:[- ](?:applications?|apps?|systems?|engineering))?"
    rb" (?:observability|monitoring|evaluations?|evals|serving|deployment|platform)|prompt management"
    rb"|(?:evaluat|monitor|observ|debug)\w*(?:,? \w+){0,4} (?:ml|llms?|large language models?)(?:-powered)?"
    rb" (?:systems?|applications?|apps?))"
)
# capabilities whose tools are tools of machine-learning operations, whatever else they are used for
_TRADE = frozenset(
    (
        "data-versioning", "data-validation", "feature-store", "experiment-tracking", "model-registry",
        "drift-detection", "performance-monitoring", "llm-evaluation", "llm-observability", "llm-guardrails",
    )
)  # fmt: skip


def uses_language_models(signs: Iterable[Sign]) -> bool:
    """Whether code calls, serves, evaluates or guards a large language model."""
    return any(sign.capability in _LLM and sign.strength >= Strength.present for sign in signs)


def features(store: FactStore, detection: Detection, detectors: Iterable[Detector]) -> dict[str, bool]:
    """What holds of a repository, by name; rules/kinds.yaml is written in these names."""
    own = [p for p in store.entries if store.role(p) is None]
    code = [p for p in own if p.endswith(_CODE) and p != "setup.py"]
    notebooks = [p for p in own if p.endswith((".ipynb", ".Rmd"))]
    detectors = tuple(detectors)
    ml_detectors = {d.id for d in detectors if d.ml}
    signs = [sign for sign in detection.signs if sign.strength >= Strength.present]
    shown = {sign.capability for sign in signs}
    used = any(sign.detector in ml_detectors for sign in signs)
    readme = _readme(store)
    opening = _MARKUP.sub(b" ", readme[:4000])[:700]
    library, trade = bool(store.product), False
    plain = b" ".join((readme[:3000], _plain(readme)[:2000]))
    operates = bool(_MLOPS.search(plain))
    named = any(sign.detector in ml_detectors for sign in detection.signs)  # a dependency on a tool of the trade
    if library:  # its own code is set aside: what it is for, it says itself
        about = readme + b"".join(store.text(p) for p in ("pyproject.toml", "setup.py", "setup.cfg", "Project.toml"))
        said = len(_ABOUT_ML.findall(about)) + len(_BUILDS_MODELS.findall(readme[:3000] + about[len(readme) :]))
        trade = _is_of_the_trade(store.product, detectors) or operates
        used = used or trade or said >= 2 or (said == 1 and named) or bool(_FOR_ML.search(opening))
    training = [s for s in signs if s.capability == "training-code" and not s.path.endswith(".ipynb")]
    scripts_train = bool(training)
    # a tool brings templates for its users along, among its code; a template's own is what it generates
    generates = any("cookiecutter" in p and (p.startswith("{{") if library else "{{" in p) for p in store.entries)
    # an application of language models may fine-tune one of them on the side
    tunes = all(_TUNES.search(store.text(path)) for path in {s.path for s in training})
    return {
        "empty": not any(store.entries[p].size for p in own),
        "ml": used or bool(shown & _ML) or (named and (not code or generates)),
        "trains": scripts_train and not (tunes and bool(shown & _LLM)),
        "llm": uses_language_models(signs),
        "serves": bool(shown & _SERVED),
        "notebooks_only": bool(notebooks)
        and ((len(code) <= 1 and not scripts_train) or len(code) * 4 <= len(notebooks))  # a few helpers beside many
        and not shown & _SERVED,
        "library": library,
        "published": library and is_published(store.entries, store.snapshot.read),
        "research": bool(_RESEARCH.search(readme)),
        "template": bool(_TEMPLATE.search(opening)) or "cookiecutter.json" in store.entries,
        "cookiecutter": generates,
        "course": bool(_TEACHES.search(opening)),
        "lessons": len({m.group(1) for p in own if (m := _LESSON.match(p))}) >= 3,
        "examples": bool(_EXAMPLE.search(opening)),
        "about_mlops": trade or operates or bool(_AROUND.search(plain)),
    }


def _is_of_the_trade(product: Iterable[str], detectors: Iterable[Detector]) -> bool:
    """Whether the product is a package that others' practices are known by: a tracker, a pipeline tool."""
    names = {folder.strip("/").rpartition("/")[2].replace("_", "-") for folder in product}
    known = (d for d in detectors if not _TRADE.isdisjoint(d.declares) or any(s.kind == "pipeline" for s in d.starts))
    return any(not names.isdisjoint(d.declared_by.get("python", ())) for d in known)


def _plain(text: bytes) -> bytes:
    """The words of a README's beginning on one line, without markup."""
    return b" ".join(_MARKUP.sub(b" ", text[:4000]).split())


def _readme(store: FactStore) -> bytes:
    name = readme_of(store.entries)
    return store.text(name)[:20_000] if name else b""


def classify(known: Mapping[str, bool], kinds: Iterable[Kind]) -> Kind:
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
