"""An audit: snapshot -> facts -> evidence -> assessment. This module only joins the rooms.

Each room is entered when its step is taken: where an assessment of the same files is kept, none of them is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from datetime import date
from enum import Enum, auto
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import mlripe
from mlripe import cache
from mlripe.assessment import Assessment, CapabilityResult, ModelResult, ProjectResult, Repository
from mlripe.catalog import Catalog, load
from mlripe.catalog.additions import extended, from_folder, from_packages
from mlripe.catalog.schema import Kind, MaturityModel
from mlripe.errors import UserError
from mlripe.evidence import Evidence, Strength
from mlripe.read_fault import ReadFault
from mlripe.settings.load import Config, load_config
from mlripe.snapshot import Snapshot, is_whole, open_snapshot

if TYPE_CHECKING:
    from mlripe.detection.engine import Detection
    from mlripe.detection.observations import Observation
    from mlripe.detection.unresolved import UnresolvedPlaces
    from mlripe.maturity.attestations import Statements
    from mlripe.planning.plan import Goal, Plan
    from mlripe.readers.store import FactStore

__all__ = ["Inspection", "Problems", "Progress", "audit", "inspected", "inspection"]

Progress = Callable[[str, int, int], None]
MOST_READ_FAULTS: Final = 5000  # that a report tells; a repository of some kilobytes can have 200,000
NO_LANGUAGE_MODEL: Final = "nothing in it uses a large language model, which is what this model judges"


def audit(
    path: str | os.PathLike[str] = ".",
    *,
    rev: str | None = None,
    models: Sequence[str] = (),
    catalogs: Sequence[str | os.PathLike[str]] = (),
    today: date | None = None,
    observed_only: bool = False,
    progress: Progress | None = None,
) -> Assessment:
    """Assesses the repository or folder at `path`, at revision `rev` (default: the work tree).

    `models` are ids of maturity models, or `all` (default: the usual ones); `catalogs` are folders with detectors and
    rules that add to mlripe's own; attestations count as on the day `today`, or not at all with `observed_only`;
    `progress` is told (what, done, of how many).
    Raises UserError for what the caller can mend: a missing path, an unknown revision or model.
    """
    with inspected(path, rev=rev, catalogs=catalogs, progress=progress) as inspection:
        return inspection.assessment(models, today=today, observed_only=observed_only)


@contextmanager
def inspected(
    path: str | os.PathLike[str] = ".",
    *,
    rev: str | None = None,
    staged: bool = False,
    catalogs: Sequence[str | os.PathLike[str]] = (),
    progress: Progress | None = None,
) -> Iterator[Inspection]:
    """The repository at `path`, opened for questions; nothing of it is read before one is asked. `staged`: as it is
    about to be committed.
    """
    with open_snapshot(path, rev, staged) as snapshot:
        yield inspection(snapshot, catalogs, progress)


def inspection(
    snapshot: Snapshot, catalogs: Sequence[str | os.PathLike[str]] = (), progress: Progress | None = None
) -> Inspection:
    """The inspection of a snapshot, with the settings in it. Raises UserError."""
    added = [*from_packages(), *(from_folder(Path(folder)) for folder in catalogs)]
    catalog = load()
    config = load_config(snapshot, catalog.roles)
    catalog = extended(catalog, [*added, *config.additions(snapshot)])
    _check_asked(config, catalog)
    return Inspection(snapshot, catalog, config, progress)


def _check_asked(config: Config, catalog: Catalog) -> None:
    """Raises ConfigError where the settings name a kind, a model, a level or a strength that there is not."""
    from mlripe.maturity.problem_verdicts import parse_severities
    from mlripe.maturity.targets import parse_requirement, parse_target

    config.stated_kind(catalog)
    asked: list[tuple[str, Callable[[], object]]] = [("models", lambda: catalog.chosen(config.models))]
    asked += (("targets", partial(parse_target, "target", text, catalog)) for text in config.targets)
    asked += (("require", partial(parse_requirement, text, catalog)) for text in config.require)
    asked.append(("problems", lambda: parse_severities(config.problems)))
    for key, parse in asked:
        try:
            parse()
        except UserError as error:
            raise config.wrong(key, str(error)) from None


class Problems(Enum):
    """How many problems an assessment tells. They change no level, and to find them takes time."""

    NONE = auto()
    LISTED = auto()  # as many as a person reads
    ALL = auto()  # to be compared with those of another revision


class Inspection:
    """One repository at one moment, and what is found in it; each step is taken when it is first asked for."""

    def __init__(
        self, snapshot: Snapshot, catalog: Catalog, config: Config | None = None, progress: Progress | None = None
    ) -> None:
        self.snapshot = snapshot
        self.catalog = catalog
        self.config = config or Config()
        self.progress = progress

    @cached_property
    def store(self) -> FactStore:
        """The facts of its files."""
        from mlripe.detection.source_filter import gate_for
        from mlripe.readers.store import FactStore

        roles = self.config.roles(self.catalog.roles, self.catalog.kinds)
        memory = cache.results_of(self.snapshot, (mlripe.__version__, self.catalog.version))
        store = FactStore(self.snapshot, roles, gate_for(self.catalog.words), self.catalog.knowledge, memory)
        store.load(self.progress)
        return store

    @cached_property
    def detection(self) -> Detection:
        """The evidence in it."""
        from mlripe.detection.engine import detect

        return detect(self.store, self.catalog, self.progress)

    @cached_property
    def unresolved_places(self) -> UnresolvedPlaces:
        """What of it could not be followed."""
        from mlripe.detection.unresolved import unresolved_places

        return unresolved_places(self.store.snapshot, self.store, self.detection, self.catalog, self.kind.without)

    @cached_property
    def kind(self) -> Kind:
        """What sort of repository it is: as the settings say, else as found."""
        from mlripe.maturity.repository_kind import classify, confined, features

        known = features(self.store, self.detection, self.catalog.detectors)
        statements = self.config.stated_kind(self.catalog)
        if statements:
            return confined(replace(statements, why=f"{self.config.file} says so"), known)
        return classify(known, self.catalog.kinds)

    def under(self, profile: str) -> Inspection:
        """The same inspection, judged by another profile than the settings name."""
        config = replace(self.config, profile=profile)
        if self.store.product:  # a profile says that it is none
            return Inspection(self.snapshot, self.catalog, config, self.progress)
        other = copy(self)  # with what is found already
        other.config = config
        return other

    def assessment(
        self,
        models: Sequence[str] = (),
        *,
        today: date | None = None,
        observed_only: bool = False,
        problems: Problems = Problems.LISTED,
    ) -> Assessment:
        """What it all comes to under these maturity models (none: the usual ones; `all`). Raises UserError."""
        chosen = self.catalog.chosen(models or self.config.models)
        day = today or date.today()
        question = (
            mlripe.__version__,
            self.catalog.version,
            *self._added,
            self.config.profile,
            *(model.id for model in chosen),
            str(day) if self.config.attestations else "",
            str(observed_only),
            str(problems is Problems.NONE),
        )
        key = cache.key_of(self.snapshot, question)
        known = cache.kept(key, Assessment)
        if known is None:
            known = self._assessed(chosen, day, observed_only, problems is not Problems.NONE)
            if key and is_whole(self.snapshot):
                cache.keep(key, known)
        else:
            named = replace(known.repository, name=self.snapshot.name, commit=self.snapshot.commit)
            known = replace(known, repository=named)
        return known.listed() if problems is Problems.LISTED else known

    @cached_property
    def _added(self) -> tuple[str, ...]:
        """What is judged with besides mlripe's own catalogue."""
        from mlripe.detection.plugins import names

        return (*self.catalog.additions, *names())

    def _assessed(self, models: Sequence[MaturityModel], day: date, observed_only: bool, problems: bool) -> Assessment:
        from mlripe.maturity.attestations import Statements
        from mlripe.maturity.levels import of_projects
        from mlripe.planning.landmarks import landmarks
        from mlripe.readers.read_anew import AsRead

        attested, expired = self.config.attested(self.catalog, day)
        statements = Statements.of(() if observed_only else attested, self.config.excluded(self.catalog))
        store, kind, detection = self.store, self.kind, self.detection
        capabilities = self._capabilities(detection.evidence)
        whole = self._results(models, capabilities, detection.observations, statements)
        projects = tuple(self._projects(models, statements))
        snapshot = store.snapshot
        told = self._problems(capabilities, statements) if problems else {}
        assessment = Assessment(
            Repository(
                snapshot.name,
                snapshot.commit,
                kind.id,
                kind.why,
                len(store.entries),
                store.set_aside(),
                _front(store.entries),
            ),
            self.catalog.version,
            capabilities,
            {
                model.id: of_projects(whole[model.id], model, {each.path: each.models[model.id] for each in projects})
                for model in models
            },
            _sorted({*_unread(snapshot, store), *store.read_faults, *store.left(), *expired}),
            projects,
            self._added,
            tuple(statements.attested.values()),
            tuple(statements.excluded.values()),
            unresolved=self.unresolved_places.places,
            unresolved_left=self.unresolved_places.left,
            landmarks=landmarks(store, detection),
            **told,
        )
        store.kept.save()
        return snapshot.told_as_committed(assessment) if isinstance(snapshot, AsRead) else assessment

    def _problems(self, capabilities: Mapping[str, CapabilityResult], statements: Statements) -> dict[str, Any]:
        """The fields of an assessment that tell problems."""
        from mlripe.problems.find import find_problems
        from mlripe.problems.sources import Examined
        from mlripe.problems.suppression import Suppression

        examined = Examined(self.store, self.detection, self.catalog, self.unresolved_places.places)
        let_be = Suppression(self.config.let_be())
        found = find_problems(self.kind, examined, capabilities, statements, let_be)
        return {
            "problems": found.problems,
            "suppressed": found.suppressed,
            "problems_left": found.left,
        }

    def plan(self, assessment: Assessment, goals: Sequence[Goal] = (), host: str = "") -> Plan:
        """The way to the goals; without any, what is to be done first in such a repository, and what follows.

        `host` is that of the forge that keeps it, if that is known.
        """
        from mlripe.planning.planner import climbed, planned

        model = "" if goals else climbed(self.catalog, assessment)
        if model and model not in assessment.models:
            also = self.assessment((model,), problems=Problems.NONE).models
            assessment = replace(assessment, models={**assessment.models, **also})
        return planned(self.catalog, assessment, goals, self.snapshot.entries().keys(), host)

    def _projects(self, models: Sequence[MaturityModel], statements: Statements) -> Iterator[ProjectResult]:
        from mlripe.detection.strength import StrengthGrader
        from mlripe.maturity.projects import find_projects, observations_by_project

        detection, configured = self.detection, self.config.projects
        projects = find_projects(self.store, detection.observations) if configured is None else configured
        if not projects:
            return
        shares = observations_by_project(
            projects, detection.observations, self.store, detection.wiring, detection.evidence
        )
        if shares.most:
            says = f"what counts for several of the {len(projects)} projects is too much to be held against each; of"
            self.store.read_faults.append(
                ReadFault("", f"{says} each capability only the {shares.most} strongest were")
            )
        for path, observations in shares.observations.items():
            capabilities = self._capabilities(tuple(StrengthGrader(detection.starts, observations).evidence()))
            yield ProjectResult(path, capabilities, self._results(models, capabilities, observations, statements))

    def _results(
        self,
        models: Iterable[MaturityModel],
        capabilities: Mapping[str, CapabilityResult],
        observations: Iterable[Observation],
        statements: Statements,
    ) -> dict[str, ModelResult]:
        """What capabilities and statements come to under each model; `observations` are what the capabilities come
        from."""
        from mlripe.maturity.levels import evaluate
        from mlripe.maturity.repository_kind import uses_language_models

        says_no = None if self.kind.level else self.kind.no_level
        speaks = uses_language_models(observations)
        results = {}
        for model in models:
            applies = says_no or (None if speaks or model.judges == "ml" else NO_LANGUAGE_MODEL)
            could_be = self.unresolved_places.could_be
            about, history = self.catalog.capabilities, bool(self.snapshot.commit)
            results[model.id] = evaluate(model, capabilities, applies, about, statements, could_be, history)
        return results

    def _capabilities(self, evidence: Sequence[Evidence]) -> dict[str, CapabilityResult]:
        found: dict[str, list[Evidence]] = {name: [] for name in self.catalog.capabilities}
        for row in evidence:
            if _can_be(row, self.kind):
                found[row.capability].append(row)
        return {name: self._capability(name, tuple(rows)) for name, rows in found.items()}

    def _capability(self, name: str, rows: tuple[Evidence, ...]) -> CapabilityResult:
        about = self.catalog.capabilities[name]
        strength = rows[0].strength if rows else Strength.none
        return CapabilityResult(name, strength, rows, about.area, about.source.strip())


def _front(paths: Iterable[str]) -> str:
    """The README of the root, else the first path; "" for none."""
    return min(paths, key=lambda path: (not path.lower().startswith("readme") or "/" in path, path), default="")


def _can_be(evidence: Evidence, kind: Kind) -> bool:
    """Whether a repository of this kind can have what the evidence shows."""
    return evidence.capability not in kind.without or (kind.declares and evidence.strength <= Strength.declared)


def _unread(snapshot: Snapshot, store: FactStore) -> Iterator[ReadFault]:
    """What the snapshot could not read; of what is too large the store says it, once."""
    return (read_fault for read_fault in snapshot.read_faults if read_fault.path not in store.oversized)


def _sorted(read_faults: Iterable[ReadFault]) -> tuple[ReadFault, ...]:
    """The read faults in their order, those of the repository as a whole first; of more than are told, how many."""
    found = sorted(read_faults, key=lambda read_fault: (read_fault.path, read_fault.line, read_fault.says))
    if len(found) > MOST_READ_FAULTS:
        more = ReadFault("", f"{len(found) - MOST_READ_FAULTS:,} more read faults are not listed")
        found = sorted([*found[:MOST_READ_FAULTS], more], key=lambda read_fault: read_fault.path)
    return tuple(found)
