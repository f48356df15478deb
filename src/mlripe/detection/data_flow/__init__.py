"""What is wrong with the flow of data through a repository's programs: leakage, skew, faked results, no order."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.detection.data_flow.faking import faking, made_up_data, silenced
from mlripe.detection.data_flow.flows import Flows
from mlripe.detection.data_flow.leakage import leakage
from mlripe.detection.data_flow.left_behind import left_behind
from mlripe.detection.data_flow.order import without_order
from mlripe.detection.data_flow.serving import refitting
from mlripe.evidence import Defect
from mlripe.readers.store import FactStore
from mlripe.wiring import Wiring

__all__ = ["defects_of_data_flow"]


def defects_of_data_flow(store: FactStore, wiring: Wiring) -> tuple[Defect, ...]:
    """All of them, in the order of their lines; one of a kind a line."""
    flows = Flows(store, wiring)
    found = {(each.path, each.line, each.finds): each for each in map(flows.told, reversed([*_all(flows)]))}
    return tuple(found[key] for key in sorted(found))


def _all(flows: Flows) -> Iterator[Defect]:
    for path, trail in flows.trails.items():
        yield from leakage(trail, measured_elsewhere=flows.measures_elsewhere(path))
        yield from refitting(trail)
        yield from without_order(trail, seeded=flows.seeded)
    yield from left_behind(flows)
    yield from faking(flows)
    yield from silenced(flows)
    yield from made_up_data(flows)
