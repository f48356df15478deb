"""Pipelines of functions that infrastructure code defines: a state machine of CDK, and what its steps call."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.detection.observations import Observation
from mlripe.evidence import Hop
from mlripe.kinds import Role
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, StartKind, Wiring

__all__ = ["function_pipelines"]

_MOST_CALLERS = 20
_CONSTRUCTS = ("aws_cdk", "aws-cdk-lib", "@aws-cdk/", "constructs")  # modules of infrastructure code


def function_pipelines(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """Makes roots of the functions that a scope with such steps (role `steps`) sets up.

    A class that is given its functions sets up none: then what makes an object of the class does.
    """
    for observation in observations:
        if observation.role != Role.STEPS or store.role(observation.path) is not None:
            continue
        hop = Hop(observation.path, observation.line, observation.says)
        owner = observation.place.unit.partition(".")[0]
        makers = wiring.callers(Place(observation.path, owner))[:_MOST_CALLERS] if owner else []
        for scope in (observation.place, *(place for place, _ in makers)):
            functions = [place for place, _, _ in wiring.following(scope) if not _builds_stacks(place, store)]
            for place in functions:
                wiring.add_root(place, StartKind.PIPELINE, hop)
            if functions:
                break
    return iter(())


def _builds_stacks(place: Place, store: FactStore) -> bool:
    return any(imported.module.startswith(_CONSTRUCTS) for imported in store.of(place.path).imports)
