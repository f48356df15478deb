"""Whether a repository has no problem of some severities, or no new one since another revision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

from mlripe.assessment import Assessment, ProblemResult, Sighting
from mlripe.catalog.nearest import nearest
from mlripe.errors import UserError
from mlripe.lazy_regex import lazy_regex
from mlripe.maturity.verdicts import Verdict
from mlripe.problem_kinds import Severity

__all__ = ["parse_severities", "without_problems"]

_NUMBER: Final = lazy_regex(r"\d[\d.,]*")


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
    """A verdict for each problem of these severities; with an assessment of then, for each that shows a new line.

    A line is new where its kind, file and words stand there more often than they did. A line that is gone may have
    moved: as many of the same kind and words are not new.
    """
    found = _new(now.problems, earlier.problems) if earlier else [(each, each.own) for each in now.problems]
    asked = [(each, shown) for each, shown in found if each.severity in severities]
    new = f" that is new since {since}" if earlier else ""
    for each, shown in asked:
        first = shown[0] if shown else None
        where = f": {first.path}:{first.line} {first.says}" if first else ""
        lacks = (each.why, f"do: {each.remedy}")
        told = replace(each, evidence=tuple(dict.fromkeys((*shown, *each.evidence))))
        yield Verdict("problem", each.id, False, f"{each.severity}: {each.title}{where}", lacks, problem=told)
    if not asked:
        yield Verdict("problem", ",".join(severities), True, f"no problem{new} is {' or '.join(severities)}")


def _new(
    now: Iterable[ProblemResult], earlier: Iterable[ProblemResult]
) -> list[tuple[ProblemResult, tuple[Sighting, ...]]]:
    """The problems that show a line which was not there, with these lines.

    What is told of the repository as a whole has no key; it is new where its kind was not told.
    """
    kinds = {each.id: bool(each.key) for each in earlier}
    before = Counter(_words(each, line) for each in earlier if each.key for line in each.own)
    compared = [each for each in now if each.key and kinds.get(each.id, True)]
    further: list[tuple[ProblemResult, Sighting]] = []
    for each in compared:
        for line in each.own:
            if before[_words(each, line)] > 0:
                before[_words(each, line)] -= 1
            else:
                further.append((each, line))
    gone = Counter((kind, says) for (kind, _, says), count in before.items() for _ in range(count))
    lines: dict[int, list[Sighting]] = {}
    for each, line in further:
        kind, _, says = _words(each, line)
        if gone[kind, says] > 0:
            gone[kind, says] -= 1
        else:
            lines.setdefault(id(each), []).append(line)
    shown = {id(each): tuple(lines.get(id(each), ())) for each in compared}
    shown |= {id(each): each.own for each in now if each.id not in kinds}
    return [(each, shown[id(each)]) for each in now if shown.get(id(each)) or each.id not in kinds]


def _words(found: ProblemResult, line: Sighting) -> tuple[str, str, str]:
    """What two audits know a line by: the kind, the file, and what stands there, without numbers, which count."""
    return found.id, line.path, _NUMBER.sub("#", line.says)
