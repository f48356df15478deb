"""The files that an assessment speaks of."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.assessment import Assessment

__all__ = ["cited"]


def cited(assessment: Assessment) -> frozenset[str]:
    """The path of every proof, every hop to one, every problem, every read fault, every place not followed."""
    return frozenset(_paths(assessment))


def _paths(assessment: Assessment) -> Iterator[str]:
    for capabilities in (assessment.capabilities, *(project.capabilities for project in assessment.projects)):
        for result in capabilities.values():
            for proof in result.evidence:
                yield proof.path
                yield from (hop.path for hop in proof.chain)
    for problem in assessment.problems:
        yield from (place.path for place in problem.evidence)
    yield from (each.path for each in assessment.suppressed)
    yield from (read_fault.path for read_fault in assessment.read_faults)
    yield from (each.path for each in assessment.unresolved)
