"""What sort of repository it is: features from facts, and the rules of rules/kinds.yaml over them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping

from mlripe.catalog.shapes import Detector, Kind
from mlripe.detection.engine import Detection
from mlripe.evidence import Strength
from mlripe.readers.store import FactStore

__all__ = ["classify", "features"]

_LESSON = re.compile(
    r"(?:^|/)(?:\d{1,2}[-_. ]|section|lesson|chapter|week|module|lab|exercise|assignment|day|unit)[-_ ]?\d*[^/]*/", re.I
)
_TEACHES = re.compile(
    rb"(?i)\b(?:course|tutorial|workshop|lesson|lecture|bootcamp|homework|learn how|step[- ]by[- ]step)\b"
)
_TEMPLATE = re.compile(
    rb"(?i)\b(?:template|skeleton|boilerplate|starter kit|cookiecutter|accelerator|blueprint|reference implementation)\b"
)
_RESEARCH = re.compile(
    rb"(?i)(?:arxiv\.org|@(?:inproceedings|article|misc)\s*\{|\bbibtex\b|\bcite (?:this|our)\b|\bofficial implementation\b)"
)
_ABOUT_ML = re.compile(
    rb"(?i)\b(?:machine[- ]learning|deep[- ]learning|neural networks?|mlops|artificial intelligence|llms?|data science)\b"
)
_MLOPS = re.compile(
    rb"(?i)\b(?:mlops|experiment (?:tracking|management)|model registry|feature store|pipelines?|versioning|observability|orchestrat)"
)
_LINK = re.compile(rb"^\s*[-*+]\s+\[[^\]]+\]\([^)]+\)", re.M)


def features(store: FactStore, detection: Detection, detectors: Iterable[Detector]) -> dict[str, bool]:
    """What holds of a repository, by name; rules/kinds.yaml is written in these names."""
    own = [p for p in store.entries if store.role(p) is None]
    code = [
        p
        for p in own
        if p.endswith((".py", ".R", ".r", ".jl", ".scala", ".java", ".ts", ".js", ".go", ".rs", ".cpp", ".c"))
    ]
    notebooks = [p for p in own if p.endswith((".ipynb", ".Rmd"))]
    ml_detectors = {d.id for d in detectors if d.ml}
    signals: dict[str, int] = {}
    for sign in detection.signs:
        if sign.strength >= Strength.present:
            signals[sign.capability] = signals.get(sign.capability, 0) + 1
    used = any(s.detector in ml_detectors and s.strength >= Strength.present for s in detection.signs)
    readme = next(
        (store.text(p) for p in store.entries if posixpath.basename(p).lower().startswith("readme") and "/" not in p),
        b"",
    )
    readme = readme[:20000]
    trains = "training-code" in signals
    library = bool(store.product)
    if library:  # its own code is set aside: what it is for, it says itself
        about = readme + b"".join(store.text(p) for p in ("pyproject.toml", "setup.py", "setup.cfg"))
        used = used or len(_ABOUT_ML.findall(about)) >= 2
    return {
        "empty": not own or not any(store.entries[p].size for p in own),
        "code": bool(code or notebooks),
        "ml": used or "~ml" in signals or "~llm" in signals,
        "trains": trains,
        "llm": "~llm" in signals,
        "serves": "online-serving" in signals or "~web" in signals,
        "notebooks_only": bool(notebooks) and len(code) <= 1 and not trains,
        "notebooks_mostly": len(notebooks) > len(code),
        "library": library,
        "research": bool(_RESEARCH.search(readme)),
        "template": bool(_TEMPLATE.search(readme[:3000])) or "cookiecutter.json" in store.entries,
        "cookiecutter": any("{{" in p for p in store.entries),
        "course": bool(_TEACHES.search(readme[:1500])),
        "lessons": len({m.group() for p in own if (m := _LESSON.search(p))}) >= 3,
        "about_mlops": bool(_MLOPS.search(readme[:3000])),
        "link_list": len(_LINK.findall(readme)) >= 20 and not code,
        "deploys": "deployment-automation" in signals or "model-packaging" in signals,
        "tests": "code-testing" in signals,
    }


def classify(known: Mapping[str, bool], kinds: Iterable[Kind]) -> Kind:
    """The first kind whose conditions hold; the last kind is the one that remains."""
    last = None
    for kind in kinds:
        last = kind
        holds = all(known.get(name, False) == wanted for name, wanted in kind.all.items())
        some = not kind.any or any(known.get(name, False) == wanted for name, wanted in kind.any.items())
        if holds and some:
            return kind
    if last is None:
        raise ValueError("no kinds in the catalogue")
    return last
