"""model-validation-gate: a step compares a metric and writes an output, and later steps ask for it before they run."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from mlripe.detection.observations import Observation
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring

__all__ = ["gates"]

_METRIC = r"(?:accuracy|acc|f1|auc|auroc|precision|recall|rmse|mse|mae|mape|r2|ndcg|iou|dice|wer|metrics?|champion)"
_NAMED = rf"(?i)(?:^|[^a-z]){_METRIC}[\w.]{{0,30}}[\"'\])}}]{{0,4}}"
_COMPARED = rf"{_NAMED}[^\n|;<>=]{{0,40}}(?:[<>]=?|-l[te]|-g[te])\s{{0,5}}[\"'$({{\w.\[]"
_WRITES = ("GITHUB_OUTPUT", "set-output", "set_output")


@cache
def _compared() -> Any:
    """A comparison of a metric, by a library whose search is linear in the text."""
    import re2

    return re2.compile(_COMPARED)


def gates(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """An observation for each step that such an output comes from."""
    conditions = wiring.edges.conditions
    seen: set[Place] = set()
    for path, facts in list(store.loaded()):
        if store.service(path) is None or store.role(path) is not None:
            continue
        lines = {unit.id: unit.line for unit in facts.units}
        for unit in facts.units:
            for place, text in conditions.asked(path, unit) if unit.condition else ():
                writes = any(word in text for word in _WRITES)
                if place not in seen and writes and _compared().search(text) and not conditions.never(path, unit):
                    seen.add(place)
                    says = f"a metric is compared, and {unit.says or unit.id} asks for the outcome"
                    line = lines.get(place.unit, unit.line)
                    yield Observation("model-validation-gate", "gates", place, line, says, gates=True, guards=True)
