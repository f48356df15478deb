"""What `--verbose` adds to the terminal report: every proof with its whole chain, every criterion with its status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mlripe.assessment import CapabilityResult, CriterionResult, ModelResult
from mlripe.evidence import Evidence
from mlripe.reports.terminal.text import Paint, one_line, place

__all__ = ["every_criterion", "every_proof"]

_STATUS = {
    "met": "met",
    "attested": "attested",
    "missing": "not detected",
    "not-observable": "not observable",
    "not-applicable": "not judged",
}


def every_proof(results: Iterable[CapabilityResult], paint: Paint) -> list[str]:
    """Each capability that has proofs, strongest first, with their chains from the nearest hop to the trigger."""
    lines = [paint("Every proof", "bold")]
    for result in results:
        if result.evidence:
            lines.append(f"  {result.id}: {paint.strength(result.strength, result.strength.name)}")
        for proof in result.evidence:
            lines += _proof(proof, paint)
    return lines if len(lines) > 1 else []


def _proof(proof: Evidence, paint: Paint) -> list[str]:
    note = f" ({one_line(proof.note)})" if proof.note else ""
    says = f"{one_line(proof.says)} [{proof.detector}]{note}"
    return [
        f"    {paint.strength(proof.strength, f'{proof.strength.name:9}')}  {place(proof.path, proof.line)}  {says}",
        *(f"               <- {place(hop.path, hop.line)}  {one_line(hop.says)}" for hop in reversed(proof.chain)),
    ]


def every_criterion(models: Iterable[ModelResult], paint: Paint) -> list[str]:
    """Each model's criteria by level, or by dimension where it gives points, with what each needs."""
    lines = []
    for model in models:
        lines.append(paint(f"{one_line(model.title)}: every criterion", "bold") + "  (* central)")
        for title, criteria in _groups(model):
            lines.append(f"  {one_line(title)}")
            for criterion in criteria:
                lines += _criterion(criterion, model.points is not None)
    return lines


def _groups(model: ModelResult) -> Iterator[tuple[str, list[CriterionResult]]]:
    if model.points is not None:
        for name, dimension in model.dimensions.items():
            got = f"{dimension.points:g} of {dimension.most:g}"
            yield f"{dimension.title}: {got}", [each for each in model.criteria if each.dimension == name]
        return
    for level, title in sorted(model.levels.items()):
        at_level = [criterion for criterion in model.criteria if criterion.level == level]
        if at_level:
            yield f"level {level}, {title}", at_level


def _criterion(criterion: CriterionResult, pointed: bool) -> list[str]:
    lead = f"{criterion.points:3g}" if pointed else f"  {'*' if criterion.central else ' '}"
    place_ = "" if pointed else f" ({criterion.dimension})"
    lines = [f"  {lead} {_STATUS[criterion.status]:14}  {one_line(criterion.says)}{place_}"]
    if criterion.lacks:
        lines.append(f"                      needs {one_line(criterion.needs)}")
        lines += [f"                      {one_line(criterion.note)}"] if criterion.note else []
    return lines
