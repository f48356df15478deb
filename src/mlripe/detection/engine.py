"""From facts to evidence: match the catalogue, wire what matched, derive practices, raise strengths by the wiring."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Set
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from mlripe.catalog import Catalog
from mlripe.catalog.content import Patterns
from mlripe.catalog.globs import matcher
from mlripe.catalog.schema import Detector, Root, Show
from mlripe.detection.cannot_work import Fault, cannot_work
from mlripe.detection.cannot_work.broken import broken_places
from mlripe.detection.derive import DERIVATIONS
from mlripe.detection.matching import Match, Matcher
from mlripe.detection.observations import Observation
from mlripe.detection.own_makers import with_own_makers
from mlripe.detection.plugins import plugins
from mlripe.detection.registries import Registries
from mlripe.detection.starts import Starts
from mlripe.detection.strength import StrengthGrader
from mlripe.detection.trials import only_tries
from mlripe.evidence import Evidence, Hop, Strength
from mlripe.facts import FileFacts
from mlripe.kinds import ProgramEffect, Role
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring
from mlripe.wiring.command_words import CommandWords
from mlripe.wiring.roots import add_structured_roots

__all__ = ["Detection", "detect", "told"]

_HOLDERS = frozenset(("step", "job", "target", "stage", "script", "sql-task", "procedure"))
_MANY_INSTALLED = 100  # packages of a list, more than anybody chooses
_SEVERAL = 2  # commas: three tools or more
_SHIPS = frozenset((Role.DEPLOY, Role.PUBLISH))
Progress = Callable[[str, int, int], None]


class Detection(Struct, frozen=True):
    """What was found: evidence for the assessment, observations and wiring for what is derived from them.

    `observations` are those that count, `seen` also those in files that prove nothing (tests, vendored code). `faults`
    are what visibly cannot work as committed.
    """

    evidence: tuple[Evidence, ...]
    observations: tuple[Observation, ...]
    seen: tuple[Observation, ...]
    wiring: Wiring
    starts: Starts
    faults: tuple[Fault, ...] = ()


@lru_cache(maxsize=2)
def _matcher(patterns: Patterns) -> Matcher:
    """The index of all patterns, which takes longer to make than to search in a small repository."""
    return Matcher(patterns.detectors, patterns.tools, patterns.needed)


def detect(store: FactStore, catalog: Catalog, progress: Progress | None = None) -> Detection:
    """All evidence in a repository whose facts `store` gives. `store.load` must have been called."""
    wiring = Wiring(store)
    matches = list(_matcher(catalog.made).matches(store, wiring.words))
    matches = with_own_makers(matches, catalog.detectors, store, wiring)
    add_structured_roots(store, wiring)
    registries = Registries(store, wiring)
    for match in matches:
        if isinstance(match.pattern, Root) and store.role(match.path) is None and not match.found.disabled:
            _add_root(wiring, match, registries)
    prints, files = wiring.words.programs.doing(ProgramEffect.PRINTS), _Files(store)
    observations = [_disabled(match) for match in matches if match.found.disabled]
    observations += [
        observation
        for match in matches
        if isinstance(match.pattern, Show)
        for observation in _observations(match, store, prints, wiring.words, files)
    ]
    observations += _declared(store, catalog.detectors)
    faults = cannot_work(store, wiring)
    wiring.broken = broken_places(faults, store, wiring)
    for derive in (*DERIVATIONS, *(plugin.observations for plugin in plugins())):
        observations += derive(observations, store, wiring)
    counted = tuple(s for s in observations if _counts(s, store, catalog))
    starts = Starts(store, wiring, catalog)
    evidence = StrengthGrader(starts, counted).evidence()
    return Detection(tuple(evidence), counted, tuple(observations), wiring, starts, faults)


def _add_root(wiring: Wiring, match: Match, registries: Registries) -> None:
    if isinstance(match.pattern, Root) and match.pattern.kind != "service":
        registry = match.pattern.registry
        if registry and registries.leaves_out(registry, Place(match.path, match.found.unit)):
            return
        says = match.pattern.says or f"{match.detector.tool} {match.pattern.kind} {match.found.what}"
        hop = Hop(match.path, match.found.line, says)
        for unit in dict.fromkeys((match.found.unit, "") if match.pattern.module else (match.found.unit,)):
            wiring.add_root(Place(match.path, unit), match.pattern.kind, hop)


def _disabled(match: Match) -> Observation:
    """A start that is written, but switched off."""
    whole = isinstance(match.pattern, Root) and match.pattern.module
    place = Place(match.path, "" if whole else match.found.unit)
    return Observation.of_role(
        Role.DISABLED, match.detector.id, place, match.found.line, f"switched off: {match.found.what}"
    )


def _observations(
    match: Match, store: FactStore, prints: Set[str], words: CommandWords, files: _Files
) -> Iterator[Observation]:
    pattern, found = match.pattern, match.found
    if not isinstance(pattern, Show):
        return
    facts = store.of(match.path)
    place = Place(match.path, "" if pattern.whole else found.unit or _enclosing(facts, found.line))
    strength = Strength[pattern.strength]
    if found.stub or (not found.unit and place.unit and _only_prints(facts, place.unit, prints)):
        strength = min(strength, Strength.declared)
    if pattern.needs_files and not files.beside(match.path, pattern.needs_files):
        strength = min(strength, Strength.declared)
    allow_failure = _allows_failure(facts, place.unit, found.line)
    if allow_failure:
        strength = min(strength, Strength[pattern.swallowed])
    observation = Observation(
        "",
        match.detector.id,
        place,
        found.line,
        told(pattern.says or match.detector.tool, found.what) if found.what else pattern.says,
        strength,
        Strength[pattern.most],
        pattern.gates,
        found.guards,
        allow_failure,
    )
    yield from (replace(observation, capability=capability) for capability in pattern.capabilities)
    roles = () if _SHIPS.isdisjoint(pattern.roles) or not only_tries(match, store, words) else _SHIPS
    yield from (replace(observation, role=r, deploys=pattern.deploys) for r in pattern.roles if r not in roles)


class _Files:
    """Which files a repository holds, by globs and a folder; each question is answered once."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self._wanted: dict[tuple[str, ...], list[str]] = {}

    def beside(self, path: str, globs: tuple[str, ...]) -> bool:
        """Whether such a file lies in or below the folder of this one; a definition of CI looks everywhere."""
        if globs not in self._wanted:
            wanted = matcher(globs)
            self._wanted[globs] = sorted(each for each in self.store.entries if wanted.fullmatch(each))
        folder = "" if self.store.service(path) else posixpath.dirname(path)
        held = self._wanted[globs]
        at = bisect_left(held, f"{folder}/" if folder else "")
        return at < len(held) and held[at].startswith(f"{folder}/" if folder else "")


def told(says: str, what: str) -> str:
    """What is seen, in front of what matched; of a detector of several tools only the match says which one it is."""
    several = says.count(", ") >= _SEVERAL and not says[:1].islower()
    return what if several else f"{says}: {what}"


def _enclosing(facts: FileFacts, line: int) -> str:
    """The step, job or target that a line of text stands in: the last that begins at or above it."""
    inside = ""
    for unit in facts.units if line > 1 else ():
        if unit.kind in _HOLDERS and 0 < unit.line <= line:
            inside = unit.id
    return inside


def _only_prints(facts: FileFacts, unit_id: str, prints: Set[str]) -> bool:
    """Whether a unit with all below it does no more than print: `echo "rolling back"`, and nothing comes of it."""
    units = [unit for unit in facts.units if unit.id == unit_id or unit.id.startswith(f"{unit_id}/")]
    commands = [command for unit in units for command in unit.commands]
    uses = [used for unit in units for used in unit.uses if not used.startswith("actions/checkout@")]
    return bool(commands) and not uses and all(command.argv[:1] and command.argv[0] in prints for command in commands)


def _allows_failure(facts: FileFacts, unit_id: str, line: int) -> bool:
    """Whether the command at a unit's line swallows its own failure."""
    for unit in facts.units:
        if unit.id == unit_id:
            return unit.allow_failure or any(c.allow_failure for c in unit.commands if c.line == line)
    return False


def _declared(store: FactStore, detectors: Iterable[Detector]) -> Iterator[Observation]:
    """Observations of dependencies: what the tool declares whose package it is, no stronger than `declared`."""
    wanted: dict[tuple[str, str], list[Detector]] = {}
    for detector in detectors:
        for ecosystem, names in detector.declared_by.items():
            for name in names:
                wanted.setdefault((ecosystem, name), []).append(detector)
                if ecosystem == "python":
                    wanted.setdefault(("conda", name), []).append(detector)
    for path, facts in list(store.loaded()):
        frozen = _is_frozen(facts)
        for dependency in facts.dependencies:
            if dependency.locked:
                continue
            for detector in wanted.get((dependency.ecosystem, dependency.name), ()):
                says = told(detector.tool, f"dependency {dependency.name}")
                least = Strength.declared
                observation = Observation("", detector.id, Place(path), dependency.line, says, least, least)
                declares = detector.declares if not frozen else ()
                yield from (replace(observation, capability=capability) for capability in declares)
                yield from (replace(observation, role=role) for role in detector.declares_role)


def _is_frozen(facts: FileFacts) -> bool:
    """Whether a list names all that was once installed: nobody has chosen what others of it brought along."""
    exact = sum(dependency.pin == "exact" and not dependency.locked for dependency in facts.dependencies)
    return exact >= _MANY_INSTALLED and exact >= 0.9 * len(facts.dependencies)


def _counts(observation: Observation, store: FactStore, catalog: Catalog) -> bool:
    """Whether an observation counts where it stands: tests, vendored and generated files prove nothing, or little."""
    role = store.role(observation.path)
    if observation.role:
        return role is None
    return observation.capability in catalog.capabilities and (role is None or observation.capability in role.proves)
