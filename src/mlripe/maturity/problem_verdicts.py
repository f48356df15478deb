"""Whether a repository has no problem of some severities, or no new one since another revision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from mlripe.assessment import Assessment, ProblemResult
from mlripe.catalog.nearest import nearest
from mlripe.errors import UserError
from mlripe.maturity.verdicts import Verdict
from mlripe.problem_kinds import Severity

__all__ = ["parse_severities", "without_problems"]


def parse_severities(texts: Iterable[str]) -> tuple[str, ...]:
    """The severities that `broken,dangerous` names, the worst first. Raises UserError naming the nearest one."""
    words = [word.strip() for text in texts for word in text.split(",")]
    known = [severity.value for severity in Severity]
    for word in words:
        if word not in known:
            near = nearest(word, known)
            raise UserError(f"problems {word!r}: is no severity{near}; write some of {','.join(known)}")
    return tuple(severity for severity in known if severity in words)


def without_problems(
    severities: Collection[str], now: Assessment, earlier: Assessment | None = None, since: str = ""
) -> Iterator[Verdict]:
    """A verdict for each problem of these severities; with an assessment of then, for each that was not there.

    A problem of a file that is gone may have moved: as many of the same kind and words are not new.
    """
    asked = [each for each in now.problems if each.severity in severities]
    new = f" that is new since {since}" if earlier else ""
    if earlier:
        before = Counter(map(_identity, earlier.problems))
        today = Counter(map(_identity, now.problems))
        gone = Counter((key[0], key[2]) for key, count in (before - today).items() for _ in range(count))
        asked = [each for each in asked if not before[_identity(each)] and not _moved(each, gone)]
    for each in asked:
        first = each.evidence[0] if each.evidence else None
        where = f": {first.path}:{first.line} {first.says}" if first else ""
        lacks = (each.why, f"do: {each.remedy}")
        yield Verdict("problem", each.id, False, f"{each.severity}: {each.title}{where}", lacks, problem=each)
    if not asked:
        yield Verdict("problem", ",".join(severities), True, f"no problem{new} is {' or '.join(severities)}")


def _identity(found: ProblemResult) -> tuple[str, str, str]:
    """What two audits know a problem by: its kind, its cause, what stands there."""
    return found.id, found.key, found.evidence[0].says if found.evidence and found.key else ""


def _moved(found: ProblemResult, gone: Counter[tuple[str, str]]) -> bool:
    """Whether one of the same kind and words is there no more, which this one takes the place of."""
    kind, _, says = _identity(found)
    key = (kind, says)
    there = bool(found.key) and gone[key] > 0
    gone[key] -= there
    return there
