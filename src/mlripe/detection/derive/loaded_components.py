"""Components of a pipeline that a program loads in one function and puts together in another."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.detection.observations import Observation
from mlripe.evidence import Hop
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, StartKind, Wiring
from mlripe.wiring.started_by_calls import LOADS

__all__ = ["loaded_components"]


def loaded_components(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """Makes roots of the components that a file loads which defines a pipeline of them.

    The pipeline is given them by its caller, as values that the wiring does not follow.
    """
    pipelines: dict[str, Place] = {}
    for place in sorted(wiring.reached()):
        if place.path.endswith(".py") and wiring.is_root(place, StartKind.PIPELINE):
            pipelines.setdefault(place.path, place)
    for path, pipeline in pipelines.items():
        scopes = {call.scope for call in store.of(path).calls if call.name.endswith(LOADS)}
        hop = Hop(path, wiring.root_line(pipeline), f"a pipeline of {path}")
        for scope in sorted(scopes) if store.role(path) is None else ():
            for component, _, _ in wiring.following(Place(path, scope)):
                if not component.path.endswith(".py"):
                    wiring.add_root(component, StartKind.PIPELINE, hop, via=pipeline)
    return iter(())
