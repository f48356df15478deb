"""governance-controls: units that wait for a person, and models that are registered to wait for one."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mlripe.detection.observations import Observation
from mlripe.evidence import Strength
from mlripe.kinds import Role
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring

__all__ = ["approvals"]


def approvals(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """An observation for each unit of a pipeline that waits for approval; what follows it ships only with that."""
    for path, facts in list(store.loaded()):
        if store.role(path) is not None:
            continue
        for unit in facts.units:
            if unit.approval and not unit.disabled:
                says = f"{unit.says or unit.id} waits for a person"
                yield Observation("governance-controls", "approvals", Place(path, unit.id), unit.line, says, gates=True)
    yield from _of_models(observations, wiring)


def _of_models(observations: list[Observation], wiring: Wiring) -> Iterator[Observation]:
    """An observation for each model that is registered as pending: it waits for a person unless automation approves it.

    What is pending holds nothing up where nothing asks for the approval.
    """
    acting = {
        observation.role
        for observation in observations
        if observation.strength >= Strength.automated or wiring.kinds(observation.place)
    }
    for observation in observations if Role.APPROVES not in acting else ():
        if observation.role == Role.PENDING_APPROVAL:
            asked = Role.TAKES_APPROVED in acting
            most = Strength.enforced if asked else Strength.present
            yield replace(observation, capability="governance-controls", role="", gates=asked, most=most)
