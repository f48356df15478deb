"""Makes a plan of an assessment.

What a repository climbs is data (`ladders` in rules/plans.yaml). Of all ways to meet the missing central criteria of a
level the one with the least work in sum is taken; what stands first (`after` in rules/capabilities.yaml) and what is
worth a step of its own (`valuable`) are added to it. The steps are in the order of rules/plans.yaml, which is that of
what goes wrong without them, but none comes before what it stands on. How a step is done is advice by situation
(rules/advice/); no step is told that the evidence says is done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from mlripe.assessment import Assessment, CriterionResult, level_above
from mlripe.catalog import Catalog
from mlripe.catalog.needs import Need, parse, wanting, without
from mlripe.catalog.plan_schema import Ladder, Phase
from mlripe.catalog.plans import PlanBook
from mlripe.catalog.schema import MaturityModel
from mlripe.evidence import Strength
from mlripe.landmark_kinds import Landmark
from mlripe.maturity.attestations import Statements
from mlripe.planning.advice import Advised, Situation, advised, usual
from mlripe.planning.around import MOST_NEAR, near, projects, questions, unseen
from mlripe.planning.cheapest_way import cheapest, with_first
from mlripe.planning.mending import repairs
from mlripe.planning.open_criteria import deciding, fullest, reasons
from mlripe.planning.order import in_order, with_relaxed
from mlripe.planning.plan import Goal, Plan, PlannedStep, Reason, Stage

__all__ = ["climbed", "planned", "stepped"]

MOST_STAGES: Final = 2  # levels ahead, where none was asked for
MOST_PROOFS: Final = 2
_DAYS: Final = {"small": 0.5, "medium": 2.0, "large": 8.0}  # of a capability for which no advice fits
_ARCHIVED: Final = "archived"  # the ladder of what nobody works on any more


def climbed(catalog: Catalog, assessment: Assessment) -> str:
    """The id of the maturity model that such a repository climbs; "" for none."""
    ladder = _ladder(catalog.plan_book, assessment)
    return ladder.model if ladder else ""


def _ladder(book: PlanBook, assessment: Assessment) -> Ladder | None:
    if Landmark.ARCHIVED in assessment.landmarks:
        return next((each for each in book.rules.ladders if each.id == _ARCHIVED), None)
    strengths = {name: result.strength for name, result in assessment.capabilities.items()}
    return book.ladder(assessment.repository.kind, assessment.landmarks, strengths)


def planned(
    catalog: Catalog,
    assessment: Assessment,
    goals: Sequence[Goal] = (),
    files: Collection[str] = frozenset(),
    host: str = "",
) -> Plan:
    """The plan from an assessment to all of the goals; without any, up the ladder that is for such a repository.

    `files` are the paths of the repository, `host` is that of the forge that keeps it.
    """
    return _Planner(catalog, assessment, files, host).plan(goals)


def stepped(catalog: Catalog, assessment: Assessment, capability: str, needed: Strength) -> tuple[PlannedStep, ...]:
    """The steps that bring one capability to a strength."""
    return _Planner(catalog, assessment, frozenset(), "").steps_of(capability, needed)


class _Planner:
    """One assessment, and the strengths as they are when the steps so far are done."""

    def __init__(self, catalog: Catalog, assessment: Assessment, files: Collection[str], host: str) -> None:
        self.catalog = catalog
        self.assessment = assessment
        self.book = catalog.plan_book
        self.statements = Statements.of(assessment.attestations, assessment.exclusions)
        found = {name: result.strength for name, result in assessment.capabilities.items()}
        self.strengths = dict(self.statements.raised(found))
        kind = assessment.repository.kind
        proofs = (proof for result in assessment.capabilities.values() for proof in result.evidence)
        tools = {proof.detector for proof in proofs if proof.strength >= Strength.present}
        self.situation = Situation(assessment.landmarks, frozenset(tools), kind, host, self.strengths)
        self.homes = {
            name: {proof.path for proof in result.evidence if proof.strength >= Strength.present}
            for name, result in assessment.capabilities.items()
        }
        without = [each.without for each in catalog.kinds if each.id == kind]
        without += [each.without for each in catalog.profiles.values() if kind in each.fits]
        self.impossible = frozenset(name for names in without for name in names)
        self.files = files
        self.order = self._ordered(())

    def plan(self, goals: Sequence[Goal]) -> Plan:
        """The plan to the goals, or up the ladder."""
        ladder = None if goals else _ladder(self.book, self.assessment)
        if ladder is not None:
            goals = self._goals(ladder)
            # what a ladder begins with is in its own order
            self.order = self._ordered(tuple(ladder.practices))
        stages = [stage for stage in self._stages(ladder, goals) if stage.steps]
        stepped = {step.capability for stage in stages for step in stage.steps}
        mended = tuple(repairs(self.assessment.problems, self.book.rules.mend, ladder, stepped))
        named = [*(goal.model for goal in goals), *([ladder.model] if ladder else [])]
        results = {name: self.assessment.models[name] for name in named if name in self.assessment.models}
        return Plan(
            tuple(goals),
            results,
            tuple(stages),
            self._says(ladder, bool(stages or mended)) if ladder else "",
            tuple(questions(self.assessment, goals)),
            mended,
            tuple(unseen(self.catalog, self.assessment, goals)),
            self.book.rules.jumping if sum(stage.goal is not None for stage in stages) > 1 else "",
            tuple(projects(self.assessment, results)),
        )

    def steps_of(self, capability: str, needed: Strength) -> tuple[PlannedStep, ...]:
        """The steps that bring one capability to a strength."""
        return self._steps({capability: needed}, (), 1)

    def _says(self, ladder: Ladder, told: bool) -> str:
        """What such a repository climbs; where nothing is told to be done, that too."""
        return ladder.says if told or ladder.id == _ARCHIVED else f"{ladder.says} {self.book.rules.nothing}"

    def _goals(self, ladder: Ladder) -> list[Goal]:
        result = self.assessment.models.get(ladder.model)
        if result is None or result.level is None:
            return []
        levels = sorted(level for level in result.levels if level > result.level)
        return [Goal(ladder.model, level) for level in levels[:MOST_STAGES]]

    # --- which capabilities ------------------------------------------------------------------------------------------

    def _stages(self, ladder: Ladder | None, goals: Sequence[Goal]) -> Iterator[Stage]:
        """A stage a level; what comes before any level belongs to the first."""
        if ladder and ladder.id == _ARCHIVED:
            return
        first = self._lacking({**self._valuable(first=True), **self._practices(ladder)}) if ladder else {}
        levels = list(self._levels(goals))
        if not levels and ladder:
            more = self._lacking(self._valuable(first=False)) if ladder.model else {}
            yield Stage("What it should have", self._steps({**more, **first}, (), 1))
        for number, (title, open_, phase, goal) in enumerate(levels, 1):
            needs = [need for model, each in open_ if (need := self._need(model, each)) is not None]
            spared = dict.fromkeys(self.statements.excluded, Strength.enforced)
            there = {**self.strengths, **spared}
            way = (
                dict(cheapest(needs, there, self.catalog.capabilities, self.book.rules, self._unadvised()))
                if needs
                else {}
            )
            # a level that takes what such a repository cannot have is none to go to
            if ladder and not self.impossible.isdisjoint(way):
                break
            more = self._lacking(self._valuable(first=False)) if ladder and number == 1 else {}
            whole = {**more, **{name: max(need, more.get(name, need)) for name, need in way.items()}}
            if number == 1:
                whole = {**first, **{name: max(need, first.get(name, need)) for name, need in whole.items()}}
            steps = self._steps(whole, open_, number)
            months, source = (phase.months, phase.source) if phase else ("", "")
            yield Stage(title, steps, goal, months, source)

    def _levels(
        self, goals: Sequence[Goal]
    ) -> Iterator[tuple[str, list[tuple[MaturityModel, CriterionResult]], Phase | None, Goal]]:
        """Each level on the way, with the criteria to meet."""
        for model_id in dict.fromkeys(goal.model for goal in goals):
            model, result = self.catalog.models[model_id], self.assessment.models[model_id]
            highest = max(goal.level for goal in goals if goal.model == model_id)
            level = result.level
            while level is not None and level < highest:
                above = level_above(level, result.levels)
                if above is None:
                    break
                here = [(model, each) for each in deciding(model, result, above)]
                phase = next((p for p in self.book.rules.phases if (p.model, p.level) == (model_id, above)), None)
                yield f"{result.title}: level {above}, {result.levels[above]}", here, phase, Goal(model_id, above)
                level = above

    def _ordered(self, first: Sequence[str]) -> tuple[str, ...]:
        """All capabilities in the order of their steps, those of `first` before the others."""
        rules = self.book.rules
        return with_relaxed(tuple(dict.fromkeys((*first, *rules.order))), rules.relaxed, self.strengths)

    def _practices(self, ladder: Ladder) -> dict[str, Strength]:
        """What such a repository begins with, without what asks for more than is there."""
        marks = self.situation.landmarks
        asked = {
            name: Strength[strength]
            for name, strength in ladder.practices.items()
            if all(mark in marks for mark in ladder.asks.get(name, ()))
            and (name not in ladder.advised or self._is_advised(name, Strength[strength]))
        }
        return dict(self._possible(asked))

    def _valuable(self, first: bool) -> dict[str, Strength]:
        """What is worth a step here though no central criterion takes it."""
        rows = [
            each
            for each in self.book.rules.valuable
            if each.first is first
            and (not each.kinds or self.situation.kind in each.kinds)
            and all(mark in self.situation.landmarks for mark in each.needs)
            and all(self.strengths.get(name, Strength.none) >= Strength[least] for name, least in each.where.items())
            and all(self.strengths.get(name, Strength.none) < Strength[least] for name, least in each.before.items())
            and (not each.advised or self._is_advised(each.capability, Strength[each.strength]))
        ]
        return dict(self._possible({each.capability: Strength[each.strength] for each in rows}))

    def _unadvised(self) -> frozenset[str]:
        """The capabilities for which no advice fits as it is now."""
        most = Strength.enforced
        open_ = (name for name in self.catalog.capabilities if self.strengths.get(name, Strength.none) < most)
        return frozenset(name for name in open_ if not self._is_advised(name, most))

    def _is_advised(self, name: str, needed: Strength) -> bool:
        now = self.strengths.get(name, Strength.none)
        return advised(self.book, name, now, needed, self.situation, self.files) is not None

    def _possible(self, wanted: Mapping[str, Strength]) -> Iterator[tuple[str, Strength]]:
        return (
            (name, needed)
            for name, needed in wanted.items()
            if name not in self.impossible and name not in self.statements.excluded
        )

    def _lacking(self, wanted: Mapping[str, Strength]) -> dict[str, Strength]:
        """Those that are not there yet, with what they stand on."""
        open_ = {name: need for name, need in wanted.items() if self.strengths.get(name, Strength.none) < need}
        whole = dict(self._possible(with_first(open_, self.strengths, self.catalog.capabilities, self.book.rules)))
        # what is only to stand on, and for which there is no advice, is often there in a way that no proof shows
        return {name: need for name, need in whole.items() if name in open_ or self._is_advised(name, need)}

    def _need(self, model: MaturityModel, result: CriterionResult) -> Need | None:
        """What meets a criterion whole, without what is excluded."""
        criterion = next(each for each in model.criteria if each.id == result.id)
        return without(parse(fullest(criterion)), self.statements.excluded)

    # --- the steps ---------------------------------------------------------------------------------------------------

    def _steps(
        self,
        way: Mapping[str, Strength],
        open_: Iterable[tuple[MaturityModel, CriterionResult]],
        stage: int,
    ) -> tuple[PlannedStep, ...]:
        """A step for each capability of the way, in order; one that its advice only begins is told once more."""
        open_ = list(open_)
        steps: list[PlannedStep] = []
        for name in in_order(way, self.order, self.catalog.capabilities):
            needed = self._by_itself(name, way)
            while self.strengths.get(name, Strength.none) < needed:
                step = self._step(name, needed, tuple(reasons(name, open_)), tuple(way), stage)
                steps.append(step)
                self.strengths[name] = step.needed
                self._bring(name)
        return tuple(steps)

    def _step(
        self, name: str, needed: Strength, reasons: tuple[Reason, ...], way: tuple[str, ...], stage: int
    ) -> PlannedStep:
        about, now = self.catalog.capabilities[name], self.strengths.get(name, Strength.none)
        proofs = self.assessment.capabilities[name].evidence
        known = self.book.advice.get(name)
        found = advised(self.book, name, now, needed, self.situation, self.files)
        if found is None:
            started = any(proof.chain for proof in proofs[:1])
            says = usual(about, now, needed, started, known)
            found = Advised("", needed, _DAYS[about.effort], says, "", "", False)
        self._follow(name, found)
        return PlannedStep(
            name,
            about.title,
            now,
            found.gives,
            found.days,
            about.effort,
            " ".join((found.risk or (known.risk if known else about.why)).split()),
            found.do,
            f"mlripe reports {name} as {found.gives.name}",
            reasons,
            tuple(each for each in (wanting(parse(about.after)) if about.after else ()) if each in way),
            proofs[:MOST_PROOFS],
            tuple(near(self.assessment, self.book.rules.looks, name))[:MOST_NEAR],
            found.id,
            found.edit,
            found.at,
            found.snippet,
            found.creates,
            stage,
        )

    def _by_itself(self, name: str, way: Mapping[str, Strength]) -> Strength:
        """How far steps of its own lead: another step of the way brings about the rest."""
        limits = [
            Strength.present
            for brings in self.book.rules.brings
            if name in brings.raises
            and self.strengths.get(brings.capability, Strength.none)
            < Strength[brings.strength]
            <= min(way[name], way.get(brings.capability, Strength.none))
        ]
        return min([way[name], *limits])

    def _bring(self, capability: str) -> None:
        """What becomes stronger by the step for a capability: it itself, where what it needs for that is there already,
        or what was there before."""
        for brings in self.book.rules.brings:
            strength = Strength[brings.strength]
            if self.strengths.get(brings.capability, Strength.none) < strength:
                continue
            for name in brings.raises if brings.capability == capability else (capability,):
                if name in brings.raises and Strength.present <= self.strengths.get(name, Strength.none) < strength:
                    self.strengths[name] = strength

    def _follow(self, name: str, step: Advised) -> None:
        """What is there once the step is done: the steps after it build on it."""
        self.homes.setdefault(name, set()).add(step.edit)
        marks = self.situation.landmarks
        if Landmark.TRAINING in step.makes and Landmark.NOTEBOOK in marks:
            # what a notebook does besides its training goes with it
            for paths in self.homes.values():
                paths.update([step.edit] if marks[Landmark.NOTEBOOK].path in paths else [])
        training = step.makes.get(Landmark.TRAINING) or marks.get(Landmark.TRAINING)
        in_it = [each for each in step.lifts if training and training.path in self.homes.get(each, ())]
        lifted = {each: step.gives for each in in_it if self.strengths.get(each, Strength.none) >= Strength.present}
        for each, strength in (*lifted.items(), *step.also.items()):
            self.strengths[each] = max(strength, self.strengths.get(each, Strength.none))
        made = {**step.makes, **self.situation.landmarks}
        self.situation = replace(self.situation, landmarks=made)
        if step.edit:
            self.files = {*self.files, step.edit}
