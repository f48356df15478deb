"""How far reports agree with labels: the measures of docs/accuracy.md, from plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["STRENGTHS", "Agreement", "Score", "agreement", "difference", "score"]

STRENGTHS: Final = ("none", "declared", "present", "automated", "enforced")
MODELS: Final = ("azure", "google")


@dataclass(frozen=True)
class Agreement:
    """True positives, false positives and false negatives of "at least this strong"."""

    tp: int
    fp: int
    fn: int

    @property
    def precision(self) -> float:
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 1.0

    @property
    def recall(self) -> float:
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass
class Score:
    """What a set of reports comes to. `pairs` are (capability, label, report), the strengths as ranks from 0 to 4."""

    repositories: int = 0
    missing: list[str] = field(default_factory=list)
    pairs: list[tuple[str, int, int]] = field(default_factory=list)
    levels: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: {model: [] for model in MODELS})
    kinds: int = 0

    def at_least(self, strength: str) -> Agreement:
        return agreement(((label, told) for _, label, told in self.pairs), STRENGTHS.index(strength))

    def exact(self) -> float:
        """How often the strength is exactly the label's, where the label is more than none."""
        labelled = [label == told for _, label, told in self.pairs if label]
        return sum(labelled) / max(1, len(labelled))

    def level(self, model: str, within: int = 0) -> float:
        seen = [abs(label - told) <= within for label, told in self.levels[model]]
        return sum(seen) / max(1, len(seen))

    def weakest(self, strength: str, most: int) -> list[tuple[str, Agreement]]:
        """The capabilities with the lowest F1, of those that are labelled or told so at all."""
        by_name: dict[str, list[tuple[int, int]]] = {}
        for name, label, told in self.pairs:
            by_name.setdefault(name, []).append((label, told))
        rank = STRENGTHS.index(strength)
        found = [(name, agreement(pairs, rank)) for name, pairs in by_name.items()]
        return sorted((row for row in found if row[1].f1 < 1), key=lambda row: row[1].f1)[:most]


def agreement(pairs: Iterable[tuple[int, int]], rank: int) -> Agreement:
    """How (label, report) pairs agree on being of this rank or higher."""
    seen = Counter((label >= rank, told >= rank) for label, told in pairs)
    return Agreement(seen[True, True], seen[False, True], seen[True, False])


def score(labels: Mapping[str, Mapping[str, Any]], reports: Mapping[str, Any], capabilities: Sequence[str]) -> Score:
    """The score of reports by the names of the labels; a missing report counts as one that tells nothing."""
    result = Score()
    for name, label in labels.items():
        report = reports.get(name) or {}
        result.repositories += 1
        if not report:
            result.missing.append(name)
        result.pairs += [(capability, *pair) for capability, pair in _pairs(label, report, capabilities)]
        for model in MODELS:
            wanted = _level(label.get("levels"), model)
            if wanted is not None:
                result.levels[model].append((wanted, _level(report.get("models"), model) or 0))
        result.kinds += (report.get("repository") or {}).get("kind") == label["kind"]
    return result


def difference(label: Mapping[str, Any], report: Mapping[str, Any], capabilities: Sequence[str]) -> list[str]:
    """The capabilities on which a label and a report differ, each as a line."""
    return [
        f"{capability}: label {STRENGTHS[wanted]}, report {STRENGTHS[told]}"
        for capability, (wanted, told) in _pairs(label, report, capabilities)
        if wanted != told
    ]


def _pairs(
    label: Mapping[str, Any], report: Mapping[str, Any], capabilities: Sequence[str]
) -> Iterable[tuple[str, tuple[int, int]]]:
    unsure = frozenset(label.get("unsure") or ())
    for capability in capabilities:
        if capability not in unsure:
            yield capability, (_rank(label, capability), _rank(report, capability))


def _rank(told: Mapping[str, Any], capability: str) -> int:
    return STRENGTHS.index(((told.get("capabilities") or {}).get(capability) or {}).get("strength", "none"))


def _level(models: Mapping[str, Any] | None, model: str) -> int | None:
    return ((models or {}).get(model) or {}).get("level")
