"""automated-retraining and drift-detection: a condition on drift that guards whatever the wiring knows to train."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.detection.observations import Observation
from mlripe.detection.patterns import branch_words
from mlripe.evidence import Strength
from mlripe.facts import Branch, FileFacts
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring

__all__ = ["retraining"]

_DRIFT = frozenset("drift drifted drifts psi data_drift dataset_drift".split())
_DECAY = frozenset(
    "degraded degradation performance_drop accuracy_drop decay decayed needs_retraining should_retrain "
    "needs_retrain retrain_needed retraining_needed".split()
)
_ASKED = lazy_regex(r"(?i)drift|degrad|retrain")
_LONGEST = 1000  # characters of a condition
_INVENTED = ("simulat", "inject", "generator")  # files that make drift up


def retraining(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """An observation for each such condition: a call behind it leads to training, by its name or by the name that it
    sends."""
    trains = {s.place: 1 for s in observations if s.capability == "training-code" and s.strength >= Strength.present}
    if not trains:
        return
    found: list[tuple[set[Place], Observation]] = []
    for path, facts in list(store.loaded()):
        if store.role(path) is None:
            found += _steps(path, facts)
            found += _branches(path, facts, wiring)
    leads = wiring.gathered(trains, {place for starts, _ in found for place in starts})
    for starts, observation in found:
        if any(leads.get(place) for place in starts):
            yield observation


def _branches(path: str, facts: FileFacts, wiring: Wiring) -> Iterator[tuple[set[Place], Observation]]:
    if any(word in path.lower() for word in _INVENTED):
        return
    for branch in facts.branches:
        words = branch_words(branch)
        if not branch.constant and not words.isdisjoint(_DRIFT | _DECAY):
            guarded = _guarded(path, facts, branch, wiring)
            place, says = Place(path, branch.scope), "drift or decay starts a training"
            yield guarded, Observation("automated-retraining", "retraining", place, branch.line, says)
            if not words.isdisjoint(_DRIFT):
                yield guarded, Observation("drift-detection", "retraining", place, branch.line, says, gates=True)


def _steps(path: str, facts: FileFacts) -> Iterator[tuple[set[Place], Observation]]:
    """Steps and jobs of CI that train where drift was found."""
    for unit in facts.units:
        if unit.kind in ("step", "job") and _ASKED.search(unit.condition[:_LONGEST]):
            place = Place(path, unit.id)
            says = f"{unit.says or unit.id} trains when drift is found"
            yield {place}, Observation("automated-retraining", "retraining", place, unit.line, says)


def _guarded(path: str, facts: FileFacts, branch: Branch, wiring: Wiring) -> set[Place]:
    """The places that the calls in the block behind a condition start."""
    lines = {
        call.line
        for call in facts.calls
        if call.scope == branch.scope and call.line >= branch.line and call.name in branch.calls
    }
    own = Place(path, branch.scope)
    return {place for place, hop, _ in wiring.following(own) if hop.line in lines and place not in (own, Place(path))}
