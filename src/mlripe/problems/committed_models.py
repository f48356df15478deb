"""Models whose files are in git and in use, in a repository in which nothing trains one."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from mlripe.evidence import Defect, Sighting
from mlripe.kinds import Names
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined

__all__ = ["models_from_nowhere"]

# where a model is from, as a text for people may say
_ORIGIN: Final = lazy_regex(
    rb"(?i)huggingface\.co|kaggle\.com|pre-?trained|ultralytics|tfhub|roboflow|trained (?:on|with|in|by)|"
    rb"training (?:code|notebook|repo)"
)
_KNOWN: Final = lazy_regex(
    r"(?i)yolo|haarcascade|shape_predictor|facenet|mobilenet|resnet|vgg|bert|whisper|sam_vit|u2net|arcface"
)
_TRAINING: Final = lazy_regex(
    rb"\.fit\(|\.fit_transform\(|\.backward\(|\.train\(|GridSearchCV|fit_generator|xgb\.train|lgb\.train"
)
_FEWEST_BYTES: Final = 200
_LARGEST: Final = 2_000_000


def models_from_nowhere(examined: Examined) -> Iterator[Defect]:
    """The lines that load such a model; nothing where a text says where it is from."""
    store = examined.store
    if any(each.capability == "training-code" or each.shows == "model-record" for each in examined.detection.seen):
        return
    endings = tuple(examined.catalog.knowledge.named(Names.MODEL_FILES))
    models = {
        posixpath.basename(path): path
        for path in examined.paths
        if path.endswith(endings) and store.role(path) is None and (store.entries[path].size or 0) >= _FEWEST_BYTES
    }
    models = {name: path for name, path in models.items() if not _KNOWN.search(name)}
    if not models:
        return
    programs = [path for path in store.entries if path.endswith((".py", ".ipynb", ".R"))]
    if any((store.entries[path].size or 0) < _LARGEST and _TRAINING.search(store.text(path)) for path in programs):
        return
    if any(_ORIGIN.search(store.text(path)) for path in store.entries if path.lower().endswith((".md", ".rst"))):
        return
    told: set[str] = set()
    for path, facts in list(store.loaded()):
        for call in facts.calls if path.endswith(".py") and store.role(path) is None else ():
            given = call.args[0] if call.args else ""
            name = posixpath.basename(given) if isinstance(given, str) and len(given) < 300 else ""
            if name in models and name not in told and not call.name.startswith("os.path."):
                told.add(name)
                says = f"mlripe found nothing that trains {name}"
                beside = (Sighting(models[name], 0, "the model"),)
                yield Defect(path, call.line, says, "models", beside=beside, finds=DefectKind.MODEL_FROM_NOWHERE)
