"""The conditions of kinds of problem, held against a repository: where each is seen, and what is missing there."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from mlripe.assessment import CapabilityResult
from mlripe.catalog.conditions import Below, Condition, Count, Group, Reached, Seen, Unseen
from mlripe.detection.engine import Detection
from mlripe.detection.observations import Observation
from mlripe.evidence import Evidence, Sighting, Strength
from mlripe.maturity.attestations import Statements

__all__ = ["Case", "Conditions"]


class Case(Struct, frozen=True):
    """What speaks for a condition: where it is seen, what is missing, and proofs of what is there beside it."""

    seen: tuple[Sighting, ...] = ()
    lacks: tuple[str, ...] = ()
    beside: tuple[Sighting, ...] = ()

    @property
    def shown(self) -> tuple[Sighting, ...]:
        """Where to look, each line once: what is there beside it tells that only if nothing else does."""
        return tuple({(each.path, each.line): each for each in self.seen or self.beside}.values())


class Conditions:
    """One repository, and the answers that conditions of kinds of problem ask of it."""

    def __init__(
        self, detection: Detection, capabilities: Mapping[str, CapabilityResult], statements: Statements
    ) -> None:
        self.wiring = detection.wiring
        self.capabilities = capabilities
        self.excluded = statements.excluded.keys()
        self.strengths = statements.raised({name: result.strength for name, result in capabilities.items()})
        self._observations: dict[str, list[Observation]] = {}
        for observation in detection.observations:
            if observation.strength >= Strength.present and not _tried(
                observation.path, self.wiring.kinds(observation.place)
            ):
                self._observations.setdefault(observation.shows, []).append(observation)
        self._anywhere = {observation.shows for observation in detection.seen}
        self._below: dict[tuple[str, ...], Collection[str]] = {}

    def holds(self, condition: Condition) -> Case | None:
        """What speaks for the condition, None where it does not hold."""
        if isinstance(condition, Group):
            cases = [self.holds(part) for part in condition.parts]
            found = [case for case in cases if case is not None]
            if not found or (condition.every and len(found) < len(cases)):
                return None
            return Case(
                tuple(each for case in found for each in case.seen),
                tuple(each for case in found for each in case.lacks),
                tuple(each for case in found for each in case.beside),
            )
        if isinstance(condition, Seen):
            return self._seen(condition)
        if isinstance(condition, Unseen):
            return None if condition.name in self._anywhere else Case()
        if isinstance(condition, Below):
            return self._are_below(condition)
        if isinstance(condition, Reached):
            held = all(self.strengths.get(name, Strength.none) >= least for name, least in condition.least.items())
            return Case(beside=tuple(self._best(condition.least))) if held else None
        return self._counted(condition)

    def _seen(self, wanted: Seen) -> Case | None:
        observations = sorted(
            self._observations.get(wanted.name, ()), key=lambda observation: (observation.path, observation.line)
        )
        if wanted.started:
            observations = [
                observation
                for observation in observations
                if not self.wiring.kinds(observation.place).isdisjoint(wanted.started)
            ]
        if wanted.under and observations:
            within = self._under(wanted.under)
            observations = [observation for observation in observations if observation.path in within]
        files: dict[str, set[str]] = {}
        for observation in observations:
            files.setdefault(posixpath.dirname(observation.path), set()).add(observation.path)
        crowded = {folder for folder, paths in files.items() if len(paths) >= wanted.in_folder}
        observations = [observation for observation in observations if posixpath.dirname(observation.path) in crowded]
        found = tuple({(s.path, s.line): Sighting(s.path, s.line, s.says) for s in observations}.values())
        return Case(found) if len(found) >= wanted.places else None

    def _under(self, names: tuple[str, ...]) -> Collection[str]:
        """The files of these observations, and of all that they start: which method runs there, the wiring may not
        see."""
        if names not in self._below:
            places = [observation.place for name in names for observation in self._observations.get(name, ())]
            self._below[names] = frozenset(place.path for place in self.wiring.below(places))
        return self._below[names]

    def _are_below(self, condition: Below) -> Case | None:
        asked = {name: limit for name, limit in condition.limits.items() if name not in self.excluded}
        now = {name: self.strengths.get(name, Strength.none) for name in asked}
        if not asked or any(now[name] >= limit for name, limit in asked.items()):
            return None
        return Case(lacks=tuple(_lack(name, now[name], limit) for name, limit in asked.items()))

    def _counted(self, condition: Count) -> Case | None:
        (named, least), (strong, most) = condition.least, condition.most
        there = [name for name in condition.of if self.strengths.get(name, Strength.none) >= named]
        there = [name for name in there if not all(_tried(e.path, e.chain) for e in self._evidence(name))]
        done = [name for name in condition.of if self.strengths.get(name, Strength.none) >= strong]
        if len(there) < least or len(done) > most:
            return None
        lacks = f"{len(done) or 'none'} of {', '.join(there)} {'is' if len(done) < 2 else 'are'} {strong.name}"
        return Case(tuple(self._best(there)), (lacks,))

    def _best(self, names: Iterable[str]) -> Iterator[Sighting]:
        """The best proof of each capability."""
        for name in names:
            for proof in self._evidence(name)[:1]:
                yield Sighting(proof.path, proof.line, proof.says)

    def _evidence(self, name: str) -> Sequence[Evidence]:
        return self.capabilities[name].evidence if name in self.capabilities else ()


def _tried(path: str, starts: Collection[object]) -> bool:
    """Whether it stands in a notebook that nothing starts, where one may try things out."""
    return path.endswith(".ipynb") and not starts


def _lack(name: str, now: Strength, limit: Strength) -> str:
    """In words: `data-versioning is not detected`, `training-pipeline is present, not automated`."""
    if now is Strength.none:
        return f"{name} is not detected"
    return f"{name} is only {now.name}" + ("" if limit is Strength.present else f", not {limit.name}")
