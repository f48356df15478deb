"""What is wrong with the flow of data through programs: leakage, skew, faked results, and no order."""

from __future__ import annotations

from collections.abc import Iterable

from mlripe.detection.data_flow import defects_of_data_flow
from mlripe.evidence import Defect
from mlripe.problems.sources import Examined

__all__ = ["data_flow"]


def data_flow(examined: Examined) -> Iterable[Defect]:
    """The defects of all programs, each of its own kind."""
    return defects_of_data_flow(examined.store, examined.wiring)
