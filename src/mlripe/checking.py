"""A check: an audit held against what is asked of it. Joins the rooms, as `auditing` does.

A hook asks the same of the same files again and again. So its answer is kept as assessments are, and where it is,
neither the catalogue nor the settings are read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import mlripe
from mlripe import cache
from mlripe.assessment import Assessment
from mlripe.errors import CatalogError, UserError
from mlripe.maturity.problem_verdicts import parse_severities, without_problems
from mlripe.maturity.verdicts import Standing, Verdict, accepted, kept, next_level, required, targeted
from mlripe.snapshot import Snapshot, common_ancestor, is_whole, open_snapshot, repository_at

if TYPE_CHECKING:
    from mlripe.auditing import Inspection, Problems, Progress

    Judged = Callable[[Inspection, Sequence[str], Problems], Assessment]

__all__ = ["Asked", "Checked", "check"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a repository, as the command line writes it.

    `targets` are levels (`azure:2`), `requirements` strengths of capabilities (`code-testing=automated`), `problems`
    the severities of problems that it must not have, `against` a revision and `baseline` a file below which nothing may
    fall. Against a revision only problems count that were not there. Without `lists` the assessment holds problems only
    where some are asked for: to find them takes time.
    """

    targets: Sequence[str] = ()
    requirements: Sequence[str] = ()
    problems: Sequence[str] = ()
    against: str | None = None
    baseline: Path | None = None
    lists: bool = True

    def revision(self, rev: str | None, staged: bool) -> str | None:
        """What is judged where `rev` is given, or nothing: against a revision both sides are as git has them."""
        return rev or ("HEAD" if self.against is not None and not staged else None)

    def __bool__(self) -> bool:
        compared = self.against is not None or self.baseline is not None
        return bool(self.targets or self.requirements or self.problems or compared)


@dataclass(frozen=True, slots=True)
class Checked:
    """An assessment, and the answer to each thing that was asked."""

    assessment: Assessment
    verdicts: tuple[Verdict, ...]

    @property
    def holds(self) -> bool:
        """Whether everything that was asked is met."""
        return all(verdict.holds for verdict in self.verdicts)


def check(
    path: str | os.PathLike[str],
    asked: Asked,
    *,
    rev: str | None = None,
    staged: bool = False,
    catalogs: Sequence[str | os.PathLike[str]] = (),
    today: date | None = None,
    observed_only: bool = False,
    progress: Progress | None = None,
) -> Checked:
    """Holds the repository at `path` against what is asked, or against what its settings ask where nothing is.

    The other arguments are those of an audit.

    With `against`, both sides are judged as git has them: the revision (HEAD where none is given) or what is staged,
    and the commit at which it and the other revision went apart. Raises UserError.
    """
    rev = asked.revision(rev, staged)
    before = _baseline(asked, path)
    day = today or date.today()
    with open_snapshot(path, rev, staged) as snapshot:
        base = ""
        if asked.against is not None and snapshot.commit:
            base = common_ancestor(path, asked.against, None if staged else rev, snapshot.commit)
        key = _key(snapshot, asked, (before, base, day, observed_only)) if not catalogs else ""
        known = cache.kept(key, Checked)
        if known is None:
            from mlripe.auditing import inspection

            def judged(side: Inspection, models: Sequence[str], problems: Problems) -> Assessment:
                return side.assessment(models, today=day, observed_only=observed_only, problems=problems)

            now = inspection(snapshot, catalogs, progress)
            with open_snapshot(path, base) if base else nullcontext() as earlier:
                known = _answered(asked, before, now, earlier, judged, catalogs)
                if key and all(map(is_whole, (snapshot, earlier) if earlier else (snapshot,))):
                    cache.keep(key, known)
        commit = replace(known.assessment.repository, name=snapshot.name, commit=snapshot.commit)
        return replace(known, assessment=replace(known.assessment, repository=commit))


def _baseline(asked: Asked, path: str | os.PathLike[str]) -> Standing | None:
    if asked.baseline is None:
        return None
    from mlripe.baseline import read_baseline

    return read_baseline(asked.baseline, repository_at(path))


def _key(snapshot: Snapshot, asked: Asked, question: tuple[object, ...]) -> str:
    """What the answer is kept under; "" where packages bring catalogues, whose files would have to be read for it."""
    from mlripe.catalog.load import version
    from mlripe.catalog.packages import CATALOGS, entry_points
    from mlripe.detection.plugins import names

    if entry_points(CATALOGS):
        return ""
    asks = (asked.targets, asked.requirements, asked.problems, asked.against, asked.lists, *question)
    return cache.key_of(snapshot, ("check", mlripe.__version__, version(), *names(), repr(asks)))


def _answered(
    asked: Asked,
    before: Standing | None,
    now: Inspection,
    earlier: Snapshot | None,
    judged: Judged,
    catalogs: Sequence[str | os.PathLike[str]],
) -> Checked:
    """The answer, where `earlier` are the files to compare with.

    They are judged by their own settings; where those are wrong by today's, or nobody could commit what mends them.
    """
    from mlripe.auditing import Inspection, inspection
    from mlripe.settings.load import ConfigError

    if earlier is None:
        return _checked(asked, before, now, None, judged)
    try:
        return _checked(asked, before, now, inspection(earlier, catalogs, now.progress), judged)
    except (ConfigError, CatalogError) as error:  # of either side; where it is of today's, it comes again
        known = _checked(asked, before, now, Inspection(earlier, now.catalog, now.config, now.progress), judged)
        says = f"{asked.against} is judged by the settings of now; its own are wrong ({error})"
        return replace(known, verdicts=(*known.verdicts, Verdict("kept", f"settings of {asked.against}", True, says)))


def _checked(
    asked: Asked,
    before: Standing | None,
    now: Inspection,
    then: Inspection | None,
    judged: Judged,
) -> Checked:
    """The answer to what is asked; `then` is the side to compare with, None before the first commit."""
    from mlripe.auditing import Problems
    from mlripe.maturity.targets import parse_requirement, parse_target

    settings = now.config
    asked = asked or replace(
        asked,
        targets=settings.targets,
        requirements=settings.require,
        problems=parse_severities(settings.problems),
    )
    if not asked:
        raise UserError(
            "nothing is asked: give --target, --require, --problems, --against or --baseline, or set `targets` in "
            "mlripe.toml or [tool.mlripe] of pyproject.toml; `mlripe init` proposes one"
        )
    targets = [parse_target("target", text, now.catalog) for text in asked.targets]
    needed = [parse_requirement(text, now.catalog) for text in asked.requirements]
    models = [target.model for target in targets]
    if asked.against is not None or before is not None:
        models += [model.id for model in now.catalog.chosen(now.config.models)]
    if then is not None:  # a change that leaves a model out may not hide that its level falls
        models += [model.id for model in then.catalog.chosen(then.config.models) if model.id in now.catalog.models]
    if before is not None:
        from mlripe.baseline import check_known

        check_known(before, now.catalog)
        models += before.levels
        models += [parse_target("target", text, now.catalog).model for text in now.config.targets]
    chosen = tuple(dict.fromkeys(models))
    listed = Problems.LISTED if asked.lists else Problems.NONE
    problems = Problems.ALL if asked.problems else listed
    compared: tuple[Verdict, ...] = ()

    def of(side: Inspection) -> Assessment:
        return judged(side, chosen, problems if side is now or asked.problems else Problems.NONE)

    if asked.against is not None and then is not None:
        assessment, compared = _compared(asked, now, then, of)
    else:
        assessment = of(now)
    if asked.against is not None and then is None:
        says = f"there is no commit to compare with {asked.against} yet"
        compared = (Verdict("kept", asked.against, True, says),)
    verdicts = [targeted(assessment.models[target.model], target.level) for target in targets]
    verdicts += [required(assessment, each.capability, each.strength) for each in needed]
    if before is not None:
        verdicts += [*kept(before, assessment), *_gaps(now, assessment)]
    if asked.problems and (asked.against is None or then is None):
        verdicts += without_problems(asked.problems, assessment)
    return Checked(assessment.listed(), (*verdicts, *compared))


def _gaps(now: Inspection, assessment: Assessment) -> Iterator[Verdict]:
    """What a baseline lets be: what the settings ask for and is not there, or what the next levels lack.

    What the command line asks for has to hold all the same.
    """
    from mlripe.maturity.targets import parse_requirement, parse_target

    goals: list[Verdict | None] = []
    for target in (parse_target("target", text, now.catalog) for text in now.config.targets):
        goals.append(targeted(assessment.models[target.model], target.level))
    for need in (parse_requirement(text, now.catalog) for text in now.config.require):
        goals.append(required(assessment, need.capability, need.strength))
    goals = goals or [next_level(model) for model in assessment.models.values()]
    return (accepted(each) for each in goals if each and not each.holds)


def _compared(
    asked: Asked, now: Inspection, then: Inspection, judged: Callable[[Inspection], Assessment]
) -> tuple[Assessment, tuple[Verdict, ...]]:
    """The assessment of now, and what fell since then; that of then where no file changed that could bear evidence.

    Any file can hold a problem.
    """
    from mlripe.detection.evidence_files import bears_evidence

    against = asked.against or ""
    earlier = judged(then)
    changed = _changed(then, now)
    if (changed and asked.problems) or any(bears_evidence(name, now.catalog) for name in changed):
        assessment = judged(now)
        settings = changed & {then.config.file, now.config.file}
        fell = kept(Standing.of(against, earlier), assessment, earlier, changed, min(settings, default=""))
        new = without_problems(asked.problems, assessment, earlier, against) if asked.problems else ()
        return assessment, (*fell, *new)
    says = f"no file that could bear evidence changed since {against}"
    return judged(now) if asked.problems or asked.lists else earlier, (Verdict("kept", against, True, says),)


def _changed(then: Inspection, now: Inspection) -> frozenset[str]:
    """The files that are there on one side only, or have other contents, by git's ids of them."""
    before = {path: entry.blob for path, entry in then.snapshot.listed().items()}
    after = {path: entry.blob for path, entry in now.snapshot.listed().items()}
    return frozenset(path for path in {*before, *after} if before.get(path) != after.get(path))
