"""A check: an audit held against what is asked of it. Joins the rooms, as `auditing` does."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from mlripe.assessment import Assessment
from mlripe.auditing import Inspection, Progress, inspected
from mlripe.detection.bearing import bears_evidence
from mlripe.errors import UserError
from mlripe.evidence import Strength
from mlripe.maturity.targets import parse_requirement, parse_target
from mlripe.maturity.verdicts import Standing, Verdict, kept, required, targeted
from mlripe.snapshot import common_ancestor

__all__ = ["Asked", "Checked", "baseline_text", "check", "read_baseline"]

BASELINE_VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a repository, as the command line writes it.

    `targets` are levels (`azure:2`), `requirements` strengths of capabilities (`code-testing=automated`), `against` a
    revision and `baseline` a file below which nothing may fall.
    """

    targets: Sequence[str] = ()
    requirements: Sequence[str] = ()
    against: str | None = None
    baseline: Path | None = None

    def __bool__(self) -> bool:
        return bool(self.targets or self.requirements or self.against is not None or self.baseline is not None)


@dataclass(frozen=True, slots=True)
class Checked:
    """An assessment, and the answer to each thing that was asked."""

    assessment: Assessment
    verdicts: tuple[Verdict, ...]

    @property
    def holds(self) -> bool:
        """Whether everything does."""
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
    if asked.against is not None and not staged:
        rev = rev or "HEAD"
    before = read_baseline(asked.baseline) if asked.baseline is not None else None
    with inspected(path, rev=rev, staged=staged, catalogs=catalogs, progress=progress) as now:
        asked = asked or replace(asked, targets=now.config.targets, requirements=now.config.require)
        if not asked:
            raise UserError(
                "nothing is asked: give --target, --require, --against or --baseline, or set `targets` in mlripe.toml"
            )
        targets = [parse_target("target", text, now.catalog) for text in asked.targets]
        needed = [parse_requirement(text, now.catalog) for text in asked.requirements]
        models = [target.model for target in targets]
        if asked.against is not None or before is not None:
            models += [model.id for model in now.catalog.chosen(now.config.models)]
        if before is not None:
            models += [name for name in before.levels if name in now.catalog.models]
        chosen = tuple(dict.fromkeys(models))

        def judged(side: Inspection) -> Assessment:
            return side.assessment(chosen, today=today, observed_only=observed_only)

        compared: list[Verdict] = []
        if asked.against is None or not now.snapshot.commit:
            assessment = judged(now)
        else:
            base = common_ancestor(path, asked.against, None if staged else rev)
            with inspected(path, rev=base, catalogs=catalogs, progress=progress) as then:
                earlier = judged(then)
                changed = _changed(then, now)
                if any(bears_evidence(name, now.catalog) for name in changed):
                    assessment = judged(now)
                    compared += kept(Standing.of(asked.against, earlier), assessment, earlier, changed)
                else:
                    assessment = replace(earlier, repository=replace(earlier.repository, commit=now.snapshot.commit))
                    says = f"no file that could bear evidence changed since {asked.against}"
                    compared.append(Verdict("kept", asked.against, True, says))
        verdicts = [targeted(assessment.models[target.model], target.level) for target in targets]
        verdicts += [required(assessment, each.capability, each.strength) for each in needed]
        if before is not None:
            verdicts += kept(before, assessment)
        verdicts += compared
        if asked.against is not None and not now.snapshot.commit:
            says = f"there is no commit to compare with {asked.against} yet"
            verdicts.append(Verdict("kept", asked.against, True, says))
    return Checked(assessment, tuple(verdicts))


def _changed(then: Inspection, now: Inspection) -> frozenset[str]:
    """The files that are there on one side only, or have other contents, by git's ids of them."""
    before = {path: entry.blob for path, entry in then.snapshot.entries().items()}
    after = {path: entry.blob for path, entry in now.snapshot.entries().items()}
    return frozenset(path for path in {*before, *after} if before.get(path) != after.get(path))


# --- baselines -------------------------------------------------------------------------------------------------------


def baseline_text(assessment: Assessment, earlier: Standing | None = None) -> str:
    """What a baseline file says of an assessment; with an `earlier` baseline, nothing less than that."""
    standing = Standing.of("", assessment)
    strengths = {name: s for name, s in standing.strengths.items() if s > Strength.none}
    levels = {name: level for name, level in standing.levels.items() if level is not None}
    if earlier is not None:
        for name, strength in earlier.strengths.items():
            strengths[name] = max(strength, strengths.get(name, Strength.none))
        for name, level in earlier.levels.items():
            if level is not None:
                levels[name] = max(level, levels.get(name, level))
    data = {
        "mlripe_baseline": BASELINE_VERSION,
        "models": dict(sorted(levels.items())),
        "capabilities": {name: strength.name for name, strength in sorted(strengths.items())},
    }
    return json.dumps(data, indent=2) + "\n"


def read_baseline(path: Path) -> Standing:
    """The standing that a baseline file keeps. Raises UserError naming the file, the key and the remedy."""
    try:
        data: Any = json.loads(path.read_bytes())
    except OSError as error:
        raise UserError(
            f"{path}: cannot be read ({error.strerror}); write it with `mlripe baseline -o {path}`"
        ) from None
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: is not valid JSON ({error}); write it again with `mlripe baseline`") from None
    if not isinstance(data, dict) or data.get("mlripe_baseline") != BASELINE_VERSION:
        raise UserError(f"{path}: mlripe_baseline: must be {BASELINE_VERSION}; write it again with `mlripe baseline`")
    levels = _rows(path, data, "models", lambda value: type(value) is int, "a level")
    known = [each.name for each in Strength]
    strengths = _rows(path, data, "capabilities", lambda value: value in known, f"one of {', '.join(known)}")
    return Standing(str(path), levels, {name: Strength[value] for name, value in strengths.items()})


def _rows(path: Path, data: dict[str, Any], key: str, fits: Callable[[Any], bool], wanted: str) -> dict[str, Any]:
    rows = data.get(key, {})
    if not isinstance(rows, dict):
        raise UserError(f"{path}: {key}: must be a mapping; write the file again with `mlripe baseline`")
    for name, value in rows.items():
        if not fits(value):
            raise UserError(f"{path}: {key}.{name}: must be {wanted}, not {str(value)[:40]!r}")
    return rows
